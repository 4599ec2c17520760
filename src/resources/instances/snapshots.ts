import type { CallOptions } from "../../core/call.ts";
import { Collection, type Gettable, type Listable } from "../../core/collection.ts";
import { Model, type ModelInit } from "../../core/model.ts";
import { segment } from "../../core/path.ts";
import type { Session } from "../../core/session.ts";
import type { MutationOptions, Task } from "../../core/task.ts";
import type {
  InstanceSnapshotData,
  InstanceSnapshotPut,
  InstanceSnapshotsPost,
} from "../../types/mod.ts";
import type { Image } from "../images/image.ts";
import { type ImagePublishPost, Images } from "../images/images.ts";
import type { Instance } from "./instance.ts";
import { copyInstance, type InstanceCopyOptions } from "./copy.ts";
import type { InstanceCopyTarget, InstanceCopyToOptions } from "./copy_to.ts";

/** A new snapshot; without a `name` the server makes one up. */
export type InstanceSnapshotCreatePost =
  & Omit<InstanceSnapshotsPost, "name">
  & Partial<Pick<InstanceSnapshotsPost, "name">>;

/** Options of going back to a snapshot. */
export interface SnapshotRestoreOptions extends MutationOptions {
  /** Brings back the memory that a stateful snapshot has, too. Default: false. */
  stateful?: boolean;
  /**
   * Brings back the root disk alone and leaves the configuration as it is. Needs the API extension
   * `instance_snapshot_disk_only_restore` of Incus. Default: false.
   */
  diskOnly?: boolean;
  /**
   * Which volumes are brought back: `root`, or `all-exclusive` for those that no other instance uses
   * too. Needs the API extension `instance_snapshot_multi_volume` of LXD. Default: `root`.
   */
  diskVolumes?: "root" | "all-exclusive";
}

/** Options of deleting a snapshot. */
export interface SnapshotDeleteOptions extends MutationOptions {
  /**
   * Which volumes lose their snapshots: `root`, or `all-exclusive` for those that no other instance
   * uses too. Needs the API extension `instance_snapshot_multi_volume` of LXD. Default: `root`.
   */
  diskVolumes?: "root" | "all-exclusive";
}

/** The API extension of snapshots of several volumes. */
export const MULTI_VOLUME = "instance_snapshot_multi_volume";

/** A snapshot of an instance: `/1.0/instances/{name}/snapshots/{snapshot}`. */
export class InstanceSnapshot extends Model<InstanceSnapshotData, InstanceSnapshotPut> {
  /** The instance that it is a snapshot of. */
  readonly instance: Instance;

  /** @ignore */
  constructor(
    session: Session,
    instance: Instance,
    path: string,
    init: ModelInit<InstanceSnapshotData>,
  ) {
    super(session, { word: "snapshot", path }, init);
    this.instance = instance;
  }

  /** Brings the instance back to it: see {@linkcode Instance.restore}. */
  restore(options: SnapshotRestoreOptions = {}): Task<Instance> {
    return this.instance.restore(this.name, options);
  }

  /** Makes an instance of it on the same server: see {@linkcode Instance.copy}. */
  copy(name: string, options: InstanceCopyOptions = {}): Task<Instance> {
    return copyInstance(this.session, this, `${this.instance.name}/${this.name}`, name, options);
  }

  /** Makes an instance of it on another server: see {@linkcode Instance.copyTo}. */
  copyTo(target: InstanceCopyTarget, options: InstanceCopyToOptions = {}): Task<Instance> {
    const { session, path, instance: { name } } = this;
    return target.instances.receive({ session, path, name, origin: this }, options);
  }

  /** Makes an image of it: see {@linkcode Instance.publish}. The instance may run meanwhile. */
  publish(body: ImagePublishPost = {}, options: MutationOptions = {}): Task<Image> {
    const source = { type: "snapshot", name: `${this.instance.name}/${this.name}` } as const;
    return new Images(this.session).create({ ...body, source }, options);
  }

  /** Deletes it. */
  override delete(options: SnapshotDeleteOptions = {}): Task<void> {
    const { diskVolumes } = options;
    if (diskVolumes === undefined) return super.delete(options);
    this.session.require(MULTI_VOLUME, `delete snapshots of ${diskVolumes} volumes`);
    return this.mutate("delete", options, async (step) => {
      await step("DELETE", this.path, { query: { "disk-volumes": diskVolumes } });
    });
  }
}

/** The snapshots of an instance: `/1.0/instances/{name}/snapshots`. */
export interface InstanceSnapshots
  extends Listable<InstanceSnapshot, CallOptions>, Gettable<InstanceSnapshot> {
  /**
   * Makes one, and resolves when it stands. Without a `name` the server makes one up, as
   * `snapshots.pattern` says.
   *
   * @example
   * ```ts
   * import { connect } from "@lxkit/client";
   *
   * await using client = await connect();
   * const web = client.instances.at("web");
   * const before = await web.snapshots.create({ expires_at: "2030-01-01T00:00:00Z" });
   * await web.exec(["rm", "-r", "/srv"]);
   * await before.restore();
   * ```
   *
   * @throws {ProtocolError} when it has a name that cannot be told, since others made snapshots, too,
   *   at the same time; LXD alone, and never where a `name` is given.
   */
  create(body?: InstanceSnapshotCreatePost, options?: MutationOptions): Task<InstanceSnapshot>;
}

/** The one implementation of {@linkcode InstanceSnapshots}. */
class InstanceSnapshotCollection
  extends Collection<InstanceSnapshot, InstanceSnapshotData, InstanceSnapshotCreatePost>
  implements InstanceSnapshots {
  override create(
    body: InstanceSnapshotCreatePost = {},
    options: MutationOptions = {},
  ): Task<InstanceSnapshot> {
    if (body.disk_volumes_mode !== undefined) {
      this.session.require(MULTI_VOLUME, `snapshot ${body.disk_volumes_mode} volumes`);
    }
    return super.create(body, options);
  }
}

/** Makes the snapshots of an instance. */
export function instanceSnapshots(session: Session, instance: Instance): InstanceSnapshots {
  const path = `/1.0/instances/${segment(instance.name)}/snapshots`;
  return new InstanceSnapshotCollection(session, {
    word: "snapshot",
    path,
    resource: "instances_snapshots",
    model: (session, init) => new InstanceSnapshot(session, instance, path, init),
  });
}
