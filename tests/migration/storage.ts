import { assert, assertEquals } from "@std/assert";
import type { Client, StorageVolume, StorageVolumeSnapshot } from "../../mod.ts";
import { type Section, section } from "./section.ts";

const named = (name: string) => (it: { name: string }) => assertEquals(it.name, name);

interface Given {
  client: Client;
  volume: StorageVolume;
  snapshot: StorageVolumeSnapshot;
}

/** Storage pools, volumes and their snapshots. */
export const storageSections: Section[] = [
  section<Given>({
    title: "Storage",
    about:
      '`pool` is `client.storagePools.at(name)`, `volume` is `pool.volumes.at("custom", name)`.',
    async given({ client }) {
      const pool = client.storagePools.at("default");
      const volume = await pool.volumes.custom.create({ name: "db" });
      return { client, volume, snapshot: await volume.snapshots.create({ name: "before" }) };
    },
    rows: [
      ["client.storage_pools.all()", async ({ client }) => await client.storagePools.list()],
      [
        "client.storage_pools.get('default')",
        async ({ client }) => await client.storagePools.get("default"),
        named("default"),
      ],
      [
        "client.storage_pools.exists('default')",
        async ({ client }) => await client.storagePools.exists("default"),
        assert,
      ],
      [
        "client.storage_pools.create({'name': 'fast', 'driver': 'dir'})",
        async ({ client }) => await client.storagePools.create({ name: "fast", driver: "dir" }),
        named("fast"),
      ],
      [
        "client.storage_pools.get('fast').delete()",
        async ({ client }) => await client.storagePools.at("fast").delete(),
      ],
      [
        "pool.resources.get()",
        async ({ client }) => await client.storagePools.at("default").resources(),
        (it) => assert(it.space.total > 0),
      ],
      [
        "pool.volumes.all()",
        async ({ client }) => await client.storagePools.at("default").volumes.list(),
      ],
      [
        "pool.volumes.get('custom', 'db')",
        async ({ client }) => await client.storagePools.at("default").volumes.get("custom", "db"),
        named("db"),
      ],
      [
        "pool.volumes.create({'name': 'logs', 'type': 'custom'})",
        async ({ client }) =>
          await client.storagePools.at("default").volumes.custom.create({ name: "logs" }),
        async (it) => await it.delete(),
      ],
      [
        "volume.snapshots.all(use_recursion=True)",
        async ({ volume }) => await volume.snapshots.list(),
        (it) => assertEquals(it.length, 1),
      ],
      [
        "volume.snapshots.create('now')",
        async ({ volume }) => await volume.snapshots.create({ name: "now" }),
        named("now"),
      ],
      [
        "volume.snapshots.get('now')",
        async ({ volume }) => await volume.snapshots.get("now"),
        named("now"),
      ],
      [
        "volume.snapshots.exists('now')",
        async ({ volume }) => await volume.snapshots.exists("now"),
        assert,
      ],
      ["snapshot.rename('earlier')", async ({ snapshot }) => await snapshot.rename("earlier")],
      ["snapshot.restore()", async ({ snapshot }) => await snapshot.restore()],
      ["volume.restore_from('now')", async ({ volume }) => await volume.restore("now")],
      ["snapshot.delete()", async ({ snapshot }) => await snapshot.delete()],
      [
        "volume.rename({'name': 'database'})",
        async ({ volume }) => await volume.rename("database"),
        named("database"),
      ],
      [
        "volume.description = 'mine'; volume.save()",
        async ({ volume }) =>
          await volume.edit((it) => {
            it.description = "mine";
          }),
      ],
      ["volume.delete()", async ({ volume }) => await volume.delete()],
    ],
  }),
];
