/**
 * What the simulator has beyond a server: its clock, its chance, its faults, and the ways to reach it.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import {
  ApiError,
  connect,
  ConnectionError,
  NotFoundError,
  OperationError,
  type ServerEvent,
} from "../../mod.ts";
import { simulate, Simulator, VirtualClock } from "../../src/testing/mod.ts";

const source = { type: "image", alias: "busybox" } as const;

Deno.test("A simulation works as it comes", async () => {
  for (const dialect of ["lxd", "incus"] as const) {
    await using simulation = await simulate({ dialect });
    const { client, simulator } = simulation;
    assertEquals(client.dialect, dialect);
    const web = await client.instances.create({ name: "web", source, start: true });
    assertEquals(web.data.status, "Running");
    await web.files.write("/root/it", "text");
    assertEquals(await web.files.readText("/root/it"), "text");
    assertMatch(simulator.address, /^simulated (LXD|Incus)$/);
  }
});

Deno.test("Everything is the same in every run", async () => {
  const run = async () => {
    await using simulation = await simulate();
    const { client } = simulation;
    const events = client.events({ types: ["lifecycle", "operation"] });
    await events.opened;
    const instance = await client.instances.create({ source, start: true });
    await instance.snapshots.create();
    const { data } = await instance.refresh();
    await events.close();
    return JSON.stringify([data, await Array.fromAsync(events)]);
  };
  assertEquals(await run(), await run());
});

Deno.test("Chance can be given", async () => {
  let calls = 0;
  await using simulation = await simulate({ random: () => (calls++ % 16) / 16 });
  const { operation } = await simulation.client.certificates.createToken({ name: "x" });
  assertMatch(operation!.id, /^0123/);
  await operation!.cancel();
});

Deno.test("An operation takes the time of the clock, tells of its progress, and is kept for five seconds", async () => {
  const clock = new VirtualClock({ auto: false });
  await using simulation = await simulate({ clock, operationTime: 1000 });
  const { client } = simulation;
  const stages: string[] = [];
  const events = client.events({ types: ["operation"] });
  await events.opened;
  const creating = client.instances.create({ name: "web", source });
  const operation = (await creating.accepted)!;
  assertEquals((await operation.refresh()).status, "Running");
  await clock.advance(999);
  assertEquals((await operation.refresh()).status, "Running");
  await clock.advance(1);
  assertEquals((await creating).data.status, "Stopped");
  await clock.advance(4999);
  assert(await client.operations.exists(operation.id));
  await clock.advance(1);
  assertEquals(await client.operations.exists(operation.id), false);
  await events.close();
  for await (const event of events) {
    if (event.type === "operation") {
      const { status, metadata } = event.metadata;
      const { percent = "" } = (metadata?.progress ?? {}) as { percent?: string };
      stages.push(`${status} ${percent}`.trim());
    }
  }
  assertEquals(stages, ["Running", "Running 25", "Running 50", "Running 75", "Success 100"]);
});

Deno.test("An operation is cancelled while it goes on", async () => {
  const clock = new VirtualClock({ auto: false });
  await using simulation = await simulate({ clock });
  const { client } = simulation;
  const server = "https://127.0.0.1:8443";
  const pulling = client.images.create({
    source: { type: "image", mode: "pull", server, alias: "busybox" },
  });
  const operation = (await pulling.accepted)!;
  await operation.cancel();
  const error = await assertRejects(async () => await pulling, OperationError);
  assertEquals(error.outcome, "cancelled");
});

Deno.test("Events come in the order of what happens", async () => {
  await using simulation = await simulate();
  const { client } = simulation;
  const events = client.events({ types: ["lifecycle", "operation"] });
  await events.opened;
  const web = await client.instances.create({ name: "web", source });
  await web.start();
  await web.snapshots.create({ name: "s" });
  await web.stop({ force: true });
  await web.delete();
  await events.close();
  const told = (await Array.fromAsync(events)).map(nameOf);
  assertEquals(told.filter((it) => !it.includes("%")), [
    "Creating instance: Running",
    "instance-created",
    "Creating instance: Success",
    "Starting instance: Running",
    "instance-started",
    "Starting instance: Success",
    "Snapshotting instance: Running",
    "instance-snapshot-created",
    "Snapshotting instance: Success",
    "Stopping instance: Running",
    "instance-stopped",
    "Stopping instance: Success",
    "Deleting instance: Running",
    "instance-deleted",
    "Deleting instance: Success",
  ]);
});

function nameOf(event: ServerEvent | { type: "gap" }): string {
  if (event.type === "lifecycle") return event.metadata.action;
  if (event.type !== "operation") return event.type;
  const { description, status, metadata } = event.metadata;
  const progress = status === "Running" && metadata?.progress ? " %" : "";
  return `${description}: ${status}${progress}`;
}

Deno.test("Snapshots expire as the clock goes", async () => {
  const clock = new VirtualClock();
  await using simulation = await simulate({ clock });
  const { client } = simulation;
  const config = { "snapshots.expiry": "2d" };
  const { snapshots } = await client.instances.create({ name: "web", source, config });
  const { data } = await snapshots.create({ name: "s" });
  assertMatch(data.expires_at!, /^2026-01-03T/);
  await clock.advance(3 * 24 * 3600 * 1000);
  assertEquals(await snapshots.names(), []);
});

Deno.test("Faults come at the call that they are planned for", async () => {
  await using simulation = await simulate();
  const { client, simulator } = simulation;
  const web = await client.instances.create({ name: "web", source });
  const call = "POST /1.0/instances/{name}/snapshots";
  const snapshot = async (name: string) => await web.snapshots.create({ name });

  simulator.fault({ call, nth: 2 }, { kind: "error", status: 503, message: "Shutting down" });
  await snapshot("a");
  const refused = await assertRejects(() => snapshot("b"), ApiError, "Shutting down");
  assertEquals(refused.status, 503);
  await snapshot("b");

  simulator.fault({ call }, { kind: "full-disk" });
  await assertRejects(() => snapshot("c"), OperationError, "no space left on device");
  simulator.fault({ call }, { kind: "quota" });
  await assertRejects(() => snapshot("c"), OperationError, "Reached maximum");
  simulator.fault({ call }, { kind: "operation", message: "It broke" });
  await assertRejects(() => snapshot("c"), OperationError, "It broke");
  assertEquals(await web.snapshots.names(), ["a", "b"]);

  simulator.fault({ call }, { kind: "disconnect" });
  const lost = await assertRejects(() => snapshot("c"), ConnectionError);
  assertEquals(lost.reason, "lost");
  assertEquals(await web.snapshots.exists("c"), false);
  simulator.fault({ call }, { kind: "disconnect", after: true });
  await assertRejects(() => snapshot("c"), ConnectionError);
  for (const operation of await client.operations.list()) {
    if (!operation.ended) await operation.wait();
  }
  assertEquals(await web.snapshots.exists("c"), true);

  simulator.fault({ call: "* /1.0/instances/{name}/files", times: 2 }, { kind: "full-disk" });
  await assertRejects(() => web.files.write("/root/x", "x"), ApiError, "no space left");
  simulator.clearFaults();
  await web.files.write("/root/x", "x");
  assertThrows(() => simulator.fault({ call: "snapshots" }, { kind: "error" }), TypeError);
  assertThrows(() => simulator.fault({ call, nth: 0 }, { kind: "error" }), RangeError);
});

Deno.test("A delay is one of the clock", async () => {
  const clock = new VirtualClock({ auto: false });
  await using simulation = await simulate({ clock });
  const { client, simulator } = simulation;
  simulator.fault({ call: "GET /1.0/profiles" }, { kind: "delay", milliseconds: 5000 });
  let answered = false;
  const listing = client.profiles.names().then(() => answered = true);
  await clock.advance(4999);
  assertEquals(answered, false);
  await clock.advance(1);
  await listing;
});

Deno.test("A lost event stream is told of", async () => {
  await using simulation = await simulate();
  const { client, simulator } = simulation;
  const events = client.events({ types: ["lifecycle"] });
  await events.opened;
  const iterator = events[Symbol.asyncIterator]();
  const first = iterator.next();
  simulator.fault({ call: "GET /1.0/profiles" }, { kind: "lost-events" });
  await client.profiles.names();
  const { value } = await first;
  assertEquals(value?.type, "gap");
  await events.close();
});

Deno.test("API extensions come and go", async () => {
  await using simulation = await simulate({
    dialect: "incus",
    addExtensions: ["shiny"],
    removeExtensions: ["instances_rebuild"],
  });
  const { client, simulator } = simulation;
  assert(client.hasExtension("shiny"));
  assertEquals(client.hasExtension("instances_rebuild"), false);
  await client.instances.create({ name: "web", source });
  const rebuild = () =>
    client.raw("POST /1.0/instances/{name}/rebuild", { path: { name: "web" }, body: {} as never });
  await assertRejects(async () => await rebuild(), NotFoundError);
  simulator.extensions.add("instances_rebuild");
  await rebuild();
  const { api_extensions } = await client.server.refresh().then(({ data }) => data);
  assert(api_extensions.includes("instances_rebuild"));
});

Deno.test("LXD answers with operations what newer versions do", async () => {
  await using simulation = await simulate({ dialect: "lxd", background: true });
  const { client } = simulation;
  const profile = await client.profiles.create({ name: "p" });
  const response = await client.api("profiles")("p").patch({ description: "patched" });
  const { type, metadata } = await response.json();
  assertEquals([response.status, type], [202, "async"]);
  await client.operations.at(metadata.id).wait();
  await profile.edit((it) => void (it.description = "edited"));
  assertEquals((await client.profiles.get("p")).data.description, "edited");
  await profile.delete();
  const pool = await client.storagePools.create({ name: "pool", driver: "dir" });
  const volume = await pool.volumes.custom.create({ name: "db" });
  await volume.patch({ description: "patched" });
  const snapshot = await volume.snapshots.create({ name: "then" });
  await snapshot.patch({ description: "patched" });
  assertEquals((await snapshot.refresh()).data.description, "patched");
  await volume.delete();
  await pool.delete();
  const project = await client.projects.create({ name: "p" });
  await project.delete();
  const config = { "ipv4.address": "10.0.0.1/24" };
  const network = await client.networks.create({ name: "br0", type: "bridge", config });
  await network.delete();
  for (
    const [collection, body] of Object.entries({
      "network-acls": { name: "web" },
      "network-zones": { name: "example.net" },
    })
  ) {
    const made = await client.api(collection).post(body);
    assertEquals(made.status, 202, collection);
    await client.operations.at((await made.json()).metadata.id).wait();
    const changed = await client.api(collection)(body.name).patch({ description: "patched" });
    assertEquals(changed.status, 202, collection);
    await client.operations.at((await changed.json()).metadata.id).wait();
  }
});

Deno.test("A small cluster places, moves and evacuates", async () => {
  await using simulation = await simulate({ members: ["one", "two"] });
  const { client } = simulation;
  assert(client.server.clustered);
  assertEquals((await client.cluster.members.names()).sort(), ["one", "two"]);
  const web = await client.instances.create({ name: "web", source }, { target: "two" });
  assertEquals(web.data.location, "two");
  await (await client.cluster.members.get("two")).evacuate();
  assertEquals((await web.refresh()).data.location, "one");
  assertEquals((await client.cluster.members.get("two")).data.status, "Evacuated");
  const moved = await web.move({ target: "two" });
  assertEquals(moved.data.location, "two");
});

Deno.test("A simulator is served on a socket and on a port", async () => {
  const directory = await Deno.makeTempDir();
  const socket = `${directory}/s`;
  const simulator = new Simulator();
  const serve = (request: Request) => simulator.serve(request, Deno.upgradeWebSocket);
  const onListen = () => {};
  const unix = Deno.serve({ path: socket, onListen }, serve);
  const tcp = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen }, serve);
  try {
    const ways = [{ socket }, { url: `http://127.0.0.1:${tcp.addr.port}` }];
    for (const [index, way] of ways.entries()) {
      await using client = await connect(way);
      const events = client.events({ types: ["lifecycle"] });
      await events.opened;
      const web = await client.instances.create({ name: `web${index}`, source, start: true });
      for await (const event of events) {
        if (event.type === "lifecycle" && event.metadata.action === "instance-created") break;
      }
      await web.files.write("/root/it", "text");
      assertEquals(await web.files.readText("/root/it"), "text");
      simulator.fault({ call: "GET /1.0/profiles" }, { kind: "disconnect" });
      await assertRejects(() => client.profiles.names(), ConnectionError);
    }
  } finally {
    await Promise.all([unix.shutdown(), tcp.shutdown()]);
    await Deno.remove(directory, { recursive: true });
  }
});
