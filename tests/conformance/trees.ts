import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  ApiError,
  type Instance,
  type Progress,
  SftpError,
  type TreeEntry,
  type TreeWay,
  TruncatedError,
} from "../../mod.ts";
import { type CaseContext, defineCase } from "../kit/case.ts";
import { makeContainer, startContainer } from "../kit/container.ts";
import { downloaded, pattern, type SeenEntry, streamOf } from "../kit/trees.ts";

const modified = new Date("2001-09-09T01:46:40Z");
const kept = { uid: 5, gid: 6, modified };
const big = pattern(3_000_007);
const long = `${"long ".repeat(30)}name`;
const odd = "a\nb 'c' \"d\" ü%#?\\*";

/** A tree that has everything. */
function wholeTree(): TreeEntry[] {
  return [
    { path: ".", type: "directory", mode: 0o750, ...kept },
    { path: "empty", type: "directory", mode: 0o700, ...kept },
    { path: "nothing", mode: 0o600, ...kept },
    { path: "text", data: "hé\n", mode: 0o640, ...kept },
    { path: "blob", data: new Blob(["blob"]), mode: 0o644, ...kept },
    { path: "late", data: () => Promise.resolve("late"), size: 4, mode: 0o444, ...kept },
    { path: "big", data: () => streamOf(big), size: big.length, mode: 0o755, ...kept },
    { path: odd, type: "directory", mode: 0o711, ...kept },
    { path: `${odd}/${odd}`, data: new Uint8Array([0, 255]), mode: 0o604, ...kept },
    { path: `${odd}/${long}`, data: "x", mode: 0o600, ...kept },
    { path: `${odd}/${long} link`, type: "symlink", target: `../${odd}/${long}` },
    { path: "dangling", type: "symlink", target: "/no/where" },
    { path: "made/for/it", data: "deep", mode: 0o644, ...kept },
  ];
}

/** What a download is to tell of it. */
async function expected(): Promise<Map<string, SeenEntry>> {
  const tree = new Map<string, SeenEntry>();
  for (const { path, data, size: _, ...entry } of wholeTree()) {
    const { type = "file" } = entry;
    const source = typeof data === "function" ? await data() : data ?? "";
    const bytes = new Uint8Array(await new Response(source as BodyInit).arrayBuffer());
    tree.set(path, { ...entry, type, ...type === "file" ? { data: bytes } : {} });
  }
  return tree;
}

/** The ways that there are: SFTP takes raw connections. */
function waysOf(
  { client }: CaseContext,
  ways: readonly TreeWay[] = ["sftp", "tar", "files"],
): TreeWay[] {
  return ways.filter((way) => way !== "sftp" || client.connector.upgrade);
}

/** Leaves out what a way does not keep, and what is made by itself. */
async function comparable(tree: Map<string, SeenEntry>, root: string, way: TreeWay) {
  const entries = await Promise.all(
    Array.from(tree, async ([path, { modified, target, ...rest }]) => {
      const link = rest.type === "symlink";
      const made = ["made", "made/for"].includes(path);
      const absolute = target?.replace(/^\.\./, root);
      return [path, {
        type: rest.type,
        data: rest.data && await digestOf(rest.data),
        target: way === "files" ? absolute : target,
        ...link || made ? {} : { mode: rest.mode, uid: rest.uid, gid: rest.gid },
        ...link || made || way === "files" ? {} : { modified },
      }] as const;
    }),
  );
  return entries.filter(([path]) => !["made", "made/for"].includes(path))
    .sort(([a], [b]) => a < b ? -1 : 1);
}

/** Large differences are no help in a report. */
async function digestOf(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes as BufferSource);
  return `${bytes.length} bytes: ${Array.from(new Uint8Array(digest)).join(" ")}`;
}

async function roundTrip(instance: Instance, way: TreeWay): Promise<void> {
  const root = `/srv/${way}/tree`;
  const { files } = instance;
  const { equal, omitted, ...sent } = await files.upload(wholeTree(), root, { way });
  assertEquals(sent, {
    way,
    files: 8,
    directories: 3,
    symlinks: 2,
    bytes: 4 + 4 + 4 + big.length + 2 + 1 + 4,
  });
  assertEquals([equal, omitted], [0, []]);
  const seen = await downloaded(files, root, { way });
  const wanted = await comparable(await expected(), root, way);
  assertEquals(await comparable(seen, root, way), wanted);
  assertEquals(Array.from(seen.keys())[0], ".");
}

for (const way of ["sftp", "tar", "files"] as const) {
  defineCase(`A tree goes in and out whole: ${way}`, async (context) => {
    await roundTrip(await startContainer(context), way);
  });
}

for (const way of ["sftp", "files"] as const) {
  defineCase(`A tree goes in and out of a stopped instance: ${way}`, async (context) => {
    await roundTrip(await makeContainer(context), way);
  });
}

defineCase(
  "Attributes of a tree are left to the server where they are not asked for",
  async (context) => {
    const instance = await startContainer(context);
    const tree = [
      { path: "dir", type: "directory", mode: 0o700, ...kept },
      { path: "dir/file", data: "x", mode: 0o600, ...kept },
      { path: "link", type: "symlink", target: "dir" },
    ] as const;
    const none = { modes: false, owners: false, times: false, symlinks: false };
    for (const way of waysOf(context)) {
      const { symlinks } = await instance.files.upload(tree, `/root/${way}`, { ...none, way });
      assertEquals(symlinks, 0);
      const seen = await downloaded(instance.files, `/root/${way}`);
      assertEquals(Array.from(seen.keys()), [".", "dir", "dir/file"]);
      for (const { mode, uid, gid, type, modified } of seen.values()) {
        assertEquals([mode, uid, gid], [type === "file" ? 0o644 : 0o755, 0, 0]);
        assert(modified!.getTime() > Date.now() - 3_600_000);
      }
    }
  },
);

defineCase("What is equal in a tree is left out", async (context) => {
  const { files } = await startContainer(context);
  const tree = (text: string): TreeEntry[] => [
    { path: "a/same", data: () => "same", size: 4, modified },
    { path: "a/size", data: text, modified },
    { path: "time", data: "text", modified: new Date(modified.getTime() + text.length * 1000) },
  ];
  for (const way of waysOf(context, ["sftp", "tar"])) {
    const root = `/root/${way}`;
    const options = { way, skipEqual: true };
    const first = await files.upload(tree("1"), root, options);
    assertEquals([first.files, first.equal], [3, 0]);
    const again = await files.upload(tree("1"), root, options);
    assertEquals([again.files, again.equal, again.bytes], [0, 3, 0]);
    const other = await files.upload(tree("22"), root, options);
    assertEquals([other.files, other.equal], [2, 1]);
    assertEquals(await files.readText(`${root}/a/size`), "22");
  }
});

defineCase("What is in the way of a tree is written anew, replaced or refused", async (context) => {
  const instance = await startContainer(context);
  const { files } = instance;
  for (const way of waysOf(context)) {
    const root = `/root/${way}`;
    await files.upload([
      { path: "outside/file", data: "outside" },
      { path: "tree/file", data: "longer than before", mode: 0o600 },
      { path: "tree/link", type: "symlink", target: "../outside/file" },
      { path: "tree/through", type: "symlink", target: "../outside" },
      { path: "tree/file too", data: "x" },
      { path: "tree/dir/stays", data: "stays" },
    ], root);
    await files.upload(
      [
        { path: "file", data: "short", mode: 0o755 },
        { path: "link", data: "no link" },
        { path: "file too", type: "symlink", target: "file" },
        { path: "dir", type: "directory" },
        { path: "dir/new", data: "new" },
      ],
      `${root}/tree`,
      { way },
    );
    assertEquals(await files.readText(`${root}/tree/file`), "short");
    assertEquals((await files.stat(`${root}/tree/file`)).mode, 0o755);
    assertEquals(await files.readText(`${root}/tree/link`), "no link");
    assertEquals(await files.readText(`${root}/outside/file`), "outside");
    assertEquals((await files.stat(`${root}/tree/file too`)).type, "symlink");
    assertEquals(await files.list(`${root}/tree/dir`), ["new", "stays"]);
    const into = (path: string) => files.upload([{ path, data: "x" }], `${root}/tree`, { way });
    for (const path of ["through/file", "file/below"]) {
      await assertRejects(() => into(path), TypeError, "Cannot write into");
    }
    await assertRejects(() => into("dir"));
    assertEquals(await files.readText(`${root}/outside/file`), "outside");
    assertEquals(await files.list(`${root}/tree/dir`), ["new", "stays"]);
  }
});

defineCase("A tree does not leave its root", async (context) => {
  const instance = await startContainer(context);
  const { files } = instance;
  const hostile: [TreeEntry[], string][] = [
    [[{ path: "../out" }], 'its path holds ".."'],
    [[{ path: "a/../../out" }], 'its path holds ".."'],
    [[{ path: "/out" }], "its path is absolute"],
    [[{ path: "a\0b" }], "its path holds a NUL"],
    [[{ path: "" }], "it has no path"],
    [[{ path: "." }], "the root of a tree is a directory"],
    [[{ path: "\ud800" }], "its path is no Unicode"],
    [
      [{ path: "a", type: "symlink", target: "/root" }, { path: "a/out" }],
      '"a" is a symbolic link of the same tree',
    ],
    [
      [{ path: "a", type: "symlink", target: "/root/out" }, { path: "./a", data: "x" }],
      '"a" is a symbolic link of the same tree',
    ],
    [[{ path: "a", type: "symlink" }], "can be no path"],
    [[{ path: "a", type: "symlink", target: "a\0b" }], "can be no path"],
    [[{ path: "a", data: new Blob(["x"]).stream() }], "give the size"],
    [[{ path: "a", uid: 1 }], "give both uid and gid"],
    [[{ path: "a", type: "fifo" as "file" }], '"fifo" is no type'],
  ];
  for (const way of waysOf(context)) {
    for (const [entries, reason] of hostile) {
      await assertRejects(() => files.upload(entries, "/srv/tree", { way }), TypeError, reason);
    }
  }
  assertEquals(await files.list("/root"), []);
  assertEquals((await files.list("/srv")).includes("out"), false);
});

defineCase("A tree is no more and no less than was told", async (context) => {
  const instance = await startContainer(context);
  const { files } = instance;
  for (const way of waysOf(context)) {
    for (const size of [5, 200_000]) {
      const of = (length: number) =>
        files.upload([{ path: "a", data: () => streamOf(pattern(length)), size }], "/root/a", {
          way,
        });
      await assertRejects(() => of(size - 1), TruncatedError, "it ended after");
      await assertRejects(() => of(size + 1), TypeError, "it has more than");
      await of(size);
      assertEquals(await files.read("/root/a/a"), pattern(size));
    }
  }
});

defineCase("An upload of a tree breaks off by its signal, and goes on later", async (context) => {
  const instance = await startContainer(context);
  for (const way of waysOf(context, ["sftp", "tar"])) {
    const stop = new AbortController();
    const reason = new Error("enough");
    const data = () => {
      let pieces = 0;
      return new ReadableStream<Uint8Array>({
        async pull(controller) {
          if (pieces++ < 10) return controller.enqueue(new Uint8Array(100_000));
          stop.abort(reason);
          await new Promise(() => {});
        },
      });
    };
    const tree = (data: TreeEntry["data"]): TreeEntry[] => [
      { path: "first", data: "1", modified },
      { path: "stuck", data, size: 2_000_000, modified },
      { path: "last", data: "2", modified },
    ];
    const { signal } = stop;
    const root = `/root/${way}`;
    const broken = instance.files.upload(tree(data), root, { way, signal });
    assertEquals(await assertRejects(() => broken), reason);
    const options = { way, skipEqual: true };
    const whole = new Uint8Array(2_000_000).fill(7);
    const { files, equal } = await instance.files.upload(tree(whole), root, options);
    assertEquals(files + equal, 3);
    assertEquals(await instance.files.read(`${root}/stuck`), whole);
  }
});

defineCase("A download of a tree breaks off by its signal and by its sink", async (context) => {
  const { files } = await startContainer(context);
  await files.upload([{ path: "big", data: big }, { path: "small", data: "x" }], "/root/tree");
  for (const way of waysOf(context)) {
    const stop = new AbortController();
    const stuck = new WritableStream({
      write({ path }) {
        if (path === ".") return;
        stop.abort(new Error("enough"));
        return new Promise(() => {});
      },
    });
    const { signal } = stop;
    await assertRejects(
      () => files.download("/root/tree", stuck, { way, signal }),
      Error,
      "enough",
    );
    const broken = new WritableStream({
      write() {
        throw new Error("no room");
      },
    });
    await assertRejects(() => files.download("/root/tree", broken, { way }), Error, "no room");
    // Who does not want the data need not read it.
    const paths: string[] = [];
    const careless = new WritableStream({ write: ({ path }) => void paths.push(path) });
    await files.download("/root/tree", careless, { way });
    assertEquals(paths.sort(), [".", "big", "small"]);
  }
});

defineCase("What the server refuses of a tree is told", async (context) => {
  const instance = await startContainer(context);
  const { files } = instance;
  const tree: TreeEntry[] = Array.from({ length: 200 }, (_, i) => ({ path: `${i}`, data: "x" }));
  tree.push({ path: "dir", data: "x" });
  const kinds = { sftp: SftpError, tar: TruncatedError, files: ApiError };
  for (const way of waysOf(context)) {
    const root = `/root/${way}`;
    await files.mkdir(`${root}/dir/full`, { recursive: true });
    const error = await assertRejects(() => files.upload(tree, root, { way }));
    assert(error instanceof kinds[way]);
    if (way !== "files") assert(error.message.includes("dir"), error.message);
    await assertRejects(() => files.upload([{ path: "x" }], "/proc/none", { way }));
    await files.write(`${root}/file`, "x");
    await assertRejects(() => files.upload([{ path: "x" }], `${root}/file`, { way }));
    await assertRejects(() => files.download(`${root}/file`, new WritableStream(), { way }));
    await assertRejects(() => files.download(`${root}/none`, new WritableStream(), { way }));
  }
});

defineCase("The progress of a tree is told by files and bytes", async (context) => {
  const { files } = await startContainer(context);
  for (const way of waysOf(context)) {
    const told: Progress[] = [];
    const onProgress = (progress: Progress) => void told.push(progress);
    const tree = [{ path: "a", data: "12" }, { path: "b", data: big }];
    await files.upload(tree, `/root/${way}`, { way, onProgress });
    const up = told.at(-1)!;
    assertEquals([up.stage, up.files, up.bytes], ["upload", 2, big.length + 2]);
    await downloaded(files, `/root/${way}`, { way, onProgress });
    const { stage, files: count, bytes } = told.at(-1)!;
    assertEquals([stage, count, bytes], ["download", 2, big.length + 2]);
    const fails = () => {
      throw new Error("not so");
    };
    const broken = files.upload(tree, `/root/${way}`, { way, onProgress: fails });
    await assertRejects(() => broken, Error, "not so");
  }
});

async function names(context: CaseContext, way: TreeWay, command: string) {
  const instance = await startContainer(context);
  await instance.exec(["sh", "-c", `mkdir /root/t && cd /root/t && ${command}`]);
  const seen = new Map<string, SeenEntry>();
  const sink = new WritableStream({ write: ({ path, type }) => void seen.set(path, { type }) });
  const { omitted } = await instance.files.download("/root/t", sink, { way });
  return { paths: Array.from(seen.keys()).sort(), omitted };
}

defineCase(
  "What is no file, directory or link is left out of a tree, and named",
  async (context) => {
    const command = "mkdir d && mkfifo d/pipe && echo x > file";
    for (const way of waysOf(context, ["sftp", "tar"])) {
      const { paths, omitted } = await names(context, way, command);
      assertEquals(paths, [".", "d", "file"]);
      assertEquals(omitted, ["d/pipe"]);
    }
  },
);

defineCase("Files with several names are whole under each of them in a tree", async (context) => {
  const instance = await startContainer(context);
  await instance.exec(["sh", "-c", "mkdir /root/t && cd /root/t && echo one > a && ln a b"]);
  for (const way of waysOf(context)) {
    const seen = await downloaded(instance.files, "/root/t", { way });
    const texts = ["a", "b"].map((path) => new TextDecoder().decode(seen.get(path)?.data));
    assertEquals(texts, ["one\n", "one\n"]);
  }
});
