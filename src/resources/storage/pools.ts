import type { CallOptions } from "../../core/call.ts";
import {
  Collection,
  type Creatable,
  type FilterOptions,
  type Gettable,
  type Listable,
} from "../../core/collection.ts";
import type { Editable, Readable } from "../../core/document.ts";
import { Model, type ModelInit, type Named, type Removable } from "../../core/model.ts";
import type { Session } from "../../core/session.ts";
import type {
  ResourcesStoragePool,
  StoragePoolData,
  StoragePoolPut,
  StoragePoolsPost,
} from "../../types/mod.ts";
import { StorageBuckets } from "./buckets.ts";
import { StorageVolumes } from "./volumes.ts";

const KIND = { word: "storage pool", path: "/1.0/storage-pools", emptied: ["description"] };

/**
 * A storage pool, which holds volumes and buckets: `/1.0/storage-pools/{pool}`. It cannot be renamed.
 *
 * LXD 5.0 sends no ETag with a pool: there `save` is refused, and `edit` cannot see what others change
 * in between.
 */
export interface StoragePool
  extends Named, Readable<StoragePoolData>, Editable<StoragePoolPut>, Removable {
  /** Its volumes: those that callers make, and those of instances and images. */
  readonly volumes: StorageVolumes;
  /**
   * Its buckets for objects: `/1.0/storage-pools/{pool}/buckets`. Need the API extension `storage_buckets`.
   */
  readonly buckets: StorageBuckets;
  /**
   * Its space and inodes, in bytes and numbers: `GET /1.0/storage-pools/{pool}/resources`. In a cluster
   * those of one member: see `client.target`.
   */
  resources(options?: CallOptions): Promise<ResourcesStoragePool>;
}

/**
 * The storage pools of the server: `/1.0/storage-pools`. A filtered list needs the API extension
 * `api_filtering_extended`.
 *
 * In a cluster a pool is first defined on each member, by `client.target(member)`, and then made.
 *
 * @example
 * ```ts
 * import { connect } from "@lxkit/client";
 *
 * await using client = await connect();
 * const pool = await client.storagePools.create({ name: "fast", driver: "zfs" });
 * const { space } = await pool.resources();
 * console.log(space?.used, space?.total);
 * ```
 */
export interface StoragePools
  extends
    Listable<StoragePool, FilterOptions>,
    Gettable<StoragePool>,
    Creatable<StoragePool, StoragePoolsPost> {}

/** The one implementation of {@linkcode StoragePool}. */
class StoragePoolModel extends Model<StoragePoolData, StoragePoolPut> implements StoragePool {
  constructor(session: Session, init: ModelInit<StoragePoolData>) {
    super(session, KIND, init);
  }

  get volumes(): StorageVolumes {
    return new StorageVolumes(this.session, this.name);
  }

  get buckets(): StorageBuckets {
    return new StorageBuckets(this.session, this.path);
  }

  async resources(options: CallOptions = {}): Promise<ResourcesStoragePool> {
    return await this.session.get(`${this.path}/resources`, options);
  }
}

/** Makes the collection. */
export function storagePools(session: Session): StoragePools {
  return new Collection<StoragePool, StoragePoolData, StoragePoolsPost>(session, {
    ...KIND,
    model: (session, init) => new StoragePoolModel(session, init),
    filterExtension: "api_filtering_extended",
  });
}
