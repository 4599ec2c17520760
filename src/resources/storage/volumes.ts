import type { CallOptions } from "../../core/call.ts";
import {
  Collection,
  type Creatable,
  type DetailedListOptions,
  type FilteredListOptions,
  type Gettable,
  type Listable,
} from "../../core/collection.ts";
import { headerName } from "../../core/dialect.ts";
import { path } from "../../core/path.ts";
import type { Session } from "../../core/session.ts";
import type { ByteSource } from "../../core/streams.ts";
import type { MutationOptions, Task } from "../../core/task.ts";
import { uploadOf } from "../../core/transfer.ts";
import type { StorageVolumesPost } from "../../types/mod.ts";
import {
  receiveVolume,
  type StorageVolumeCopyToOptions,
  type StorageVolumeTransfer,
} from "./volume_copy_to.ts";
import {
  StorageVolume,
  type StorageVolumeAddress,
  type StorageVolumeDetails,
  type StorageVolumeType,
  volumesPath,
} from "./volume.ts";

/**
 * The volumes of one type of a storage pool: `/1.0/storage-pools/{pool}/volumes/{type}`. Their snapshots
 * are not among them, see {@linkcode StorageVolume.snapshots}.
 *
 * A list over all projects needs the API extension `storage_volumes_all_projects`, a filtered one
 * `storage_volume_api_filtering`, one of recursion 2 `storage_volume_full`, which Incus alone has.
 */
export interface StorageVolumesOfType
  extends Listable<StorageVolume, DetailedListOptions>, Gettable<StorageVolume> {}

/**
 * The volumes of a storage pool that callers make: `/1.0/storage-pools/{pool}/volumes/custom`.
 *
 * @example
 * ```ts
 * import { connect } from "@lxkit/client";
 *
 * await using client = await connect();
 * const { custom } = client.storagePools.at("default").volumes;
 * const db = await custom.create({ name: "db", config: { size: "10GiB" } });
 * await db.snapshots.create({ name: "empty" });
 * ```
 */
export interface CustomStorageVolumes
  extends StorageVolumesOfType, Creatable<StorageVolume, StorageVolumesPost> {
  /**
   * Makes a volume out of a backup, what `export` or `stream` of {@linkcode StorageVolume.backups} gave:
   * `POST /1.0/storage-pools/{pool}/volumes/custom`. A stream is sent as it is read. Needs
   * the API extension `custom_volume_backup`.
   *
   * @example
   * ```ts
   * import { connect } from "@lxkit/client";
   *
   * await using client = await connect();
   * const { custom } = client.storagePools.at("default").volumes;
   * const file = await Deno.open("db.tar.gz");
   * await custom.importBackup(file.readable, { name: "db-restored" });
   * ```
   *
   * @throws {ApiError} when it is no backup, or there is a volume of that name already.
   */
  importBackup(backup: ByteSource, options?: StorageVolumeImportOptions): Task<StorageVolume>;
  /**
   * Makes a volume out of an ISO image, from which virtual machines can boot:
   * `POST /1.0/storage-pools/{pool}/volumes/custom`. A stream is sent as it is read. Needs
   * the API extension `custom_volume_iso`.
   */
  importIso(name: string, iso: ByteSource, options?: MutationOptions): Task<StorageVolume>;
  /**
   * Makes a volume with the files of a tarball, which may be compressed:
   * `POST /1.0/storage-pools/{pool}/volumes/custom`. A stream is sent as it is read.
   * Needs the API extension `import_custom_volume_tar`, which LXD alone has.
   */
  importTarball(name: string, tarball: ByteSource, options?: MutationOptions): Task<StorageVolume>;
}

/** Options of importing a backup. */
export interface StorageVolumeImportOptions extends MutationOptions {
  /** The name of the new volume. Default: the one that the backup names. */
  name?: string;
}

/** Options of a list over all storage pools. */
export interface StorageVolumeListOptions extends FilteredListOptions {
  /** Volumes of this type alone. Default: of all types. */
  type?: StorageVolumeType;
}

/** The volumes at one path, whatever part of them it names. */
class VolumeCollection extends Collection<StorageVolume, StorageVolumeDetails, StorageVolumesPost> {
  constructor(
    session: Session,
    path: string,
    address: Partial<StorageVolumeAddress>,
    extension?: string,
  ) {
    super(session, {
      word: "storage volume",
      path,
      extension,
      model: (session, init) =>
        new StorageVolume(session, {
          pool: address.pool ?? init.data!.pool!,
          type: address.type ?? init.data!.type,
        }, init),
      resource: "storage_volumes",
      allProjectsExtension: "storage_volumes_all_projects",
      filterExtension: "storage_volume_api_filtering",
    });
  }

  /** All of them with their data, in one request. */
  override async list(options: DetailedListOptions = {}): Promise<StorageVolume[]> {
    if (options.recursion === 2) {
      this.session.require("storage_volume_full", "list storage volumes with all that they have");
    }
    return (await super.list(options)).filter(({ name }) => !name.includes("/"));
  }

  /** Their names alone, in one request. */
  override async names(options: FilteredListOptions = {}): Promise<string[]> {
    return (await super.names(options)).filter((name) => !name.includes("/"));
  }
}

/** The one implementation of {@linkcode CustomStorageVolumes}. */
class CustomVolumeCollection extends VolumeCollection implements CustomStorageVolumes {
  constructor(session: Session, pool: string) {
    super(session, volumesPath(pool, "custom"), { pool, type: "custom" });
  }

  importBackup(
    backup: ByteSource,
    options: StorageVolumeImportOptions = {},
  ): Task<StorageVolume> {
    this.session.require("custom_volume_backup", "import a backup of a storage volume");
    return this.#import(options.name, undefined, backup, options);
  }

  importIso(name: string, iso: ByteSource, options: MutationOptions = {}): Task<StorageVolume> {
    this.session.require("custom_volume_iso", `import the ISO image "${name}"`);
    return this.#import(name, "iso", iso, options);
  }

  importTarball(
    name: string,
    tarball: ByteSource,
    options: MutationOptions = {},
  ): Task<StorageVolume> {
    this.session.require("import_custom_volume_tar", `import the tarball "${name}"`);
    return this.#import(name, "tar", tarball, options);
  }

  #import(
    name: string | undefined,
    type: string | undefined,
    source: ByteSource,
    options: MutationOptions,
  ): Task<StorageVolume> {
    const { dialect } = this.session.facts;
    const headers: Record<string, string> = {};
    if (name !== undefined) headers[headerName(dialect, "name")] = name;
    if (type !== undefined) headers[headerName(dialect, "type")] = type;
    return this.add(
      name,
      { ...uploadOf(this.session, source, options.onProgress), headers },
      options,
    );
  }
}

/** The volumes of a storage pool: `/1.0/storage-pools/{pool}/volumes`. A name is unique among one type. */
export class StorageVolumes {
  readonly #session: Session;
  readonly #pool: string;

  /** @ignore */
  constructor(session: Session, pool: string) {
    this.#session = session;
    this.#pool = pool;
  }

  /** Those that callers make. */
  get custom(): CustomStorageVolumes {
    return new CustomVolumeCollection(this.#session, this.#pool);
  }

  /** Those of one type, such as `container`. */
  ofType(type: StorageVolumeType): StorageVolumesOfType {
    return new VolumeCollection(this.#session, volumesPath(this.#pool, type), {
      pool: this.#pool,
      type,
    });
  }

  /**
   * Those of all types with their data, in one request: `GET /1.0/storage-pools/{pool}/volumes`. For the
   * extensions that its options need see {@linkcode StorageVolumesOfType}.
   */
  async list(options: DetailedListOptions = {}): Promise<StorageVolume[]> {
    const all = path`/1.0/storage-pools/${this.#pool}/volumes`;
    return await new VolumeCollection(this.#session, all, { pool: this.#pool }).list(options);
  }

  /**
   * Reads one of them: `GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}`.
   *
   * @throws {NotFoundError} when there is none of that type and name.
   */
  async get(
    type: StorageVolumeType,
    name: string,
    options: CallOptions = {},
  ): Promise<StorageVolume> {
    return await this.ofType(type).get(name, options);
  }

  /** A handle on one of them without any request; it may not exist. */
  at(type: StorageVolumeType, name: string): StorageVolume {
    return this.ofType(type).at(name);
  }

  /** @ignore */
  receive(
    transfer: StorageVolumeTransfer,
    options: StorageVolumeCopyToOptions,
  ): Task<StorageVolume> {
    return receiveVolume(this.#session, this.#pool, transfer, options);
  }
}

/** The volumes of all storage pools: `/1.0/storage-volumes`. LXD only. */
export interface AllStorageVolumes {
  /**
   * All of them with their data, in one request: `GET /1.0/storage-volumes`, of one type
   * `GET /1.0/storage-volumes/{type}`. Needs the API extension `storage_volumes_all`.
   */
  list(options?: StorageVolumeListOptions): Promise<StorageVolume[]>;
}

/** Makes the list over all storage pools. */
export function storageVolumes(session: Session): AllStorageVolumes {
  return {
    list({ type, ...options } = {}) {
      const all = type === undefined ? "/1.0/storage-volumes" : path`/1.0/storage-volumes/${type}`;
      return new VolumeCollection(session, all, { type }, "storage_volumes_all").list(options);
    },
  };
}
