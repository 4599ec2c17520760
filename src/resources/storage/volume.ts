import type { Upgraded } from "../../connector.ts";
import type { CallOptions } from "../../core/call.ts";
import { Collection, type Creatable, type Gettable, type Listable } from "../../core/collection.ts";
import { Model, type ModelInit, type Named, type Removable } from "../../core/model.ts";
import type { Readable } from "../../core/document.ts";
import { path } from "../../core/path.ts";
import type { Session } from "../../core/session.ts";
import type { Sftp } from "../../core/sftp/sftp.ts";
import { type MutationOptions, Task } from "../../core/task.ts";
import type {
  StorageVolumeBackupData,
  StorageVolumeBackupsPost,
  StorageVolumeBitmapData,
  StorageVolumeBitmapsPost,
  StorageVolumeData,
  StorageVolumePut,
  StorageVolumeSnapshotData,
  StorageVolumesPost,
  StorageVolumeState,
} from "../../types/mod.ts";
import { type Backups, backups } from "../backups.ts";
import { Files } from "../instances/files.ts";
import type {
  StorageVolumeCopyTarget,
  StorageVolumeCopyToOptions,
  StorageVolumeMoveToOptions,
} from "./volume_copy_to.ts";
import type {
  StorageVolumeCopyOptions,
  StorageVolumeMoveOptions,
  StorageVolumePlace,
} from "./volume_place.ts";
import { type StorageVolumeSnapshots, storageVolumeSnapshots } from "./volume_snapshots.ts";
import { transferred } from "./volume_transfer.ts";

const SFTP = "custom_volume_sftp";

/** What a volume belongs to; `custom` for those that callers make. */
export type StorageVolumeType = StorageVolumeData["type"];

/** The data of a volume, and what a list of recursion 2 adds to it. */
export interface StorageVolumeDetails extends StorageVolumeData {
  /** Its usage when it was read; only of recursion 2, and null where it cannot be told. */
  state?: StorageVolumeState | null;
  /** Its snapshots; only of recursion 2. */
  snapshots?: StorageVolumeSnapshotData[] | null;
  /** Its backups; only of recursion 2. */
  backups?: StorageVolumeBackupData[] | null;
}

/**
 * A record of which blocks of a volume were changed since it was made:
 * `.../volumes/{type}/{volume}/bitmaps/{bitmap}`. It cannot be changed.
 */
export interface StorageVolumeBitmap extends Named, Readable<StorageVolumeBitmapData>, Removable {}

/**
 * The records of changed blocks of a volume: `.../volumes/{type}/{volume}/bitmaps`. Need the API extension
 * `storage_volume_nbd`, which Incus alone has.
 */
export interface StorageVolumeBitmaps
  extends
    Listable<StorageVolumeBitmap, CallOptions>,
    Gettable<StorageVolumeBitmap>,
    Creatable<StorageVolumeBitmap, StorageVolumeBitmapsPost> {}

/** Options of opening the blocks of a volume. */
export interface StorageVolumeNbdOptions extends CallOptions {
  /** Lets the blocks be changed, where nothing else uses the volume. Default: false. */
  writable?: boolean;
}

/** Which volumes are meant, beside their name. */
export interface StorageVolumeAddress {
  /** The storage pool. */
  pool: string;
  /** What they belong to. */
  type: StorageVolumeType;
}

/**
 * A volume of a storage pool: `/1.0/storage-pools/{pool}/volumes/{type}/{volume}`. Volumes of instances
 * and images can be read, and their configuration changed; all other verbs are those of custom volumes.
 *
 * The servers count the configuration alone into the ETag of a volume: of two changes to the description
 * at the same time the later one stands.
 */
export class StorageVolume extends Model<StorageVolumeDetails, StorageVolumePut> {
  /** The storage pool that it is in. */
  readonly pool: string;
  /** What it belongs to; `custom` for those that callers make. */
  readonly type: StorageVolumeType;

  /** @ignore */
  constructor(
    session: Session,
    { pool, type }: StorageVolumeAddress,
    init: ModelInit<StorageVolumeDetails>,
  ) {
    const word = type === "custom" ? "storage volume" : `${type} storage volume`;
    const kind = { word, path: volumesPath(pool, type), emptied: ["description"] };
    super(atMember(session, init.data), kind, init);
    this.pool = pool;
    this.type = type;
  }

  /** Its snapshots: `.../volumes/{type}/{volume}/snapshots`. */
  get snapshots(): StorageVolumeSnapshots {
    return storageVolumeSnapshots(this.session, this.path, this);
  }

  /**
   * Its backups: `.../volumes/custom/{volume}/backups`. Need the API extension `custom_volume_backup`.
   */
  get backups(): Backups<StorageVolumeBackupData, StorageVolumeBackupsPost> {
    return backups(this.session, this.path, "custom_volume_backup");
  }

  /**
   * Its files, where it is a file system and no running instance uses it:
   * `.../volumes/custom/{volume}/files`. Needs the API extension
   * `file_storage_volume`, which Incus alone has.
   *
   * @throws {UnsupportedError} when the server lacks the extension.
   */
  get files(): Files {
    this.session.require("file_storage_volume", `reach the files of ${this.label}`);
    return new Files(this.session, this.path, { runs: false, sftpExtension: SFTP });
  }

  /**
   * Opens its file system as one connection for many calls: `GET .../volumes/custom/{volume}/sftp`. Needs a
   * runtime with raw sockets, and the API extension `custom_volume_sftp`, which Incus alone has.
   */
  async sftp(options: CallOptions = {}): Promise<Sftp> {
    this.session.require(SFTP, `use SFTP for ${this.label}`);
    const { openSftp } = await import("../../core/sftp/open.ts");
    return await openSftp(this.session, this.path, options);
  }

  /**
   * Opens its blocks as an NBD server: `GET .../volumes/{type}/{volume}/nbd`. The bytes are those of the NBD
   * protocol, for a client of it. Block volumes only. Needs a runtime with raw sockets, and the API extension
   * `storage_volume_nbd`, which Incus alone has.
   */
  async nbd(options: StorageVolumeNbdOptions = {}): Promise<Upgraded> {
    this.session.require("storage_volume_nbd", `open the blocks of ${this.label}`);
    const query = options.writable ? { writable: 1 } : {};
    return await this.session.upgrade(`${this.path}/nbd`, "nbd", { ...options, query });
  }

  /**
   * The records of its changed blocks, by which increments are backed up; only while a running virtual
   * machine uses it. Need the API extension `storage_volume_nbd`, which Incus alone has.
   */
  get bitmaps(): StorageVolumeBitmaps {
    return new Collection<StorageVolumeBitmap, StorageVolumeBitmapData, StorageVolumeBitmapsPost>(
      this.session,
      { word: "bitmap", path: `${this.path}/bitmaps`, extension: "storage_volume_nbd" },
    );
  }

  /**
   * How much of it is used, in bytes: `GET .../volumes/{type}/{volume}/state`. Its `usage` is null where
   * the driver cannot tell; LXD refuses then. Needs the API extension `storage_volume_state`.
   */
  async state(options: CallOptions = {}): Promise<StorageVolumeState> {
    this.session.require("storage_volume_state", `read the state of ${this.label}`);
    return await this.session.get(`${this.path}/state`, options);
  }

  /**
   * Goes back to a snapshot, by its name: `PUT .../volumes/custom/{volume}`. Some drivers can only go
   * back to the newest one.
   */
  restore(snapshot: string, options: MutationOptions = {}): Task<this> {
    return this.mutate("restore", options, async (step, signal) => {
      await step("PUT", this.path, { json: { restore: snapshot } satisfies StorageVolumePut });
      return await this.refresh({ signal });
    });
  }

  /**
   * Copies it on the same server or cluster, and gives the copy: `POST .../volumes/custom`.
   *
   * @example
   * ```ts
   * import { connect } from "@lxkit/client";
   *
   * await using client = await connect();
   * const { custom } = client.storagePools.at("default").volumes;
   * await custom.at("db").copy("db-archive", { pool: "slow", volumeOnly: true });
   * ```
   *
   * @throws {ConflictError} when there is one of that name, unless `refresh` is set.
   */
  copy(name: string, options: StorageVolumeCopyOptions = {}): Task<StorageVolume> {
    return this.#copy(this.name, name, options);
  }

  /**
   * Copies one of its snapshots into a volume of its own.
   *
   * @internal
   */
  copySnapshot(
    snapshot: string,
    name: string,
    options: StorageVolumePlace,
  ): Task<StorageVolume> {
    return this.#copy(`${this.name}/${snapshot}`, name, options);
  }

  /**
   * Moves it to another storage pool, project or cluster member, and gives it as it is there; this object
   * stands for what is no more. `POST .../volumes/custom/{volume}`. Nothing may use it.
   */
  move(options: StorageVolumeMoveOptions): Task<StorageVolume> {
    const { pool = this.pool, name = this.name, project, target } = options;
    this.#requirePlace("move", options);
    return this.mutate("move", options, async (step, signal) => {
      const member = target === undefined
        ? undefined
        : { migration: true, source: { location: await this.#location(signal) } };
      const { operation } = await step("POST", this.path, {
        json: { name, pool, project, ...member },
        query: target === undefined ? undefined : { target },
      });
      if (member) await transferred(this.session, this.path, operation, signal);
      const moved = this.#placed(name, options);
      return await moved.refresh({ signal });
    });
  }

  /**
   * Copies it to another server, or brings a copy there up to date, and gives the copy: by
   * `POST .../volumes/custom/{volume}` of the source and `POST .../volumes/custom` of the target. Incus takes
   * no volumes from LXD. What fails leaves the source as it is.
   *
   * @example
   * ```ts
   * import { connect } from "@lxkit/client";
   *
   * await using here = await connect();
   * await using there = await connect({ url: "https://10.0.0.5:8443" });
   * const { custom } = here.storagePools.at("default").volumes;
   * await custom.at("db").copyTo(there, { pool: "archive", name: "db-2026" });
   * ```
   *
   * @throws {TransferError} when a server fails to send or to take it; `side` tells which.
   * @throws {ConnectionError} when the mode that was chosen needs a server to listen that does not.
   * @throws {UnsupportedError} when it would go from LXD to Incus.
   * @throws {TypeError} when it is no custom volume.
   */
  copyTo(
    target: StorageVolumeCopyTarget,
    options: StorageVolumeCopyToOptions = {},
  ): Task<StorageVolume> {
    return this.#transfer(target, options, false);
  }

  /**
   * Moves it to another server: copies it as `copyTo` does, and deletes it here once it stands there, by
   * `DELETE .../volumes/custom/{volume}`. Nothing may use it.
   *
   * @throws {TypeError} when something uses it.
   * @throws {TransferError} as `copyTo`, and when it stands there, but cannot be deleted here.
   * @throws {ConnectionError} as `copyTo`.
   */
  moveTo(
    target: StorageVolumeCopyTarget,
    options: StorageVolumeMoveToOptions = {},
  ): Task<StorageVolume> {
    return this.#transfer(target, options, true);
  }

  /**
   * Empties it, with the configuration that it has: `POST .../volumes/custom/{volume}/rebuild`. It must
   * have no snapshots. Needs the API extension `storage_volumes_rebuild`, which Incus alone has.
   */
  rebuild(options: MutationOptions = {}): Task<this> {
    this.session.require("storage_volumes_rebuild", `rebuild ${this.label}`);
    return this.mutate("rebuild", options, async (step, signal) => {
      await step("POST", `${this.path}/rebuild`, { json: {} });
      return await this.refresh({ signal });
    });
  }

  #transfer(
    { storagePools }: StorageVolumeCopyTarget,
    options: StorageVolumeCopyToOptions,
    move: boolean,
  ): Task<StorageVolume> {
    const { session, path } = this;
    const { pool = this.pool } = options;
    return storagePools.at(pool).volumes.receive({ session, path, volume: this, move }, options);
  }

  #copy(source: string, name: string, options: StorageVolumeCopyOptions): Task<StorageVolume> {
    const { target, volumeOnly, refresh, refreshExcludeOlder } = options;
    const copy = this.#placed(name, options);
    this.#requirePlace("copy", options);
    if (refresh) this.session.require("custom_volume_refresh", `refresh ${copy.label}`);
    if (refreshExcludeOlder) {
      this.session.require(
        "custom_volume_refresh_exclude_older_snapshots",
        `leave older snapshots out of ${copy.label}`,
      );
    }
    return new Task(
      copy.session,
      `copy ${this.label} to "${name}"`,
      options,
      async (step, signal) => {
        const body: StorageVolumesPost = {
          name,
          type: this.type,
          source: {
            type: "copy",
            name: source,
            pool: this.pool,
            project: options.project === undefined ? undefined : this.#project,
            location: target === undefined ? undefined : await this.#location(signal),
            volume_only: volumeOnly,
            refresh,
            refresh_exclude_older: refreshExcludeOlder,
          },
        };
        await step("POST", volumesPath(copy.pool, copy.type), { json: body });
        return await copy.refresh({ signal });
      },
    );
  }

  #requirePlace(verb: string, { project, target }: StorageVolumePlace): void {
    if (project !== undefined) {
      const extension = verb === "move" ? "storage_volume_project_move" : "storage_api_project";
      this.session.require(extension, `${verb} ${this.label} to another project`);
    }
    if (target !== undefined) {
      this.session.require(
        "cluster_internal_custom_volume_copy",
        `${verb} ${this.label} to another cluster member`,
      );
    }
  }

  /** What it becomes at another place. */
  #placed(name: string, { pool = this.pool, project, target }: StorageVolumePlace): StorageVolume {
    const session = this.session.scoped({
      ...project === undefined ? {} : { project },
      ...target === undefined ? {} : { target },
    });
    return new StorageVolume(session, { pool, type: this.type }, { name });
  }

  /** The project that it is in. */
  get #project(): string {
    return this.session.scope.project ?? "default";
  }

  /** The cluster member that it is on. */
  async #location(signal: AbortSignal | undefined): Promise<string> {
    if (!this.known) await this.refresh({ signal });
    return this.data.location;
  }
}

/** The path of the volumes of one type of a pool. */
export function volumesPath(pool: string, type: string): string {
  return path`/1.0/storage-pools/${pool}/volumes/${type}`;
}

/**
 * The session for what is on one member of a cluster: several members can have things of one name.
 */
export function atMember(session: Session, data: { location?: string } | undefined): Session {
  const { location } = data ?? {};
  if (!location || location === "none") return session;
  return session.scoped({ target: location });
}
