import { assert, assertEquals, assertRejects } from "@std/assert";
import { OperationError, UnsupportedError } from "../../mod.ts";
import type { Client } from "../../mod.ts";
import { defineCase } from "../kit/case.ts";
import { makeContainer, startContainer } from "../kit/container.ts";

/** Adds a storage pool or project for the time of `use`. */
async function withThing(
  client: Client,
  path: "storage-pools" | "projects",
  body: { name: string } & Record<string, unknown>,
  use: () => Promise<void>,
): Promise<void> {
  const things = client.api[path]!;
  await (await things.post(body)).body?.cancel();
  try {
    await use();
  } finally {
    const response = await things[body.name]!.delete();
    assert(response.ok, await response.text());
  }
}

const ALONE = { "features.profiles": "false", "features.images": "false" };

defineCase("An instance is copied with all that is its own", async (context) => {
  const { name } = context;
  const origin = await makeContainer(context, {
    description: "the first",
    config: { "user.kept": "1", "user.changed": "1" },
    devices: { home: { type: "none" } },
  });
  await origin.files.write("/root/it", "it");
  await origin.snapshots.create({ name: "then" });
  const copy = await origin.copy(name("copy"), {
    config: { "user.changed": "2" },
    devices: { late: { type: "none" } },
    start: true,
  });
  const { data } = copy;
  assertEquals(data.description, "the first");
  assertEquals([data.config["user.kept"], data.config["user.changed"]], ["1", "2"]);
  assertEquals(Object.keys(data.devices).sort(), ["home", "late"]);
  assertEquals(data.profiles, origin.data.profiles);
  assertEquals(data.status, "Running");
  assert(data.config["volatile.uuid"] !== origin.data.config["volatile.uuid"]);
  assertEquals(await copy.files.readText("/root/it"), "it");
  assertEquals(await copy.snapshots.names(), ["then"]);
  await assertRejects(() => origin.copy(copy.name), OperationError);
});

defineCase("A copy can leave the snapshots out, and be brought up to date", async (context) => {
  const origin = await makeContainer(context);
  await origin.snapshots.create({ name: "one" });
  const copy = await origin.copy(context.name("copy"), { instanceOnly: true, ephemeral: false });
  assertEquals(await copy.snapshots.names(), []);
  await origin.files.write("/root/late", "late");
  await origin.snapshots.create({ name: "two" });
  await origin.copy(copy.name, { refresh: true, allowInconsistent: true });
  assertEquals(await copy.files.readText("/root/late"), "late");
  assertEquals((await copy.snapshots.names()).sort(), ["one", "two"]);
});

defineCase("A snapshot becomes an instance", async (context) => {
  const origin = await makeContainer(context, { config: { "user.kept": "1" } });
  await origin.files.write("/root/it", "then");
  const snapshot = await origin.snapshots.create({ name: "then" });
  await origin.files.write("/root/it", "now");
  const copy = await snapshot.copy(context.name("copy"));
  assertEquals(await copy.files.readText("/root/it"), "then");
  assertEquals(copy.data.config["user.kept"], "1");
});

defineCase("A copy and a move reach another storage pool", async (context) => {
  const { client, name } = context;
  const pool = name("pool");
  await withThing(client, "storage-pools", { name: pool, driver: "dir" }, async () => {
    const origin = await makeContainer(context);
    await origin.files.write("/root/it", "it");
    const copy = await origin.copy(name("copy"), { pool });
    assertEquals(copy.data.expanded_devices?.root?.pool, pool);
    assertEquals(await copy.files.readText("/root/it"), "it");
    const back = await copy.move({ pool: "default" });
    assertEquals(back.name, copy.name);
    assertEquals(back.data.expanded_devices?.root?.pool, "default");
    // Incus moves one whose files were used a moment ago no sooner than 15 seconds later.
    const other = await origin.copy(name("other"));
    const moved = await other.move({ pool, name: name("moved") });
    assertEquals(moved.data.expanded_devices?.root?.pool, pool);
    assertEquals(await client.instances.exists(other.name), false);
    assertEquals(await moved.files.readText("/root/it"), "it");
    await moved.delete();
  });
});

defineCase("A copy and a move reach another project", async (context) => {
  const { client, name } = context;
  const project = name("project");
  await withThing(client, "projects", { name: project, config: ALONE }, async () => {
    const origin = await makeContainer(context);
    const copy = await origin.copy(name("copy"), { project });
    assertEquals(copy.data.project, project);
    const back = await copy.move({ project: "default" });
    assertEquals(back.data.project, "default");
    const moved = await origin.move({ project });
    assertEquals(moved.data.project, project);
    assertEquals(await client.instances.exists(origin.name), false);
    const inside = client.project(project).instances;
    assertEquals(await inside.names(), [origin.name]);
    const home = await (await inside.get(origin.name)).copy(name("home"), { project: "default" });
    assertEquals(home.data.project, "default");
    await moved.delete();
  });
});

defineCase("A move with other configuration needs a server that can", async (context) => {
  const { client, name, server } = context;
  const project = name("project");
  await withThing(client, "projects", { name: project, config: ALONE }, async () => {
    const origin = await makeContainer(context);
    const move = async () => await origin.move({ project, config: { "user.moved": "1" } });
    if (!server.extensions.has("instance_move_config")) {
      await assertRejects(move, UnsupportedError, "instance_move_config");
      return;
    }
    const moved = await move();
    assertEquals(moved.data.config["user.moved"], "1");
    await moved.delete();
  });
});

defineCase("A move that says no place is refused, as is one of what runs", async (context) => {
  const instance = await startContainer(context);
  await assertRejects(async () => await instance.move({}), TypeError, "a pool, project or target");
  await assertRejects(() => instance.move({ pool: "missing" }));
  assertEquals((await instance.refresh()).data.status, "Running");
});
