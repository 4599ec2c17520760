import type { Guest } from "../guest/guest.ts";
import type { GuestFiles } from "../guest/files/guest_files.ts";

/** A custom storage volume. */
export interface VolumeRecord {
  name: string;
  project: string;
  pool: string;
  contentType: string;
  config: Record<string, string>;
  description: string;
  /** When it was made, in milliseconds since 1970. */
  createdAt: number;
  location: string;
  snapshots: Map<string, VolumeSnapshotRecord>;
  backups: Map<string, VolumeBackupRecord>;
  /** What is in it. */
  guest: Guest;
}

/** A snapshot of a custom storage volume. */
export interface VolumeSnapshotRecord {
  name: string;
  config: Record<string, string>;
  description: string;
  createdAt: number;
  expiresAt: string;
  files: GuestFiles;
}

/** A backup of a custom storage volume. */
export interface VolumeBackupRecord {
  name: string;
  createdAt: number;
  expiresAt: string;
  volumeOnly: boolean;
  optimized: boolean;
  content: Uint8Array<ArrayBuffer>;
}

/** The body of a creation or a move. */
export interface VolumesPost {
  name?: string;
  type?: string;
  content_type?: string;
  config?: Record<string, string>;
  description?: string;
  pool?: string;
  project?: string;
  source?: {
    type?: string;
    name?: string;
    pool?: string;
    project?: string;
    volume_only?: boolean;
    refresh?: boolean;
  };
}

/** The daemons' kinds of storage volumes, as paths name them. */
export const VOLUME_TYPES: readonly string[] = ["custom", "container", "virtual-machine", "image"];
