import { assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { Api } from "./api.ts";
import { startDaemon } from "./daemon.ts";
import { findMounts, findProcesses } from "./leftovers.ts";
import { imageAlias } from "./setup.ts";
import { daemonTest } from "./suite.ts";

async function startContainer(api: Api, name: string): Promise<void> {
  const source = { type: "image", alias: imageAlias };
  await api.request("POST", "/1.0/instances", { body: { name, source } });
  await api.request("PUT", `/1.0/instances/${name}/state`, { body: { action: "start" } });
}

daemonTest("The kit's daemon runs containers and goes without a trace", async (daemon) => {
  {
    using api = new Api(daemon.socket);
    await startContainer(api, "c1");
    const body = { command: ["sh", "-c", "test -x /sbin/init && exit 3"], "record-output": true };
    const { return: code } = await api.request("POST", "/1.0/instances/c1/exec", { body });
    assertEquals(code, 3);
  }
  assertNotEquals(await findProcesses(daemon.directory), []);
  await daemon.stop();
  assertEquals(await findProcesses(daemon.directory), []);
  assertEquals(await findMounts(daemon.directory), []);
  await assertRejects(() => Deno.stat(daemon.directory), Deno.errors.NotFound);
});

daemonTest("The kit's daemon comes back with its containers", async (daemon) => {
  {
    using api = new Api(daemon.socket);
    await startContainer(api, "c1");
  }
  await daemon.restart();
  await daemon.kill();
  {
    using api = new Api(daemon.socket);
    assertEquals(await api.isReady(), false);
    await daemon.restart();
    assertEquals((await api.request("GET", "/1.0/instances/c1")).status, "Running");
  }
  await daemon.kill();
  await daemon.stop();
  assertEquals(await findProcesses(daemon.directory), []);
});

daemonTest("The kit's daemon is blocked and freed", async (daemon) => {
  using api = new Api(daemon.socket);
  await daemon.kill("SIGSTOP");
  await assertRejects(() => api.request("GET", "/1.0", { timeout: 200 }), DOMException);
  await daemon.kill("SIGCONT");
  assertEquals(await api.isReady(), true);
  await daemon.kill("SIGSTOP");
});

daemonTest("The kit's daemon listens on HTTPS and has a bridge", async (daemon) => {
  using api = new Api(daemon.socket);
  const { config } = await api.request("GET", "/1.0");
  assertEquals(config["core.https_address"], `127.0.0.1:${daemon.httpsPort}`);
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: daemon.httpsPort });
  assertEquals(connection.remoteAddr.port, daemon.httpsPort);
  const { managed } = await api.request("GET", `/1.0/networks/${daemon.bridge}`);
  assertEquals(managed, true);
}, { bridge: true });

daemonTest("A daemon that cannot start says why and leaves nothing", async (daemon) => {
  const parent = await Deno.makeTempDir({ dir: daemon.directory });
  // A path so long that no socket fits.
  const folder = `${parent}/${"x".repeat(100)}`;
  await Deno.mkdir(`${folder}/logs`, { recursive: true });
  const before = Deno.env.get("LXKIT_TEST_DIRECTORY");
  Deno.env.set("LXKIT_TEST_DIRECTORY", folder);
  try {
    const error = await assertRejects(() => startDaemon(daemon.kind), Error);
    assertMatch(error.message, /^Cannot start (lxd|incus): .*socket/);
    assertEquals(Array.from(Deno.readDirSync(folder), (it) => it.name), ["logs"]);
  } finally {
    if (before === undefined) Deno.env.delete("LXKIT_TEST_DIRECTORY");
    else Deno.env.set("LXKIT_TEST_DIRECTORY", before);
  }
});
