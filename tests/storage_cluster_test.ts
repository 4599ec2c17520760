/**
 * Volumes on the members of a real cluster.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import { type Client, connect, UnsupportedError } from "../mod.ts";
import { type DaemonPair, startPair } from "./kit/cluster.ts";
import { findObstacle, serverKinds } from "./kit/daemon.ts";

async function formCluster(pair: DaemonPair, one: Client, two: Client): Promise<void> {
  await one.cluster.enable("node1");
  await one.server.refresh();
  const { text } = await one.cluster.members.createToken("node2");
  await two.cluster.join({
    cluster_token: text,
    cluster_certificate: one.server.data.environment!.certificate,
    server_address: `127.0.0.1:${pair.second.httpsPort}`,
  });
}

async function usePools(client: Client): Promise<void> {
  for (const member of ["node1", "node2"]) {
    const defined = await client.target(member).storagePools.create({
      name: "fast",
      driver: "dir",
    });
    assertEquals(defined.data.status, "Pending");
  }
  const pool = await client.storagePools.create({ name: "fast", driver: "dir" });
  assertEquals([pool.data.status, pool.data.locations.sort()], ["Created", ["node1", "node2"]]);
  await pool.delete();
}

async function useVolumes(client: Client): Promise<void> {
  const { custom } = client.storagePools.at("default").volumes;
  const onMember = (name: string) => client.target(name).storagePools.at("default").volumes.custom;
  const locations = async () =>
    (await custom.list()).map(({ name, data }) => `${name} on ${data.location}`).sort();

  const first = await onMember("node1").create({ name: "db" });
  const second = await onMember("node2").create({ name: "db" });
  assertEquals([first.data.location, second.data.location], ["node1", "node2"]);
  assertEquals(await locations(), ["db on node1", "db on node2"]);

  const listed = (await custom.list()).find(({ data }) => data.location === "node2")!;
  await listed.patch({ description: "of the second" });
  assertEquals((await first.refresh()).data.description, "");
  await listed.snapshots.create({ name: "s1" });
  assertEquals(await first.snapshots.exists("s1"), false);
  assertEquals(await listed.snapshots.exists("s1"), true);
  await first.delete();
  assertEquals(await locations(), ["db on node2"]);

  if (client.hasExtension("cluster_internal_custom_volume_copy")) {
    const copy = await custom.at("db").copy("copy", { target: "node1" });
    assertEquals(copy.data.location, "node1");
    assertEquals(await copy.snapshots.names(), ["s1"]);
    const moved = await listed.move({ target: "node1" });
    assertEquals(moved.data.location, "node1");
    assertEquals(await locations(), ["copy on node1", "db on node1"]);
  } else {
    await assertRejects(async () => await listed.move({ target: "node1" }), UnsupportedError);
  }
  for (const volume of await custom.list()) await volume.delete();
}

for (const kind of serverKinds) {
  Deno.test({
    name: `[${kind}] Volumes are on members of a cluster`,
    ignore: findObstacle(kind) !== undefined,
    async fn() {
      await using pair = await startPair(kind);
      await using one = await connect({ socket: pair.first.socket });
      await using two = await connect({ socket: pair.second.socket });
      await formCluster(pair, one, two);
      await usePools(one);
      await useVolumes(one);
    },
  });
}
