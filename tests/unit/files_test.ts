/** What goes over the wire for the files of an instance, in the dialect of each server. */
import { assertEquals, assertRejects } from "@std/assert";
import {
  connect,
  NotFoundError,
  ProtocolError,
  TimeoutError,
  TruncatedError,
  UnsupportedError,
} from "../../mod.ts";
import { FakeClock } from "../kit/fake_clock.ts";
import {
  FakeConnector,
  type FakeResponse,
  type FakeServer,
  never,
  refusal,
  sync,
} from "../kit/fake_connector.ts";

const PATH = "/1.0/instances/web/files";

async function serve(server: FakeServer = {}) {
  const fake = new FakeConnector({ extensions: ["instance_file_head"], ...server });
  const client = await connect({ connector: fake });
  return { fake, files: client.instances.at("web").files };
}

function file(fields: Record<string, string>, body: unknown = ""): FakeResponse {
  const prefix = Object.entries(fields).map(([name, value]) => [`X-Incus-${name}`, value]);
  return { headers: Object.fromEntries(prefix), body };
}

/** The header fields of the servers' own that a request carried. */
function fields(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => /^x-/.test(name)));
}

Deno.test("a write tells everything in the server's dialect, modes as octal", async () => {
  for (const kind of ["lxd", "incus"] as const) {
    const { fake, files } = await serve({ kind });
    fake.on(`POST ${PATH}`, sync());
    await files.write("/a b", "text", { append: true });
    await files.mkdir("/dir");
    await files.symlink("/target", "/link");
    const [write, mkdir, symlink] = fake.sent(`POST ${PATH}`);
    assertEquals(write!.query.get("path"), "/a b");
    assertEquals(fields(write!.headers), {
      [`x-${kind}-type`]: "file",
      [`x-${kind}-write`]: "append",
      [`x-${kind}-mode`]: "0644",
      [`x-${kind}-uid`]: "0",
      [`x-${kind}-gid`]: "0",
    });
    assertEquals(write!.headers.get("content-type"), "application/octet-stream");
    assertEquals(new TextDecoder().decode(write!.body), "text");
    assertEquals(mkdir!.headers.get(`x-${kind}-type`), "directory");
    assertEquals(mkdir!.headers.get(`x-${kind}-mode`), "0755");
    assertEquals(symlink!.headers.get(`x-${kind}-type`), "symlink");
    assertEquals(new TextDecoder().decode(symlink!.body), "/target");
  }
});

Deno.test("every mode starts with a zero, or it would be read as decimal", async () => {
  const { fake, files } = await serve({
    extensions: ["instances_files_modify_permissions"],
  });
  fake.on(`POST ${PATH}`, sync());
  for (const mode of [0, 0o7, 0o644, 0o4755, 0o7777]) await files.write("/x", "", { mode });
  assertEquals(
    fake.sent(`POST ${PATH}`).map(({ headers }) => headers.get("x-incus-mode")),
    ["00", "07", "0644", "04755", "07777"],
  );
  for (const mode of [-1, 0o10000, 6.5, NaN]) {
    await assertRejects(() => files.write("/x", "", { mode }), TypeError, `Cannot use ${mode}`);
  }
  assertEquals(fake.sent(`POST ${PATH}`).length, 5);
});

Deno.test("attributes that are given are set on a file that exists, where the server can", async () => {
  const { fake, files } = await serve({ extensions: ["instances_files_modify_permissions"] });
  fake.on(`POST ${PATH}`, sync());
  await files.write("/x", "", { mode: 0o600, gid: 5 });
  await files.write("/x", "");
  assertEquals(
    fake.sent(`POST ${PATH}`).map(({ headers }) => headers.get("x-incus-modify-perm")),
    ["gid,mode", null],
  );
});

Deno.test("what a server tells of a file is read, its odd times too", async () => {
  const times = [
    ["2026-08-22 10:11:12.123456789 +0000 UTC", "2026-08-22T10:11:12.123Z"],
    ["2026-08-22 10:11:12 +0200 CEST", "2026-08-22T08:11:12.000Z"],
    ["2026-08-22 10:11:12.5 -0330 -0330", "2026-08-22T13:41:12.500Z"],
    ["yesterday", null],
    ["", null],
  ] as const;
  for (const [modified, expected] of times) {
    const { fake, files } = await serve();
    fake.on(`GET ${PATH}`, file({ type: "file", mode: "0755", uid: "7", gid: "8", modified }, "x"));
    const { info, readable } = await files.open("/x");
    await readable.cancel();
    assertEquals([info.mode, info.uid, info.gid], [0o755, 7, 8]);
    assertEquals(info.modified?.toISOString() ?? null, expected);
  }
});

Deno.test("links are followed by their absolute targets, forty at most", async () => {
  const { fake, files } = await serve();
  const link = file({ type: "symlink", mode: "0777" }, "/other");
  fake.on(`GET ${PATH}`, link, link, file({ type: "file", mode: "0644" }, "content"));
  assertEquals(await files.readText("/x"), "content");
  assertEquals(
    fake.sent(`GET ${PATH}`).map(({ query }) => query.get("path")),
    ["/x", "/other", "/other"],
  );
  fake.on(`GET ${PATH}`, link);
  await assertRejects(() => files.read("/x"), TypeError, "more than 40 symbolic links");
  assertEquals(fake.sent(`GET ${PATH}`).length, 3 + 41);
});

Deno.test("a file whose connection breaks is never a short one", async () => {
  const { fake, files } = await serve();
  const body = () => {
    let pulls = 0;
    return new ReadableStream({
      pull(controller) {
        if (pulls++ > 0) throw new Error("connection reset");
        controller.enqueue(new Uint8Array(10));
      },
    });
  };
  fake.on(`GET ${PATH}`, () => file({ type: "file", mode: "0644" }, body()));
  await assertRejects(
    () => files.read("/x"),
    TruncatedError,
    'Cannot read "/x" in /1.0/instances/web: the connection broke before the end',
  );
});

Deno.test("a list whose connection breaks is told as that", async () => {
  const { fake, files } = await serve();
  const breaking = (type: string) => () =>
    file(
      { type, mode: "0755" },
      new ReadableStream({ pull: (it) => it.error(new TypeError("reset")) }),
    );
  fake.on(`GET ${PATH}`, breaking("directory"));
  await assertRejects(() => files.list("/x"), TruncatedError, 'Cannot read "/x"');
  fake.on(`GET ${PATH}`, breaking("symlink"));
  await assertRejects(() => files.readLink("/x"), TruncatedError, 'Cannot read "/x"');
});

Deno.test("a limit holds for all requests of a call together", async () => {
  using clock = new FakeClock();
  const { fake, files } = await serve();
  const slowly = (answer: FakeResponse) => async () => {
    await new Promise<void>((resolve) => setTimeout(resolve, 300));
    return answer;
  };
  fake.on(`POST ${PATH}`, slowly(sync()))
    .on(`GET ${PATH}`, slowly(file({ type: "symlink", mode: "0777" }, "/other")))
    .on(`HEAD ${PATH}`, slowly(file({ type: "file", mode: "0644" })));
  const calls = [
    () => files.mkdir("/a/b/c", { recursive: true, timeout: 500 }),
    () => files.open("/x", { timeout: 500 }),
    () => files.stat("/x", { timeout: 500 }),
  ];
  for (const call of calls) {
    const late = assertRejects(call, TimeoutError, "within 500 ms");
    await clock.pass(600);
    await late;
  }
});

Deno.test("a refusal says which path it is about", async () => {
  const { fake, files } = await serve();
  const gone = refusal(404, "Not Found");
  for (const method of ["GET", "HEAD", "POST", "DELETE"]) fake.on(`${method} ${PATH}`, gone);
  const calls: [call: () => Promise<unknown>, verb: string][] = [
    [() => files.read("/gone"), "read"],
    [() => files.list("/gone"), "read"],
    [() => files.stat("/gone"), "look at"],
    [() => files.write("/gone", ""), "write"],
    [() => files.mkdir("/gone"), "make"],
    [() => files.symlink("/x", "/gone"), "make"],
    [() => files.remove("/gone"), "remove"],
  ];
  for (const [call, verb] of calls) {
    const { message, path } = await assertRejects(call, NotFoundError);
    assertEquals(message, `Cannot ${verb} "/gone" in /1.0/instances/web: Not Found (404)`);
    assertEquals(path, PATH);
  }
  fake.on(`GET ${PATH}`, { status: 502, body: "<html>Bad Gateway</html>" });
  await assertRejects(
    () => files.read("/x"),
    ProtocolError,
    'Cannot read "/x" in /1.0/instances/web',
  );
});

Deno.test("what is nothing to send is refused, and writes nothing", async () => {
  const { fake, files } = await serve();
  // deno-lint-ignore no-explicit-any
  for (const data of [undefined, null, 5, { a: 1 }] as any[]) {
    await assertRejects(() => files.write("/x", data), TypeError, "give bytes, text, a Blob");
  }
  assertEquals(fake.log, []);
  fake.on(`POST ${PATH}`, sync());
  // deno-lint-ignore no-explicit-any
  await files.write("/x", new Uint8Array([7]).buffer as any);
  assertEquals(fake.sent(`POST ${PATH}`)[0]!.body, new Uint8Array([7]));
});

Deno.test("permissions that only SFTP could set are refused where there is none", async () => {
  const { fake, files } = await serve();
  fake.on(`HEAD ${PATH}`, { ...file({ type: "file", mode: "0600" }), body: "x" });
  fake.on(`GET ${PATH}`, file({ type: "file", mode: "0600" }, "x"));
  await assertRejects(
    () => files.write("/x", "", { mode: 0o644 }),
    UnsupportedError,
    'Cannot set the mode or owner of "/x" in /1.0/instances/web',
  );
  assertEquals(fake.sent(`POST ${PATH}`), []);
});

Deno.test("a look at a file needs a server that offers it", async () => {
  const { fake, files } = await serve({ extensions: [] });
  const error = await assertRejects(() => files.stat("/x"), UnsupportedError);
  assertEquals(error.extension, "instance_file_head");
  assertEquals(fake.log, []);
});

Deno.test("a path that is no absolute one sends nothing", async () => {
  const { fake, files } = await serve();
  for (const path of ["", "x", "../x", "/\0", "/\ud800"]) {
    await assertRejects(() => files.read(path), TypeError, "Cannot use");
    await assertRejects(() => files.write(path, ""), TypeError, "Cannot use");
  }
  assertEquals(fake.log, []);
});

Deno.test("a request for a file that is not answered names the file", async () => {
  const { fake, files } = await serve();
  fake.on(`GET ${PATH}`, never);
  const read = async () => await files.read("/etc/motd", { timeout: 5 });
  await assertRejects(
    read,
    TimeoutError,
    'Cannot read "/etc/motd" in /1.0/instances/web: no answer within 5 ms',
  );
});
