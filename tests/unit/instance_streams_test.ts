import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  type Client,
  connect,
  type DevicesMap,
  OperationError,
  ProtocolError,
  TruncatedError,
  UnsupportedError,
} from "../../mod.ts";
import type { FakeChannel } from "../kit/fake_channel.ts";
import {
  background,
  failed,
  FakeConnector,
  never,
  operationData,
  refusal,
  succeeded,
  sync,
} from "../kit/fake_connector.ts";

const I = "/1.0/instances/web";
const WAIT = "GET /1.0/operations/0b1c/wait";
const SOCKET = "/1.0/operations/0b1c/websocket";
const FDS = { "0": "s3cret-0", control: "s3cret-c" };
const extensions = [
  "backup_override_config",
  "backup_override_name",
  "console",
  "console_force",
  "console_vga_type",
  "container_backup",
  "container_backup_override_pool",
  "direct_backup",
  "import_instance_devices",
  "instance_console_screenshot",
  "instance_debug_memory",
  "instance_nvram",
];

async function withClient(
  connector: FakeConnector,
  use: (client: Client) => Promise<void>,
): Promise<void> {
  await using client = await connect({ connector });
  await use(client);
}

/** A server whose console goes on until its control connection is closed. */
function consoleServer(terminal: (channel: FakeChannel) => void): FakeConnector {
  const connector = new FakeConnector({ extensions });
  const ended = Promise.withResolvers<void>();
  connector.on(`POST ${I}/console`, background(operationData({ metadata: { fds: FDS } })));
  connector.on(WAIT, async () => {
    await ended.promise;
    return sync(succeeded());
  });
  connector.onChannel(`${SOCKET}?secret=s3cret-0`, terminal);
  connector.onChannel(`${SOCKET}?secret=s3cret-c`, (channel) => {
    channel.closed.then(() => ended.resolve());
  });
  return connector;
}

Deno.test("A console carries bytes both ways and ends with the barrier", async () => {
  const connector = consoleServer(async (channel) => {
    channel.send(new TextEncoder().encode("login: "));
    await channel.receive(1);
    channel.send("");
  });
  await withClient(connector, async (client) => {
    const tty = { columns: 80, rows: 24 };
    const terminal = await client.instances.at("web").console({ tty, force: true });
    const size = { columns: 100, rows: 30 };
    await Promise.all([terminal.resize(size), terminal.resize(size)]);
    const writer = terminal.writable.getWriter();
    await writer.write(new TextEncoder().encode("root\r"));
    assertEquals(await new Response(terminal.readable).text(), "login: ");
    await terminal.ended;
    assertEquals(connector.sent(`POST ${I}/console`)[0]?.json, {
      type: "console",
      width: 80,
      height: 24,
      force: true,
    });
    const control = connector.channels.find(({ path }) => path.endsWith("s3cret-c"))!;
    const args = { width: "100", height: "30" };
    const command = JSON.stringify({ command: "window-resize", args });
    assertEquals(control.received, [command, command]);
  });
});

Deno.test("A console that is left ends its terminal before its control connection", async () => {
  const order: string[] = [];
  const connector = consoleServer((channel) => {
    channel.closed.then(({ code }) => order.push(`terminal ${code}`));
  });
  connector.onChannel(`${SOCKET}?secret=s3cret-c`, (channel) => {
    channel.closed.then(({ code, reason }) => order.push(`control ${code} ${reason}`));
  });
  connector.on(WAIT, sync(succeeded()));
  await withClient(connector, async (client) => {
    const terminal = await client.instances.at("web").console();
    await terminal.detach();
    assertEquals(order, ["terminal 1000", "control 1000 Detaching from console"]);
  });
});

Deno.test("A console that breaks off is no short success", async () => {
  const connector = consoleServer((channel) => {
    channel.send(new Uint8Array([1]));
    channel.end(1006);
  });
  connector.on(WAIT, refusal(404, "not found"));
  connector.on("GET /1.0/operations/0b1c", refusal(404, "not found"));
  await withClient(connector, async (client) => {
    const terminal = await client.instances.at("web").console();
    await assertRejects(() => new Response(terminal.readable).arrayBuffer(), TruncatedError);
    await assertRejects(() => terminal.ended, OperationError);
  });
});

Deno.test("A console that others take over ends", async () => {
  const connector = consoleServer((channel) => channel.end(1006));
  const cancelled = { status: "Cancelled", status_code: 401 };
  connector.on(WAIT, sync(operationData(cancelled)));
  await withClient(connector, async (client) => {
    const terminal = await client.instances.at("web").console();
    assertEquals(await new Response(terminal.readable).text(), "");
    await terminal.ended;
  });
});

Deno.test("A console that fails on the server says why", async () => {
  const connector = consoleServer((channel) => channel.end(1006));
  connector.on(WAIT, sync(failed("no tty")));
  await withClient(connector, async (client) => {
    const terminal = await client.instances.at("web").console();
    await assertRejects(() => terminal.ended, OperationError, "no tty");
    await assertRejects(() => new Response(terminal.readable).text(), OperationError, "no tty");
  });
});

Deno.test("A console without its control connection is refused", async () => {
  const connector = consoleServer(() => {});
  connector.on(WAIT, never);
  connector.on("DELETE /1.0/operations/0b1c", sync());
  connector.onChannel(`${SOCKET}?secret=s3cret-c`, new TruncatedError("Cannot open it"));
  await withClient(connector, async (client) => {
    await assertRejects(() => client.instances.at("web").console(), TruncatedError);
  });
});

Deno.test("A graphical console gives one connection after the other", async () => {
  const connector = consoleServer((channel) => channel.send(new Uint8Array([7])));
  await withClient(connector, async (client) => {
    const vga = await client.instances.at("web").vga();
    assertEquals(connector.channels.map(({ path }) => path), [`${SOCKET}?secret=s3cret-c`]);
    for (let round = 0; round < 2; round++) {
      await using channel = await vga.connect();
      const { value } = await channel.readable.getReader().read();
      assertEquals(value, new Uint8Array([7]));
    }
    assertThrows(() => vga.url, UnsupportedError, "the connector to fake: has none");
    await vga[Symbol.asyncDispose]();
    await vga.ended;
    assertEquals(connector.sent(`POST ${I}/console`)[0]?.json, { type: "vga" });
    assertEquals(Deno.inspect(vga, { depth: 9, showHidden: true }).includes("s3cret"), false);
  });
});

Deno.test("Pictures, memory and backups come as streams", async () => {
  const connector = new FakeConnector({ extensions });
  const bytes = new Uint8Array([1, 2, 3]);
  const body = { headers: { "content-length": "3" }, body: bytes };
  connector.on(`GET ${I}/console`, body);
  connector.on(`GET ${I}/debug/memory`, body);
  connector.on(`POST ${I}/backups`, { body: bytes });
  connector.on(`GET ${I}/nvram/g/Boot`, { body: bytes });
  await withClient(connector, async (client) => {
    const web = client.instances.at("web");
    const told: unknown[] = [];
    const picture = await web.screenshot({ onProgress: (it) => told.push(it) });
    assertEquals(picture.size, 3);
    assertEquals(await new Response(picture.readable).bytes(), bytes);
    const text = "download: 3 bytes";
    assertEquals(told, [{ stage: "download", bytes: 3, total: 3, percent: 100, text }]);
    assertEquals(connector.sent(`GET ${I}/console`)[0]?.query.get("type"), "vga");
    const memory = await web.debug.memory({ format: "elf" });
    assertEquals(await new Response(memory.readable).bytes(), bytes);
    assertEquals(connector.sent(`GET ${I}/debug/memory`)[0]?.query.get("format"), "elf");
    const backup = await web.backups.stream({ instance_only: true });
    assertEquals(backup.size, null);
    assertEquals(await new Response(backup.readable).bytes(), bytes);
    const [sent] = connector.sent(`POST ${I}/backups`);
    assertEquals(sent?.headers.get("accept"), "application/octet-stream");
    assertEquals(sent?.json, { instance_only: true });
    assertEquals(await web.nvram.at("g", "Boot").read(), bytes);
  });
});

Deno.test("A download that breaks off says so, and one that is aborted why", async () => {
  const connector = new FakeConnector({ extensions });
  connector.on(`GET ${I}/backups/b/export`, () => ({
    body: new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array([1]));
      },
      pull(controller) {
        controller.error(new Error("reset"));
      },
    }),
  }));
  await withClient(connector, async (client) => {
    const { backups } = client.instances.at("web");
    const cut = await backups.at("b").export();
    await assertRejects(() => new Response(cut.readable).text(), TruncatedError, 'backup "b"');
    const stop = new AbortController();
    const aborted = await backups.at("b").export({ signal: stop.signal });
    stop.abort(new RangeError("enough"));
    await assertRejects(() => new Response(aborted.readable).text(), RangeError, "enough");
  });
});

const devices: DevicesMap = {
  root: { type: "disk", path: "/", pool: "fast" },
  eth0: { type: "nic", network: "lan" },
};

Deno.test("The overrides of a backup go in each server's own form", async () => {
  for (const kind of ["lxd", "incus"] as const) {
    const connector = new FakeConnector({ kind, extensions });
    const resources = { instances: ["/1.0/instances/web"] };
    connector.on("POST /1.0/instances", background(operationData()));
    connector.on(WAIT, sync(succeeded({ resources })));
    connector.on(`GET ${I}`, sync({ name: "web" }));
    await withClient(connector, async (client) => {
      const options = { name: "web", pool: "fast", devices, target: "node2" };
      await client.instances.importBackup("bytes", options);
      const [sent] = connector.sent("POST /1.0/instances");
      const field = (name: string) =>
        sent?.headers.get(`${kind === "lxd" ? "x-lxd" : "x-incus"}-${name}`);
      assertEquals(field("name"), "web");
      assertEquals(field("pool"), "fast");
      assertEquals(sent?.query.get("target"), "node2");
      assertEquals(sent?.headers.get("content-type"), "application/octet-stream");
      assertEquals(
        field("devices"),
        kind === "lxd"
          ? "root=type%3Ddisk%26path%3D%252F%26pool%3Dfast&eth0=type%3Dnic%26network%3Dlan"
          : "root,type=disk,path=/,pool=fast eth0,type=nic,network=lan",
      );
    });
  }
});

Deno.test("Configuration of a backup that cannot be sent is refused", async () => {
  const connector = new FakeConnector({ extensions });
  await withClient(connector, async ({ instances }) => {
    const config = { "user.a": "two words" };
    assertThrows(() => instances.importBackup("", { config }), TypeError, "user.a");
    await Promise.resolve();
    assertEquals(connector.log, []);
  });
});

Deno.test("What needs an extension sends nothing without it", async () => {
  const connector = new FakeConnector();
  await withClient(connector, async (client) => {
    const web = client.instances.at("web");
    const uses: (() => unknown)[] = [
      () => web.backups.list(),
      () => web.backups.stream(),
      () => web.console(),
      () => web.vga(),
      () => web.screenshot(),
      () => web.debug.memory(),
      () => web.debug.repair("x"),
      () => web.access(),
      () => web.metadata.refresh(),
      () => web.uefiVariables.refresh(),
      () => web.nvram.list(),
      () => web.nvram.at("g", "n"),
      () => web.nvram.change({}),
      () => web.restore("s", { diskOnly: true }),
      () => web.restore("s", { diskVolumes: "root" }),
      () => web.move({ pool: "fast" }),
      () => web.move({ project: "ci" }),
      () => web.move({ target: "node2", config: {} }),
      () => client.instances.importBackup(""),
    ];
    for (const use of uses) {
      await assertRejects(async () => await use(), UnsupportedError, undefined, String(use));
    }
    assertEquals(connector.log, []);
  });
});

Deno.test("A name that the server made up is the one that was not there before", async () => {
  const connector = new FakeConnector({ kind: "lxd" });
  const url = (name: string) => `${I}/snapshots/${name}`;
  connector.on(`POST ${I}/snapshots`, background(operationData()));
  connector.on(WAIT, sync(succeeded({ resources: { instances: [I] } })));
  connector.on(`GET ${I}/snapshots`, sync([url("a")]), sync([url("a"), url("b%20c")]));
  connector.on(`GET ${url("b%20c")}`, sync({ name: "b c" }));
  await withClient(connector, async (client) => {
    const { snapshots } = client.instances.at("web");
    assertEquals((await snapshots.create()).name, "b c");
    connector.on(`GET ${I}/snapshots`, sync([]), sync([url("a"), url("b")]));
    await assertRejects(() => snapshots.create(), ProtocolError, "2 were added");
  });
});

Deno.test("A copy starts on a server that cannot start what it creates", async () => {
  const connector = new FakeConnector({ kind: "lxd" });
  const data = { name: "web", config: {}, devices: {}, profiles: [] };
  connector.on(`GET ${I}`, sync(data));
  connector.on("POST /1.0/instances", background(operationData()));
  connector.on(WAIT, sync(succeeded()));
  connector.on("PUT /1.0/instances/copy/state", sync());
  connector.on("GET /1.0/instances/copy", sync({ ...data, name: "copy" }));
  await withClient(connector, async (client) => {
    const copy = await client.instances.at("web").copy("copy", { start: true, project: "ci" });
    assertEquals(copy.name, "copy");
    const [created] = connector.sent("POST /1.0/instances");
    assertEquals("start" in created!.json, false);
    assertEquals(created!.query.get("project"), "ci");
    const [started] = connector.sent("PUT /1.0/instances/copy/state");
    assertEquals(started!.json, { action: "start" });
    assertEquals(started!.query.get("project"), "ci");
    await assertRejects(
      async () => await client.instances.at("web").copy("copy", { pool: "fast" }),
      TypeError,
      "no root disk",
    );
  });
});

Deno.test("An address is read off the state as soon as there is one", async () => {
  const connector = new FakeConnector();
  const addresses = [
    { family: "inet6", address: "fd00::2", netmask: "64", scope: "global" },
    { family: "inet", address: "169.254.1.1", netmask: "16", scope: "link" },
    { family: "inet", address: "10.0.0.2", netmask: "24", scope: "global" },
  ];
  const state = { status: "Running", network: { lo: { addresses: [] }, eth0: { addresses } } };
  connector.on(`GET ${I}/state`, sync({ status: "Running", network: null }), sync(state));
  await withClient(connector, async (client) => {
    const web = client.instances.at("web");
    assertEquals(await web.waitForAddress(), "10.0.0.2");
    assertEquals(await web.waitForAddress({ family: "inet6" }), "fd00::2");
    connector.on(`GET ${I}/state`, sync({ status: "Stopped" }));
    await assertRejects(() => web.waitForAddress(), TypeError, "it does not run");
  });
});
