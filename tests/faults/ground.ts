import { connect, type Instance, type StoragePool } from "../../mod.ts";
import type { Daemon } from "../kit/daemon.ts";
import { imageAlias, sharingConfig } from "../kit/setup.ts";
import { bytesOf } from "../kit/trees.ts";

/** What a daemon has for all works to use, and what is known of it without any fault between. */
export interface Ground {
  /** The name of a container that runs. */
  running: string;
  /** The name of one that goes on writing `tick` on its console. */
  ticking: string;
  /** The name of a container that is stopped. */
  stopped: string;
  /** The name of a project that shares images, profiles and volumes. */
  elsewhere: string;
  /** The name of a custom volume in the pool `default`. */
  volume: string;
  /** The name of the backup that the stopped container and the volume each have. */
  backup: string;
  /** The bytes of the container's backup. */
  instanceBackup: Uint8Array<ArrayBuffer>;
  /** Those of the volume's. */
  volumeBackup: Uint8Array<ArrayBuffer>;
}

/** How many files there are in `/srv/many` of the container that runs. */
export const MANY = 300;

/** Makes all that works use. */
export async function prepare(daemon: Daemon): Promise<Ground> {
  await using client = await connect({ socket: daemon.socket });
  const source = { type: "image", alias: imageAlias } as const;
  const running: Instance = await client.instances.create({ name: "box", source, start: true });
  const fill = `mkdir -p /srv/many; cd /srv/many; for i in $(seq ${MANY}); do echo $i > $i; done`;
  await running.exec(["sh", "-c", fill]);
  const elsewhere = await client.projects.create({ name: "elsewhere", config: sharingConfig });
  const ticking = await client.instances.create({ name: "clock", source });
  const script = "while :; do echo tick > /dev/console; sleep 0.1; done";
  await ticking.files.write("/etc/inittab", `::respawn:/bin/sh -c '${script}'\n`);
  await ticking.start();
  const stopped = await client.instances.create({ name: "cold", source });
  const pool: StoragePool = client.storagePools.at("default");
  const volume = await pool.volumes.custom.create({ name: "data" });
  const kept = { name: "kept", compression_algorithm: "none" };
  const ofInstance = await stopped.backups.create(kept);
  const ofVolume = await volume.backups.create(kept);
  return {
    running: running.name,
    ticking: ticking.name,
    stopped: stopped.name,
    elsewhere: elsewhere.name,
    volume: volume.name,
    backup: "kept",
    instanceBackup: await bytesOf((await ofInstance.export()).readable),
    volumeBackup: await bytesOf((await ofVolume.export()).readable),
  };
}
