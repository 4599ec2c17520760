/** The search for the local daemon, on real sockets. Variables are set in children alone. */
import { assert, assertEquals } from "@std/assert";
import { runDeno, type RunOptions, serve, temporary } from "./deno_kit.ts";

const entry = import.meta.resolve("../../../src/connectors/deno.ts");

/** What a search in a Deno of its own finds, or how it fails. */
async function find(options: RunOptions): Promise<Record<string, string>> {
  const { output } = await runDeno(
    `
    import { findLocalDaemon } from "${entry}";
    try {
      const { connector, ...found } = await findLocalDaemon();
      const body = await (await connector.fetch("/1.0")).text();
      connector.close();
      console.log(JSON.stringify({ address: connector.address, body, ...found }));
    } catch ({ name, reason, message, address }) {
      console.log(JSON.stringify({ name, reason, message, address }));
    }
  `,
    options,
  );
  assert(output.startsWith("{"), output);
  return JSON.parse(output);
}

function daemon(path: string, name: string): Deno.HttpServer {
  return serve(path, () => new Response(name));
}

Deno.test("the daemon that a variable names is found", async () => {
  await using directory = await temporary();
  const socket = `${directory.path}/unix.socket`;
  await using _ = daemon(socket, "here");
  const address = `unix:${socket}`;
  for (
    const [name, value, dialect] of [
      ["LXD_SOCKET", socket, "lxd"],
      ["LXD_DIR", directory.path, "lxd"],
      ["INCUS_SOCKET", socket, "incus"],
      ["INCUS_DIR", directory.path, "incus"],
    ] as const
  ) {
    const found = await find({ flags: ["-A"], env: { [name]: value } });
    assertEquals(found, { address, dialect, body: "here" });
  }
});

Deno.test("the socket of incus-user is used where the main one is not, with its project", async () => {
  await using directory = await temporary();
  const socket = `${directory.path}/unix.socket.user`;
  await using _ = daemon(socket, "mine");
  assertEquals(await find({ flags: ["-A"], env: { INCUS_DIR: directory.path } }), {
    address: `unix:${socket}`,
    dialect: "incus",
    body: "mine",
    project: `user-${Deno.uid()}`,
  });
});

Deno.test("the second daemon is taken where the first does not run", async () => {
  await using directory = await temporary();
  const socket = `${directory.path}/s`;
  await using _ = daemon(socket, "lxd");
  const env = { INCUS_SOCKET: `${directory.path}/none`, LXD_SOCKET: socket };
  assertEquals((await find({ flags: ["-A"], env })).dialect, "lxd");
});

Deno.test("a search that finds nothing tells of each place", async () => {
  await using directory = await temporary();
  const file = `${directory.path}/file`;
  await Deno.writeTextFile(file, "");
  const env = { INCUS_SOCKET: `${directory.path}/none`, LXD_SOCKET: file };
  assertEquals(await find({ flags: ["-A"], env }), {
    name: "ConnectionError",
    reason: "refused",
    address: `unix:${directory.path}/none, unix:${file}`,
    message: [
      "Cannot find a local daemon. Install and start Incus or LXD, or give the socket or URL of " +
      "one that runs. The places looked at:",
      `- $INCUS_SOCKET: Cannot reach unix:${directory.path}/none: no such socket. ` +
      "Start the daemon or give another path",
      `- $LXD_SOCKET: Cannot reach unix:${file}: connection refused. ` +
      "Nobody listens on the socket: start the daemon",
    ].join("\n"),
  });
});

Deno.test("a permission that Deno lacks is named, and is not taken for a missing daemon", async () => {
  await using directory = await temporary();
  const socket = `${directory.path}/unix.socket`;
  const env = { INCUS_DIR: directory.path };
  const variables = "--allow-env=INCUS_SOCKET,INCUS_DIR,LXD_SOCKET,LXD_DIR";

  const blind = await find({ flags: [], env });
  assertEquals(blind.reason, "missing-permission");
  assert(blind.message!.includes(variables), blind.message);

  const sighted = await find({ flags: [variables], env });
  assertEquals(sighted.reason, "missing-permission");
  for (const path of [socket, `${socket}.user`]) {
    const flags = `--allow-read=${path} --allow-write=${path} --allow-net=unix:${path}`;
    assert(sighted.message!.includes(flags), sighted.message);
  }

  await using _ = daemon(`${socket}.user`, "mine");
  const flags = [variables, "--allow-read", "--allow-write", "--allow-net"];
  const nameless = await find({ flags, env });
  assertEquals(nameless.reason, "missing-permission");
  assert(nameless.message!.endsWith("Run Deno with --allow-sys=uid"), nameless.message);
  assertEquals((await find({ flags: [...flags, "--allow-sys=uid"], env })).body, "mine");
});

Deno.test("the search leaves no connection open", async () => {
  await using directory = await temporary();
  const socket = `${directory.path}/s`;
  const { output } = await runDeno(
    `
    import { findLocalDaemon } from "${entry}";
    const listener = Deno.listen({ transport: "unix", path: "${socket}" });
    const [connection] = await Promise.all([listener.accept(), findLocalDaemon()]);
    // A connection that stays open would leave the read waiting forever.
    const guard = setTimeout(() => Deno.exit(1), 5000);
    console.log(await connection.read(new Uint8Array(1)));
    clearTimeout(guard);
    listener.close();
  `,
    { flags: ["-A"], env: { LXD_SOCKET: socket } },
  );
  assertEquals(output.trim(), "null");
});
