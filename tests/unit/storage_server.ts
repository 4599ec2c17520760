/**
 * A server with storage for unit tests: what it is asked for, and what it answers.
 *
 * @module
 */

import type {
  Client,
  CustomStorageVolumes,
  StorageBuckets,
  StorageVolume,
  StorageVolumeSnapshot,
} from "../../mod.ts";
import { FakeConnector, sync } from "../kit/fake_connector.ts";

/** The path of a storage pool. */
export const POOL = "/1.0/storage-pools/fast";
/** The path of its custom volumes. */
export const CUSTOM = "/1.0/storage-pools/fast/volumes/custom";
/** The path of one of them. */
export const VOLUME = "/1.0/storage-pools/fast/volumes/custom/db";
/** The path of a snapshot of that volume. */
export const SNAPSHOT = "/1.0/storage-pools/fast/volumes/custom/db/snapshots/s1";
/** The path of the buckets of the storage pool. */
export const BUCKETS = "/1.0/storage-pools/fast/buckets";
/** The path of one of them. */
export const BUCKET = "/1.0/storage-pools/fast/buckets/photos";

/** All that storage may need. */
export const extensions: readonly string[] = [
  "api_filtering_extended",
  "cluster_internal_custom_volume_copy",
  "custom_volume_backup",
  "custom_volume_iso",
  "custom_volume_refresh",
  "custom_volume_refresh_exclude_older_snapshots",
  "direct_backup",
  "file_storage_volume",
  "import_custom_volume_tar",
  "storage_api_project",
  "storage_bucket_backup",
  "storage_bucket_full",
  "storage_buckets",
  "storage_volume_full",
  "storage_volume_nbd",
  "storage_volume_project_move",
  "storage_volume_state",
  "storage_volumes_all",
  "storage_volumes_rebuild",
];

const volume = { name: "db", type: "custom", description: "kept", config: {}, location: "none" };

/** What every read answers, by path. */
export const reads: Record<string, unknown> = {
  "/1.0/operations": {},
  [POOL]: { name: "fast", driver: "dir", description: "kept", config: {} },
  [VOLUME]: volume,
  [`${CUSTOM}/db2`]: { ...volume, name: "db2" },
  "/1.0/storage-pools/slow/volumes/custom/db2": { ...volume, name: "db2" },
  [SNAPSHOT]: { name: "s1", description: "" },
  [`${VOLUME}/snapshots/s2`]: { name: "s2", description: "" },
  [`${VOLUME}/backups/b1`]: { name: "b1" },
  [`${VOLUME}/bitmaps/m1`]: { name: "m1", count: 0 },
  [BUCKET]: { name: "photos", description: "kept", config: { size: "1GiB" }, location: "" },
  [`${BUCKET}/keys/viewer`]: { name: "viewer", role: "read-only", description: "" },
  [`${BUCKET}/backups/b1`]: { name: "b1" },
};

/** A server that answers every read. */
export function serve(kind: "lxd" | "incus" = "incus"): FakeConnector {
  const fake = new FakeConnector({ kind, extensions });
  for (const [path, data] of Object.entries(reads)) fake.on(`GET ${path}`, sync(data));
  return fake;
}

/** The volume. */
export const volumeOf = (client: Client): StorageVolume =>
  client.storagePools.at("fast").volumes.at("custom", "db");
/** The custom volumes. */
export const customOf = (client: Client): CustomStorageVolumes =>
  client.storagePools.at("fast").volumes.custom;
/** The snapshot. */
export const snapshotOf = (client: Client): StorageVolumeSnapshot =>
  volumeOf(client).snapshots.at("s1");
/** The buckets. */
export const bucketsOf = (client: Client): StorageBuckets => client.storagePools.at("fast").buckets;
