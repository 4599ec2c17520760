import type { CopyMode } from "../../core/copy_mode.ts";
import type { Migration, MigrationSource } from "../../core/migration.ts";
import { segment } from "../../core/path.ts";
import type { Session } from "../../core/session.ts";
import { type MutationOptions, Task } from "../../core/task.ts";
import { UnsupportedError } from "../../errors.ts";
import type { StorageVolumePost, StorageVolumesPost } from "../../types/mod.ts";
import type { StoragePools } from "./pools.ts";
import { StorageVolume, volumesPath } from "./volume.ts";

/** Where a volume can be copied to: a client of another server, or a scope of it. */
export interface StorageVolumeCopyTarget {
  /** The storage pools, one of which is to have the copy. */
  readonly storagePools: StoragePools;
}

/**
 * Options of moving a volume to another server. The project and the cluster member are those of the
 * client that it goes to.
 */
export interface StorageVolumeMoveToOptions extends MutationOptions {
  /** The storage pool there. Default: one of the same name. */
  pool?: string;
  /** Its name there. Default: the same. */
  name?: string;
  /** Leaves the snapshots out. Default: false. */
  volumeOnly?: boolean;
  /**
   * How it goes. For `pull` the source server has to listen on HTTPS where the target server reaches
   * it, for `push` the other way round. Default: the first of `pull`, `push` and `relay` by which the
   * two reach each other.
   */
  mode?: CopyMode;
}

/** Options of copying a volume to another server. */
export interface StorageVolumeCopyToOptions extends StorageVolumeMoveToOptions {
  /**
   * Brings a copy that is there already up to date. Needs the API extension `custom_volume_refresh`.
   * Default: false.
   */
  refresh?: boolean;
  /**
   * With `refresh`, leaves out snapshots that are older than the copy's newest. Needs the API extension
   * `custom_volume_refresh_exclude_older_snapshots`, which Incus alone has. Default: false.
   */
  refreshExcludeOlder?: boolean;
}

/** A volume on its way to another server. */
export interface StorageVolumeTransfer {
  /** The server that it is on. */
  session: Session;
  /** Its path there. */
  path: string;
  /** What is copied, which is read anew. */
  volume: StorageVolume;
  /** Whether it is gone from there in the end. */
  move?: boolean;
}

/** Takes a custom volume from another server into a storage pool. */
export function receiveVolume(
  target: Session,
  pool: string,
  { session, path, volume, move }: StorageVolumeTransfer,
  options: StorageVolumeCopyToOptions,
): Task<StorageVolume> {
  const { name = volume.name, mode, volumeOnly, refresh, onProgress } = options;
  const verb = move ? "move" : "copy";
  const what = `${verb} storage volume "${volume.name}" to ${target.connector.address}`;
  segment(name);
  if (volume.type !== "custom") {
    throw new TypeError(`Cannot ${what}: it is of type ${volume.type}, not custom`);
  }
  if (session.facts.dialect === "lxd" && target.facts.dialect === "incus") {
    // Incus 6.0.4 crashes as a whole.
    throw new UnsupportedError(`Cannot ${what}: Incus cannot take volumes from LXD`);
  }
  if (refresh) target.require("custom_volume_refresh", what);
  if (options.refreshExcludeOlder) {
    target.require("custom_volume_refresh_exclude_older_snapshots", what);
  }
  return new Task(target, what, options, async (step, signal, follow) => {
    const { data } = await volume.refresh({ signal });
    if (move && data.used_by?.length) {
      throw new TypeError(`Cannot ${what}: ${data.used_by.join(", ")} uses it`);
    }
    const { "volatile.uuid": _, ...config } = data.config;
    const sending: StorageVolumePost = { name, migration: true, volume_only: volumeOnly };
    const received = (source: MigrationSource): StorageVolumesPost => ({
      name,
      type: "custom",
      content_type: data.content_type,
      description: data.description,
      config,
      source: {
        ...source,
        volume_only: volumeOnly,
        refresh,
        refresh_exclude_older: options.refreshExcludeOlder,
      },
    });
    const migration: Migration = {
      what,
      mode,
      onProgress,
      source: { session, path, body: (target) => ({ ...sending, target }) },
      target: { session: target, path: volumesPath(pool, "custom"), body: received },
    };
    const { migrate, removeMoved } = await import("../../core/migration.ts");
    await migrate(migration, follow, signal);
    const copy = new StorageVolume(target, { pool, type: "custom" }, { name });
    await copy.refresh({ signal });
    if (move) await removeMoved(migration, step);
    return copy;
  });
}
