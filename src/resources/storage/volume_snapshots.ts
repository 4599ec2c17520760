import type { CallOptions } from "../../core/call.ts";
import { Collection, type Gettable, type Listable } from "../../core/collection.ts";
import type { Editable, Readable } from "../../core/document.ts";
import {
  Model,
  type ModelInit,
  type Named,
  type Removable,
  type Renamable,
} from "../../core/model.ts";
import type { Session } from "../../core/session.ts";
import type { MutationOptions, Task } from "../../core/task.ts";
import type {
  StorageVolumeSnapshotData,
  StorageVolumeSnapshotPut,
  StorageVolumeSnapshotsPost,
} from "../../types/mod.ts";
import type { StorageVolume } from "./volume.ts";
import type { StorageVolumePlace } from "./volume_place.ts";

/** A snapshot of a volume: `.../volumes/{type}/{volume}/snapshots/{snapshot}`. */
export interface StorageVolumeSnapshot
  extends
    Named,
    Readable<StorageVolumeSnapshotData>,
    Editable<StorageVolumeSnapshotPut>,
    Renamable,
    Removable {
  /**
   * Takes its volume back to it, and gives the volume: `PUT .../volumes/custom/{volume}`, see
   * {@linkcode StorageVolume.restore}.
   */
  restore(options?: MutationOptions): Task<StorageVolume>;
  /**
   * Copies it into a volume of its own, and gives that: `POST .../volumes/custom`, see
   * {@linkcode StorageVolume.copy}.
   */
  copy(name: string, options?: StorageVolumePlace): Task<StorageVolume>;
}

/**
 * The snapshots of a volume: `.../volumes/{type}/{volume}/snapshots`. In a cluster LXD 5.0 lists none of a
 * volume on another member than the one that the client is connected to.
 */
export interface StorageVolumeSnapshots
  extends Listable<StorageVolumeSnapshot, CallOptions>, Gettable<StorageVolumeSnapshot> {
  /**
   * Makes one, and resolves when it stands: `POST .../volumes/custom/{volume}/snapshots`. Without a `name` the
   * server makes one up, by the volume's `snapshots.pattern`.
   *
   * @throws {ConflictError} when there is one of that name already.
   */
  create(
    body?: StorageVolumeSnapshotsPost,
    options?: MutationOptions,
  ): Task<StorageVolumeSnapshot>;
}

class SnapshotModel extends Model<StorageVolumeSnapshotData, StorageVolumeSnapshotPut>
  implements StorageVolumeSnapshot {
  readonly #volume: StorageVolume;

  constructor(
    session: Session,
    kind: { word: string; path: string },
    volume: StorageVolume,
    init: ModelInit<StorageVolumeSnapshotData>,
  ) {
    // Lists name a snapshot with its volume.
    super(session, kind, { ...init, name: init.name.slice(init.name.lastIndexOf("/") + 1) });
    this.#volume = volume;
  }

  restore(options: MutationOptions = {}): Task<StorageVolume> {
    return this.#volume.restore(this.name, options);
  }

  copy(name: string, options: StorageVolumePlace = {}): Task<StorageVolume> {
    return this.#volume.copySnapshot(this.name, name, options);
  }
}

class SnapshotCollection
  extends Collection<StorageVolumeSnapshot, StorageVolumeSnapshotData, StorageVolumeSnapshotsPost>
  implements StorageVolumeSnapshots {
  override create(
    body: StorageVolumeSnapshotsPost = {},
    options: MutationOptions = {},
  ): Task<StorageVolumeSnapshot> {
    return super.create(body, options);
  }
}

/** Makes the snapshots of the volume at a path. */
export function storageVolumeSnapshots(
  session: Session,
  owner: string,
  volume: StorageVolume,
): StorageVolumeSnapshots {
  const kind = { word: "snapshot", path: `${owner}/snapshots` };
  return new SnapshotCollection(session, {
    ...kind,
    resource: "storage_volume_snapshots",
    model: (session, init) => new SnapshotModel(session, kind, volume, init),
  });
}
