import { pathOf } from "../documents.ts";

/** Where a volume is. */
export interface VolumePlace {
  /** Its name. */
  name: string;
  /** Its project. */
  project: string;
  /** Its pool. */
  pool: string;
  /** Its kind. Default: `custom`. */
  type?: string;
}

/** The path of a volume, or of its snapshot. */
export function volumePath(volume: VolumePlace, snapshot?: string): string {
  const { name, project, pool, type = "custom" } = volume;
  const collection = `/1.0/storage-pools/${encodeURIComponent(pool)}/volumes/${type}`;
  if (snapshot === undefined) return pathOf(collection, { name, project });
  const snapshots = `${collection}/${encodeURIComponent(name)}/snapshots`;
  return pathOf(snapshots, { name: snapshot, project });
}
