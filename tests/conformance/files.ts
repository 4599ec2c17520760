import { assert, assertEquals, assertRejects } from "@std/assert";
import { ApiError, NotFoundError, type Progress } from "../../mod.ts";
import { defineCase } from "../kit/case.ts";
import { makeContainer, startContainer } from "../kit/container.ts";

const bytes = new Uint8Array([0, 255, 10, 13, 128]);

defineCase("A file is written and read as bytes, text, Blob and stream", async (context) => {
  const { files } = await startContainer(context);
  await files.write("/root/bytes", bytes);
  assertEquals(await files.read("/root/bytes"), bytes);
  await files.write("/root/text", "hé\n");
  assertEquals(await files.readText("/root/text"), "hé\n");
  await files.write("/root/blob", new Blob([bytes, "x"]));
  assertEquals(await files.read("/root/blob"), new Uint8Array([...bytes, 120]));
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes);
      controller.enqueue(bytes);
      controller.close();
    },
  });
  await files.write("/root/stream", stream);
  assertEquals(await files.read("/root/stream"), new Uint8Array([...bytes, ...bytes]));
  await files.write("/root/empty", "");
  assertEquals(await files.read("/root/empty"), new Uint8Array());
  assertEquals((await files.stat("/root/empty")).size, 0);
  // Shorter than before: nothing of the old content stays.
  await files.write("/root/stream", "x");
  assertEquals(await files.readText("/root/stream"), "x");
});

defineCase("A write that breaks off is not mixed with the next one", async (context) => {
  const { files } = await startContainer(context);
  const reason = new Error("enough");
  const whole = new Uint8Array(200_000).fill(2);
  const broken: Record<string, (stop: AbortController) => Promise<void>> = {
    "a stream that fails": () => files.write("/root/it", partOf(() => Promise.reject(reason))),
    "a stream that is aborted": (stop) => {
      const wait = () => {
        stop.abort(reason);
        return new Promise<never>(() => {});
      };
      return files.write("/root/it", partOf(wait), { signal: stop.signal });
    },
    "bytes that are aborted": (stop) => {
      setTimeout(() => stop.abort(reason), 2);
      return files.write("/root/it", new Uint8Array(800_000), { signal: stop.signal });
    },
  };
  for (const [what, write] of Object.entries(broken)) {
    for (let times = 10; times > 0; times--) {
      const error = await write(new AbortController()).catch((error) => error);
      // Bytes may all have been written before.
      if (error !== undefined) assertEquals(error, reason, what);
      await files.write("/root/it", whole);
      const found = await files.read("/root/it");
      assert(found.length === whole.length && found.every((byte) => byte === 2), what);
    }
  }
});

/** A stream of some bytes, and of what comes of `end` then. */
function partOf(end: () => Promise<never>): ReadableStream<Uint8Array> {
  let pieces = 0;
  return new ReadableStream({
    pull: (controller) => pieces++ < 3 ? controller.enqueue(new Uint8Array(50_000)) : end(),
  });
}

defineCase("How much of a file was sent and read is told, at its end at last", async (context) => {
  const { files } = await startContainer(context);
  const blob = new Blob([new Uint8Array(3_000_000)]);
  const told: string[] = [];
  const onProgress = ({ stage, bytes, percent }: Progress) => {
    told.push(`${stage} ${bytes} ${percent}`);
  };
  await files.write("/root/told", blob, { onProgress });
  assertEquals(told.at(-1), "upload 3000000 100");
  assertEquals((await files.read("/root/told", { onProgress })).length, blob.size);
  assertEquals(told.at(-1), "download 3000000 100");
  assert(told.length === new Set(told).size, told.join("\n"));
  const mine = new Error("mine");
  const fail = () => {
    throw mine;
  };
  const write = files.write("/root/told", blob, { onProgress: fail });
  assertEquals(await write.catch((error) => error), mine);
});

defineCase("A file is read as it comes", async (context) => {
  const instance = await startContainer(context);
  await instance.exec(["sh", "-c", "yes | head -c 20000000 > /root/long; chmod 600 /root/long"]);
  const { info, readable } = await instance.files.open("/root/long");
  assertEquals([info.type, info.size, info.mode], ["file", 20_000_000, 0o600]);
  let length = 0;
  for await (const chunk of readable) length += chunk.length;
  assertEquals(length, 20_000_000);
  // One that is not read to its end is let go.
  await (await instance.files.open("/root/long")).readable.cancel();
});

defineCase("A large file goes in as it is produced", async (context) => {
  const instance = await startContainer(context);
  let left = 320;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (left-- > 0) controller.enqueue(new Uint8Array(65_536).fill(97));
      else controller.close();
    },
  });
  await instance.files.write("/root/large", stream);
  const { stdoutText } = await instance.exec([
    "sh",
    "-c",
    "tr -d a < /root/large | wc -c; wc -c < /root/large",
  ]);
  assertEquals(stdoutText, "0\n20971520\n");
});

defineCase("Text is added to the end of a file", async (context) => {
  const { files } = await startContainer(context);
  await files.write("/root/log", "one\n");
  await files.write("/root/log", "two\n", { append: true });
  assertEquals(await files.readText("/root/log"), "one\ntwo\n");
  await assertRejects(() => files.write("/root/none", "x", { append: true }), NotFoundError);
});

defineCase(
  "A new file has the mode and owner that it is told, and is looked at",
  async (context) => {
    const instance = await startContainer(context);
    const { files } = instance;
    await files.write("/root/plain", "x");
    await files.write("/root/run", "1234", { mode: 0o4751, uid: 12, gid: 34 });
    await files.mkdir("/root/dir", { mode: 0o1770, uid: 5, gid: 6 });
    await files.symlink("/root/run", "/root/link");
    const seen = async (path: string) => {
      const { type, mode, uid, gid, size } = await files.stat(path);
      return { type, mode, uid, gid, size };
    };
    assertEquals(await seen("/root/plain"), { type: "file", mode: 0o644, uid: 0, gid: 0, size: 1 });
    const run = await seen("/root/run");
    assertEquals(run, { type: "file", mode: run.mode, uid: 12, gid: 34, size: 4 });
    assertEquals(run.mode & 0o777, 0o751);
    const dir = await seen("/root/dir");
    assertEquals(dir, { type: "directory", mode: dir.mode, uid: 5, gid: 6, size: null });
    assertEquals(dir.mode & 0o777, 0o770);
    const link = await seen("/root/link");
    assertEquals(link, { ...link, type: "symlink", size: null });
    const { stdoutText } = await instance.exec([
      "stat",
      "-c",
      "%a %u %g",
      "/root/run",
      "/root/dir",
    ]);
    assertEquals(stdoutText, `${run.mode.toString(8)} 12 34\n${dir.mode.toString(8)} 5 6\n`);
    for (const mode of [0o10000, -1, 1.5, NaN]) {
      await assertRejects(() => files.write("/root/odd", "", { mode }), TypeError, "as a mode");
    }
    const { modified } = await files.stat("/etc/hosts");
    assertEquals(modified, new Date(1_700_000_000_000));
  },
);

defineCase("A file that is written anew keeps its mode and owner", async (context) => {
  const { files } = await startContainer(context);
  await files.write("/root/mine", "1", { mode: 0o600, uid: 7, gid: 8 });
  await files.write("/root/mine", "22");
  const { mode, uid, gid, size } = await files.stat("/root/mine");
  assertEquals([mode, uid, gid, size], [0o600, 7, 8, 2]);
});

defineCase("Directories are made, with those above, and listed", async (context) => {
  const { files } = await startContainer(context);
  await files.mkdir("/root/a");
  await files.mkdir("/root/a");
  assertEquals((await files.stat("/root/a")).mode, 0o755);
  assertEquals(await files.list("/root/a"), []);
  await assertRejects(() => files.mkdir("/root/x/y/z"), NotFoundError);
  await files.mkdir("/root/x/y/z", { recursive: true, mode: 0o700 });
  assertEquals((await files.stat("/root/x/y/z")).mode, 0o700);
  await files.write("/root/x/b", "");
  await files.write("/root/x/.a", "");
  assertEquals(await files.list("/root/x"), [".a", "b", "y"]);
  assert((await files.list("/")).includes("etc"));
});

defineCase("Links are followed for reading, and told apart otherwise", async (context) => {
  const instance = await startContainer(context);
  const { files } = instance;
  await files.write("/root/target", "reached");
  await files.symlink("/root/target", "/root/one");
  await files.symlink("one", "/root/two");
  assertEquals(await files.readText("/root/two"), "reached");
  assertEquals(await files.readLink("/root/one"), "/root/target");
  assertEquals(await files.readLink("/root/two"), "/root/one");
  await files.symlink("/etc", "/root/dir");
  await assertRejects(() => files.read("/root/dir"), TypeError, "it is a directory");
  await files.symlink("/root/loop", "/root/loop");
  await assertRejects(() => files.read("/root/loop"), TypeError, "more than 40 symbolic links");
  await files.symlink("/nowhere", "/root/dangling");
  await assertRejects(() => files.read("/root/dangling"), NotFoundError);
  await assertRejects(() => files.readLink("/root/target"), TypeError, "it is a file");
  await files.remove("/root/one");
  assertEquals(await files.readText("/root/target"), "reached");
});

defineCase("Files, links and directories are removed", async (context) => {
  const instance = await startContainer(context);
  const { files } = instance;
  await files.mkdir("/root/a/b/c", { recursive: true });
  await files.write("/root/a/b/file", "x");
  await files.symlink("/etc", "/root/a/b/link");
  await assertRejects(() => files.remove("/root/a"), ApiError);
  await files.remove("/root/a/b/file");
  await assertRejects(() => files.stat("/root/a/b/file"), NotFoundError);
  await files.remove("/root/a/b/c");
  await files.write("/root/a/b/file", "x");
  await files.remove("/root/a", { recursive: true });
  assertEquals(await files.list("/root"), []);
  // The link went, not what it led to.
  assert((await files.list("/etc")).includes("passwd"));
  await assertRejects(() => files.remove("/root/a", { recursive: true }), NotFoundError);
  const remove = (path: string) => files.remove(path, { recursive: true });
  for (const path of ["/", "//", "/.", "/./"]) {
    await assertRejects(() => remove(path), TypeError, "it is the whole file system");
  }
  for (const path of ["/..", "/etc/..", "/etc/../etc"]) {
    await assertRejects(() => remove(path), TypeError, 'it holds ".."');
  }
  assert((await files.list("/")).includes("etc"));
});

defineCase("What is missing or of another type is told", async (context) => {
  const { files, name } = await startContainer(context);
  const missing = await assertRejects(() => files.read("/root/none"), NotFoundError);
  assertEquals(missing.path.endsWith("/files"), true);
  await assertRejects(() => files.stat("/root/none"), NotFoundError);
  await assertRejects(() => files.list("/root/none"), NotFoundError);
  await assertRejects(() => files.remove("/root/none"), NotFoundError);
  await assertRejects(() => files.write("/root/none/file", "x"), NotFoundError);
  await assertRejects(
    () => files.read("/root"),
    TypeError,
    `Cannot read "/root" in /1.0/instances/${name}: it is a directory`,
  );
  await assertRejects(() => files.list("/etc/passwd"), TypeError, "it is a file");
  await assertRejects(() => files.write("/root", "x"), ApiError);
});

defineCase("The files of a stopped instance are there, too", async (context) => {
  const { files } = await makeContainer(context);
  await files.write("/root/early", "bird", { mode: 0o640 });
  assertEquals(await files.readText("/root/early"), "bird");
  assertEquals((await files.stat("/root/early")).mode, 0o640);
  await files.mkdir("/root/dir");
  assertEquals(await files.list("/root"), ["dir", "early"]);
  await files.remove("/root/dir");
});

defineCase("The files of an instance that is missing are not found", async ({ client, name }) => {
  const { files } = client.instances.at(name("missing"));
  await assertRejects(() => files.read("/etc/passwd"), NotFoundError);
  await assertRejects(() => files.write("/root/x", "x"), NotFoundError);
});

defineCase("A read ends by its signal and by its timeout", async (context) => {
  const instance = await startContainer(context);
  await instance.exec(["sh", "-c", "yes | head -c 50000000 > /root/long"]);
  const stop = new AbortController();
  const { readable } = await instance.files.open("/root/long", { signal: stop.signal });
  const reader = readable.getReader();
  await reader.read();
  const reason = new RangeError("enough");
  stop.abort(reason);
  assertEquals(
    await assertRejects(async () => {
      while (!(await reader.read()).done);
    }),
    reason,
  );
  await assertRejects(
    () => instance.files.read("/root/long", { timeout: 1 }),
    Error,
    "within 1 ms",
  );
});
