/**
 * Tests a script on a simulated server: no daemon, no root, and the same every time.
 *
 *     deno task test examples/snapshots
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import { ConnectionError, OperationError } from "../../mod.ts";
import { simulate, type Simulation } from "../../src/testing/mod.ts";
import { rotateSnapshots } from "./rotate.ts";

const CREATE = "POST /1.0/instances/{name}/snapshots";
const DELETE = "DELETE /1.0/instances/{name}/snapshots/{snapshot}";

/** A simulated instance with its server. */
async function makeWeb({ client }: Simulation) {
  const source = { type: "image", alias: "busybox" } as const;
  return await client.instances.create({ name: "web", source });
}

for (const dialect of ["lxd", "incus"] as const) {
  Deno.test(`[${dialect}] The oldest snapshots go, and those of others stay`, async () => {
    await using simulation = await simulate({ dialect });
    const web = await makeWeb(simulation);
    await web.snapshots.create({ name: "by-hand" });
    for (let day = 1; day <= 3; day++) await rotateSnapshots(web, 3);
    assertEquals(await rotateSnapshots(web, 3), { taken: "auto-4", deleted: ["auto-1"] });
    assertEquals((await web.snapshots.names()).sort(), ["auto-2", "auto-3", "auto-4", "by-hand"]);
  });

  Deno.test(`[${dialect}] A full disk deletes nothing`, async () => {
    await using simulation = await simulate({ dialect });
    const web = await makeWeb(simulation);
    for (let day = 1; day <= 2; day++) await rotateSnapshots(web, 2);
    simulation.simulator.fault({ call: CREATE }, { kind: "full-disk" });
    await assertRejects(() => rotateSnapshots(web, 2), OperationError, "no space left on device");
    assertEquals(await web.snapshots.names(), ["auto-1", "auto-2"]);
    // The next day there is room again.
    assertEquals(await rotateSnapshots(web, 2), { taken: "auto-3", deleted: ["auto-1"] });
  });

  Deno.test(`[${dialect}] What a lost connection left behind goes the next time`, async () => {
    await using simulation = await simulate({ dialect });
    const web = await makeWeb(simulation);
    for (let day = 1; day <= 3; day++) await rotateSnapshots(web, 3);
    simulation.simulator.fault({ call: DELETE }, { kind: "disconnect" });
    await assertRejects(() => rotateSnapshots(web, 3), ConnectionError);
    assertEquals(await web.snapshots.names(), ["auto-1", "auto-2", "auto-3", "auto-4"]);
    const { deleted } = await rotateSnapshots(web, 3);
    assertEquals(deleted, ["auto-1", "auto-2"]);
  });

  Deno.test(`[${dialect}] A snapshot that cannot be deleted is told of`, async () => {
    await using simulation = await simulate({ dialect });
    const web = await makeWeb(simulation);
    for (let day = 1; day <= 2; day++) await rotateSnapshots(web, 2);
    simulation.simulator.fault({ call: DELETE }, { kind: "operation", message: "It is in use" });
    await assertRejects(() => rotateSnapshots(web, 2), OperationError, "It is in use");
  });
}

Deno.test("None to keep is refused before anything is done", async () => {
  await using simulation = await simulate();
  const web = await makeWeb(simulation);
  await assertRejects(() => rotateSnapshots(web, 0), RangeError, "at least 1");
  assertEquals(await web.snapshots.names(), []);
});
