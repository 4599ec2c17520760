import type { CallOptions } from "../../core/call.ts";
import {
  Collection,
  type Creatable,
  type DetailedListOptions,
  type Gettable,
  type Listable,
} from "../../core/collection.ts";
import { headerName } from "../../core/dialect.ts";
import type { Editable, Readable, Replaceable } from "../../core/document.ts";
import { Model, type ModelInit, type Named, type Removable } from "../../core/model.ts";
import type { Session } from "../../core/session.ts";
import type { ByteSource } from "../../core/streams.ts";
import type { MutationOptions, Task } from "../../core/task.ts";
import { uploadOf } from "../../core/transfer.ts";
import type {
  StorageBucketBackupData,
  StorageBucketBackupsPost,
  StorageBucketData,
  StorageBucketKeyData,
  StorageBucketKeyPut,
  StorageBucketKeysPost,
  StorageBucketPut,
  StorageBucketsPost,
} from "../../types/mod.ts";
import { type Backups, backups } from "../backups.ts";
import { atMember } from "./volume.ts";

/** The data of a bucket, and what a list of recursion 2 adds to it. */
export interface StorageBucketDetails extends StorageBucketData {
  /** Its keys; only of recursion 2. */
  keys?: StorageBucketKeyData[] | null;
  /** Its backups; only of recursion 2. */
  backups?: StorageBucketBackupData[] | null;
}

/** A key to a bucket: `.../buckets/{bucket}/keys/{key}`. It can be written as a whole alone. */
export interface StorageBucketKey
  extends Named, Readable<StorageBucketKeyData>, Replaceable<StorageBucketKeyPut>, Removable {}

/**
 * The keys to a bucket: `.../buckets/{bucket}/keys`. Access and secret keys that are not given are made by
 * the server, and are in the data of the new key.
 */
export interface StorageBucketKeys
  extends
    Listable<StorageBucketKey, CallOptions>,
    Gettable<StorageBucketKey>,
    Creatable<StorageBucketKey, StorageBucketKeysPost> {}

/**
 * A bucket for objects, which S3 clients use: `/1.0/storage-pools/{pool}/buckets/{bucket}`. It cannot be
 * renamed. A new one has a key `admin`, where the server has the API extension
 * `storage_buckets_create_credentials`.
 */
export interface StorageBucket
  extends Named, Readable<StorageBucketDetails>, Editable<StorageBucketPut>, Removable {
  /** The keys to it: `.../buckets/{bucket}/keys`. */
  readonly keys: StorageBucketKeys;
  /**
   * Its backups: `.../buckets/{bucket}/backups`. Need the API extension `storage_bucket_backup`, which Incus
   * alone has.
   */
  readonly backups: Backups<StorageBucketBackupData, StorageBucketBackupsPost>;
}

/** Options of importing a backup. */
export interface StorageBucketImportOptions extends MutationOptions {
  /** The name of the new bucket. Default: the one that the backup names. */
  name?: string;
}

/** The one implementation of {@linkcode StorageBucket}. */
class BucketModel extends Model<StorageBucketDetails, StorageBucketPut> implements StorageBucket {
  get keys(): StorageBucketKeys {
    return new Collection<StorageBucketKey, StorageBucketKeyData, StorageBucketKeysPost>(
      this.session,
      { word: "bucket key", path: `${this.path}/keys` },
    );
  }

  get backups(): Backups<StorageBucketBackupData, StorageBucketBackupsPost> {
    return backups(this.session, this.path, "storage_bucket_backup");
  }
}

/**
 * The buckets of a storage pool: `/1.0/storage-pools/{pool}/buckets`. Need the API extension
 * `storage_buckets`; a list over all projects `storage_buckets_all_projects`, a filtered one
 * `api_filtering_extended`, one of recursion 2 `storage_bucket_full`, which Incus alone has.
 *
 * @example
 * ```ts
 * import { connect } from "@lxkit/client";
 *
 * await using client = await connect();
 * const bucket = await client.storagePools.at("default").buckets.create({ name: "photos" });
 * const key = await bucket.keys.create({ name: "viewer", role: "read-only" });
 * console.log(bucket.data.s3_url, key.data["access-key"]);
 * ```
 */
export class StorageBuckets
  extends Collection<StorageBucket, StorageBucketDetails, StorageBucketsPost>
  implements Listable<StorageBucket, DetailedListOptions> {
  /** @ignore */
  constructor(session: Session, pool: string) {
    const kind = {
      word: "storage bucket",
      path: `${pool}/buckets`,
      extension: "storage_buckets",
      emptied: ["description", "config"],
      resource: "storage_buckets",
      allProjectsExtension: "storage_buckets_all_projects",
      filterExtension: "api_filtering_extended",
    };
    super(session, {
      ...kind,
      model: (session, init: ModelInit<StorageBucketDetails>) =>
        new BucketModel(atMember(session, init.data), kind, init),
    });
  }

  /**
   * All of them with their data, in one request: `GET /1.0/storage-pools/{pool}/buckets`. Recursion 2 needs the
   * API extension `storage_bucket_full`.
   */
  override async list(options: DetailedListOptions = {}): Promise<StorageBucket[]> {
    if (options.recursion === 2) {
      this.session.require("storage_bucket_full", "list storage buckets with all that they have");
    }
    return await super.list(options);
  }

  /**
   * Makes a bucket out of a backup: `POST /1.0/storage-pools/{pool}/buckets`. A stream is sent as it is read.
   * Needs the API extension `storage_bucket_backup`, which Incus alone has.
   *
   * @throws {ApiError} when it is no backup, or there is a bucket of that name already.
   */
  importBackup(
    backup: ByteSource,
    options: StorageBucketImportOptions = {},
  ): Task<StorageBucket> {
    const { name, onProgress } = options;
    this.session.require("storage_bucket_backup", "import a backup of a storage bucket");
    const { dialect } = this.session.facts;
    const headers = name === undefined ? {} : { [headerName(dialect, "name")]: name };
    return this.add(name, { ...uploadOf(this.session, backup, onProgress), headers }, options);
  }
}
