import type { ImageMetadata } from "../../../types/mod.ts";
import type { Guest } from "../guest/guest.ts";
import type { GuestFiles } from "../guest/files/guest_files.ts";
import type { Devices } from "./devices.ts";

/** What instances and their snapshots have in common. */
export interface Settings {
  /** Its architecture. */
  architecture: string;
  /** Its own configuration. */
  config: Record<string, string>;
  /** Its own devices. */
  devices: Devices;
  /** The names of its profiles. */
  profiles: string[];
  /** Whether it is deleted when it stops. */
  ephemeral: boolean;
}

/** An instance. */
export interface InstanceRecord extends Settings {
  name: string;
  project: string;
  type: "container" | "virtual-machine";
  description: string;
  /** When it was made, in milliseconds since 1970. */
  createdAt: number;
  /** When it was last started, in milliseconds since 1970; 0 where it never was. */
  lastUsedAt: number;
  status: "Stopped" | "Running" | "Frozen";
  /** The process id of its init; 0 where it does not run. */
  pid: number;
  /** The cluster member that it is on. */
  location: string;
  /** What is inside. */
  guest: Guest;
  snapshots: Map<string, SnapshotRecord>;
  backups: Map<string, BackupRecord>;
  /** What its image told of it. */
  metadata: ImageMetadata;
  /** Templates of files, by name. */
  templates: Map<string, Uint8Array<ArrayBuffer>>;
  /** Log files, by name. */
  logs: Map<string, Uint8Array<ArrayBuffer>>;
  /** Recorded output of commands, by name of the file. */
  execOutput: Map<string, Uint8Array<ArrayBuffer>>;
  /** The files of the volumes that are mounted in it. */
  mounted: GuestFiles[];
  /** What is told of its root volume. */
  volumeDescription: string;
}

/** A snapshot of an instance. */
export interface SnapshotRecord extends Settings {
  name: string;
  createdAt: number;
  expiresAt: string;
  files: GuestFiles;
}

/** A backup of an instance. */
export interface BackupRecord {
  name: string;
  createdAt: number;
  expiresAt: string;
  instanceOnly: boolean;
  optimized: boolean;
  content: Uint8Array<ArrayBuffer>;
}

const CODES = { Stopped: 102, Running: 103, Frozen: 110 };

/** The number of a status. */
export function statusCode(status: InstanceRecord["status"]): number {
  return CODES[status];
}
