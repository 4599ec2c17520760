/**
 * Copies and moves between two servers of one kind that share nothing, over TLS on loopback. One pair
 * serves all cases of a kind, so each is a step; the last ones break it.
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  type Client,
  connect,
  ConnectionError,
  type Connector,
  type CopyMode,
  type Instance,
  type Progress,
  type StorageVolume,
  TransferError,
} from "../mod.ts";
import { httpsConnector } from "../src/connectors/https.ts";
import {
  type Daemon,
  findObstacle,
  type ServerKind,
  serverKinds,
  startDaemon,
} from "./kit/daemon.ts";
import { imageAlias } from "./kit/setup.ts";
import { type HttpsAccess, trustedAccess } from "./kit/trust.ts";

/** Two servers, and a client of each. */
interface Pair {
  here: Client;
  there: Client;
  /** How the first one is reached. */
  access: HttpsAccess;
  first: Daemon;
  second: Daemon;
}

const modes: readonly CopyMode[] = ["pull", "push", "relay"];
const source = { type: "image", alias: imageAlias } as const;

/** Runs all steps up to the first that fails, and says whether none did. */
async function usePair(first: Daemon, second: Daemon, t: Deno.TestContext): Promise<boolean> {
  const access = await trustedAccess(first);
  await using here = await connect(access);
  await using there = await connect(await trustedAccess(second));
  const pair = { here, there, access, first, second };
  for (const [name, step] of steps) {
    if (!await t.step(name, () => step(pair))) return false;
  }
  return true;
}

/** Boots two servers that know nothing of each other. */
async function startTwo(kind: ServerKind): Promise<[Daemon, Daemon]> {
  const first = await startDaemon(kind);
  try {
    return [first, await startDaemon(kind)];
  } catch (error) {
    await first.discard();
    throw error;
  }
}

/** A client whose server seems to be at an address at which nothing listens. */
function atWrongAddress(access: HttpsAccess): Promise<Client> {
  const connector = httpsConnector(access);
  const wrong: Connector = {
    address: "https://127.0.0.1:1",
    fetch: (path, request) => connector.fetch(path, request),
    webSocket: (path, options) => connector.webSocket(path, options),
    close: () => connector.close(),
  };
  return connect({ connector: wrong });
}

async function makeInstance(client: Client, name: string): Promise<Instance> {
  const config = { "user.kept": "1", "user.changed": "1" };
  const instance = await client.instances.create({
    name,
    source,
    config,
    description: "the first",
  });
  await instance.files.write("/root/it", "then", { uid: 7, gid: 8, mode: 0o640 });
  await instance.snapshots.create({ name: "s1" });
  await instance.files.write("/root/it", "now", { uid: 7, gid: 8, mode: 0o640 });
  return instance;
}

/** Runs a shell script in a container while the volume is attached to it. */
async function withVolume(box: Instance, volume: StorageVolume, script: string): Promise<string> {
  const { pool, name } = volume;
  const data = { type: "disk", pool, source: name, path: "/data" } as const;
  await box.edit((it) => void (it.devices!.data = data));
  try {
    const { success, stdoutText, stderrText } = await box.exec(["sh", "-c", script]);
    assert(success, stderrText);
    return stdoutText;
  } finally {
    await box.edit((it) => void delete it.devices!.data);
  }
}

async function failure(run: () => PromiseLike<unknown>): Promise<TransferError> {
  return await assertRejects(async () => await run(), TransferError);
}

async function assertWhole(instance: Instance): Promise<void> {
  assertEquals(await instance.files.readText("/root/it"), "now");
  assertEquals(await instance.snapshots.names(), ["s1"]);
}

/** No operation is left that waits for the other server. */
async function assertQuiet(...clients: Client[]): Promise<void> {
  for (const client of clients) {
    const all = Object.values(await client.operations.list()).flat();
    const going = all.filter((it) => it && it.data.status_code < 200);
    assertEquals(going.map((it) => it?.data.description), []);
  }
}

/** Waits until the servers have ended what they were told to end. */
async function untilQuiet(...clients: Client[]): Promise<void> {
  for (let left = 1000;; left--) {
    try {
      return await assertQuiet(...clients);
    } catch (error) {
      if (left === 0) throw error;
    }
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** What is so, in the order in which it is tried. */
const steps: [name: string, run: (pair: Pair) => Promise<void>][] = [
  ["an instance is copied in every mode, with all that is its own", async ({ here, there }) => {
    const web = await makeInstance(here, "web");
    for (const mode of [...modes, undefined]) {
      const told: Progress[] = [];
      const copy = await web.copyTo(there, {
        mode,
        name: `web-${mode}`,
        config: { "user.changed": "2" },
        onProgress: (progress) => told.push(progress),
      });
      const { data } = copy;
      assertEquals(data.description, "the first", mode);
      assertEquals([data.config["user.kept"], data.config["user.changed"]], ["1", "2"], mode);
      assertEquals(data.config["volatile.base_image"], web.data.config["volatile.base_image"]);
      assertNotEquals(data.config["volatile.uuid"], web.data.config["volatile.uuid"]);
      assertEquals(await copy.files.readText("/root/it"), "now", mode);
      const { uid, gid, mode: bits } = await copy.files.stat("/root/it");
      assertEquals([uid, gid, bits], [7, 8, 0o640], mode);
      assertEquals(await copy.snapshots.names(), ["s1"], mode);
      const relayed = told.filter(({ stage }) => stage === "relay").at(-1)?.bytes ?? 0;
      assertEquals(relayed > 0, mode === "relay");
      await copy.start();
      assertEquals((await copy.exec(["cat", "/root/it"])).stdoutText, "now", mode);
      await copy.stop({ force: true });
      await copy.delete();
    }
    assertEquals((await web.refresh()).data.status, "Stopped");
    await assertWhole(web);
    await assertQuiet(here, there);
    await web.delete();
  }],

  ["an instance is copied while it runs, into a project, and started", async ({ here, there }) => {
    const web = await makeInstance(here, "web");
    await web.start();
    const config = { "features.images": "false", "features.profiles": "false" };
    const project = await there.projects.create({ name: "theirs", config });
    for (const mode of modes) {
      const copy = await web.copyTo(there.project("theirs"), {
        mode,
        instanceOnly: true,
        allowInconsistent: true,
        start: true,
      });
      assertEquals([copy.name, copy.data.project], ["web", "theirs"]);
      assertEquals(copy.data.status, "Running");
      assertEquals((await copy.exec(["cat", "/root/it"])).stdoutText, "now");
      assertEquals(await copy.snapshots.names(), []);
      await copy.stop({ force: true });
      await copy.delete();
    }
    const error = await failure(() => web.copyTo(there, { live: true }));
    assertEquals(error.side, "source");
    assertStringIncludes(error.message, "CRIU");
    await project.delete();
    assertEquals((await web.refresh()).data.status, "Running");
    await web.stop({ force: true });
    await web.delete();
  }],

  ["a copy is brought up to date, and a snapshot becomes an instance", async ({ here, there }) => {
    const web = await makeInstance(here, "web");
    const snapshot = await web.snapshots.get("s1");
    for (const mode of modes) {
      const copy = await web.copyTo(there, { mode });
      await web.files.write("/root/late", mode);
      const { name } = await web.snapshots.create({ name: `late-${mode}` });
      await web.copyTo(there, { mode, refresh: true });
      assertEquals(await copy.files.readText("/root/late"), mode);
      assert((await copy.snapshots.names()).includes(name));
      await copy.delete();
      const old = await snapshot.copyTo(there, { mode, name: "old" });
      assertEquals(await old.files.readText("/root/it"), "then", mode);
      assertEquals(old.data.config["user.kept"], "1");
      assertEquals(await old.snapshots.names(), []);
      await old.delete();
    }
    await web.delete();
  }],

  ["an instance moves, and is gone where it was", async ({ here, there }) => {
    for (const mode of modes) {
      const web = await makeInstance(here, "web");
      await web.edit((it) => void (it.config!["volatile.eth0.hwaddr"] = "00:16:3e:00:00:07"));
      const moved = await web.moveTo(there, { mode });
      await assertWhole(moved);
      assertEquals(moved.data.config["volatile.eth0.hwaddr"], "00:16:3e:00:00:07");
      assertEquals(await here.instances.exists("web"), false);
      const back = await moved.moveTo(here, { mode, name: "home" });
      await assertWhole(back);
      assertEquals(await there.instances.names(), []);
      await back.delete();
    }
  }],

  ["what could not be deleted afterwards is not moved", async ({ here, there }) => {
    const web = await makeInstance(here, "web");
    await web.start();
    await assertRejects(async () => await web.moveTo(there), TypeError, "it is not stopped");
    await web.stop({ force: true });
    await web.edit((it) => void (it.config!["security.protection.delete"] = "true"));
    await assertRejects(
      async () => await web.moveTo(there),
      TypeError,
      "security.protection.delete",
    );
    assertEquals(await there.instances.names(), []);
    await web.edit((it) => void delete it.config!["security.protection.delete"]);
    await web.delete();
  }],

  ["a custom volume is copied, brought up to date and moved", async ({ here, there }) => {
    const { custom } = here.storagePools.at("default").volumes;
    const box = await here.instances.create({ name: "box", source, start: true });
    const other = await there.instances.create({ name: "box", source, start: true });
    for (const mode of [...modes, undefined]) {
      const body = { name: "db", description: "rows", config: { "user.kept": "1" } };
      const db = await custom.create(body);
      await withVolume(box, db, "echo one >/data/it; chown 7:8 /data/it");
      await db.snapshots.create({ name: "s1" });
      const copy = await db.copyTo(there, { mode, name: "copy" });
      assertEquals([copy.data.description, copy.data.config["user.kept"]], ["rows", "1"]);
      const look = "cat /data/it; stat -c %u:%g /data/it";
      assertEquals(await withVolume(other, copy, look), "one\n7:8\n");
      assertEquals(await copy.snapshots.list().then((all) => all.map((it) => it.name)), ["s1"]);
      await withVolume(box, db, "echo three >/data/it");
      await db.copyTo(there, { mode, name: "copy", refresh: true });
      assertEquals(await withVolume(other, copy, look), "three\n7:8\n");
      const moved = await db.moveTo(there, { mode, volumeOnly: true });
      assertEquals(await custom.exists("db"), false);
      assertEquals(await withVolume(other, moved, look), "three\n7:8\n");
      assertEquals(await moved.snapshots.list(), []);
      await copy.delete();
      await moved.delete();
    }
    for (const it of [box, other]) {
      await it.stop({ force: true });
      await it.delete();
    }
    await assertQuiet(here, there);
  }],

  ["a volume that is in use is not moved, nor that of an instance", async ({ here, there }) => {
    const pool = here.storagePools.at("default");
    const db = await pool.volumes.custom.create({ name: "db" });
    const data = { type: "disk", pool: "default", source: "db", path: "/data" } as const;
    const web = await here.instances.create({ name: "web", source, devices: { data } });
    await assertRejects(async () => await db.moveTo(there), TypeError, "instances/web uses it");
    const root = pool.volumes.at("container", "web");
    await assertRejects(async () => await root.copyTo(there), TypeError, "of type container");
    await web.delete();
    await db.delete();
  }],

  ["an image is copied in every mode", async ({ here, there }) => {
    const base = await here.images.getByAlias(imageAlias);
    const original = await base.export().next();
    assert(!original.done);
    const bytes = await new Response(original.value.readable).bytes();
    for (const mode of modes) {
      await there.images.getByAlias(imageAlias).then((it) => it.delete());
      const copy = await base.copyTo(there, { mode, copyAliases: true });
      assertEquals(copy.fingerprint, base.fingerprint, mode);
      const file = await copy.export().next();
      assert(!file.done);
      assertEquals(await new Response(file.value.readable).bytes(), bytes, mode);
    }
  }],

  ["servers that do not reach each other are joined by another way", async (pair) => {
    const { here, there, access } = pair;
    await makeInstance(here, "web");
    await using wrong = await atWrongAddress(access);
    const copy = await wrong.instances.at("web").copyTo(there, { mode: "pull" });
    await assertWhole(copy);
    await copy.delete();
    await using quiet = await connect({ socket: pair.first.socket });
    await quiet.server.edit((it) => void (it.config!["core.https_address"] = ""));
    const local = quiet.instances.at("web");
    const none = async () => await local.copyTo(there, { mode: "pull" });
    await assertRejects(none, ConnectionError, "listens on no address");
    const pushed = await local.copyTo(there);
    await assertWhole(pushed);
    await pushed.delete();
    await using silent = await connect({ socket: pair.second.socket });
    const address = `127.0.0.1:${pair.second.httpsPort}`;
    await silent.server.edit((it) => void (it.config!["core.https_address"] = ""));
    const told: Progress[] = [];
    const relayed = await local.copyTo(silent, { onProgress: (it) => told.push(it) });
    assert(told.some(({ stage }) => stage === "relay"));
    await assertWhole(relayed);
    await relayed.delete();
    await local.delete();
    await silent.server.edit((it) => void (it.config!["core.https_address"] = address));
    const own = `127.0.0.1:${pair.first.httpsPort}`;
    await quiet.server.edit((it) => void (it.config!["core.https_address"] = own));
  }],

  ["a copy that the target refuses leaves both as they were", async ({ here, there }) => {
    const web = await makeInstance(here, "web");
    const other = await there.instances.create({ name: "web", source });
    await other.files.write("/root/it", "theirs");
    const volume = await here.storagePools.at("default").volumes.custom.create({ name: "db" });
    for (const mode of [...modes, undefined]) {
      const failures = [
        await failure(() => web.copyTo(there, { mode })),
        await failure(() => web.moveTo(there, { mode })),
        await failure(() => web.copyTo(there, { mode, name: "new", pool: "missing" })),
        await failure(() => web.copyTo(there, { mode, name: "new", profiles: ["missing"] })),
        await failure(() => volume.copyTo(there, { mode, pool: "missing" })),
      ];
      for (const error of failures) assertEquals(error.side, "target", error.message);
      assertMatch(failures[0]!.message, /^Cannot copy instance "web" to https:.*: the target http/);
      assertStringIncludes(failures[2]!.message, "missing");
    }
    await assertWhole(web);
    assertEquals(await there.instances.names(), ["web"]);
    assertEquals(await other.files.readText("/root/it"), "theirs");
    await untilQuiet(here, there);
    await other.delete();
    await volume.delete();
    await web.delete();
  }],

  ["an abort ends both sides", async ({ here, there }) => {
    const web = await makeInstance(here, "web");
    await web.files.write("/root/large", new Uint8Array(40_000_000));
    for (const mode of ["pull", "relay"] as const) {
      const stop = new AbortController();
      const reason = new Error("Enough");
      const copying = web.copyTo(there, { mode, signal: stop.signal });
      await copying.accepted;
      stop.abort(reason);
      assertEquals(await copying.catch((error) => error), reason);
      await untilQuiet(here, there);
      // Neither server can stop a pull that has begun: it may come to its end.
      for (const late of await there.instances.list()) {
        assertEquals(mode, "pull");
        await assertWhole(late);
        await late.delete();
      }
    }
    await assertWhole(web);
    await web.delete();
  }],

  ["a target that dies leaves the source whole, and is told by its name", async (pair) => {
    const { here, there, second } = pair;
    const web = await makeInstance(here, "web");
    await web.files.write("/root/large", new Uint8Array(40_000_000));
    for (const mode of ["pull", "relay"] as const) {
      const moving = web.moveTo(there, { mode });
      moving.catch(() => {});
      await moving.accepted;
      await second.kill();
      const error = await failure(() => moving);
      assertEquals(error.side, "target", error.message);
      assertEquals(/[0-9a-f]{64}/.test(Deno.inspect(error, { depth: 20 })), false);
      await untilQuiet(here);
      await assertWhole(web);
      await second.restart();
      for (const it of await there.instances.list()) await it.delete();
    }
    await web.delete();
  }],

  ["a source that dies leaves the target without the copy", async ({ here, there, first }) => {
    const web = await makeInstance(here, "web");
    await web.files.write("/root/large", new Uint8Array(40_000_000));
    for (const mode of ["push", "relay"] as const) {
      const copying = web.copyTo(there, { mode });
      copying.catch(() => {});
      await copying.accepted;
      await first.kill();
      const error = await failure(() => copying);
      assertEquals(error.side, "source", error.message);
      await untilQuiet(there);
      assertEquals(await there.instances.names(), [], mode);
      await first.restart();
      await assertWhole(web);
    }
  }],
];

for (const kind of serverKinds) {
  const ignore = findObstacle(kind) !== undefined;
  Deno.test({ name: `[${kind}] Two servers copy and move`, ignore }, async (t) => {
    const daemons = await startTwo(kind);
    const [first, second] = daemons;
    let passed = false;
    try {
      passed = await usePair(first, second, t);
    } finally {
      for (const daemon of daemons) await daemon.stop();
    }
    // Only the logs of a test that failed are of use.
    if (passed) { for (const { log } of daemons) await Deno.remove(log).catch(() => {}); }
  });
}
