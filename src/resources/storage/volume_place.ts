import type { MutationOptions } from "../../core/task.ts";

/** Where a volume is to go. */
export interface StorageVolumePlace extends MutationOptions {
  /** The storage pool. Default: its own. */
  pool?: string;
  /**
   * The project, which keeps volumes of its own. Needs the API extension `storage_api_project`, for a move
   * `storage_volume_project_move`. Default: its own.
   */
  project?: string;
  /**
   * The cluster member. Needs the API extension `cluster_internal_custom_volume_copy`. Default: the one
   * that it is on.
   */
  target?: string;
}

/** Options of a move. */
export interface StorageVolumeMoveOptions extends StorageVolumePlace {
  /** Its new name. Default: the one that it has. */
  name?: string;
}

/** Options of a copy. */
export interface StorageVolumeCopyOptions extends StorageVolumePlace {
  /** Leaves the snapshots out. Default: false. */
  volumeOnly?: boolean;
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
