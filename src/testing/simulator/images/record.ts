import type { ImageMetadata } from "../../../types/mod.ts";
import type { GuestFiles } from "../guest/files/guest_files.ts";

/** An image, with its files. */
export interface StoredImage {
  fingerprint: string;
  project: string;
  type: "container" | "virtual-machine";
  architecture: string;
  properties: Record<string, string>;
  public: boolean;
  autoUpdate: boolean;
  cached: boolean;
  filename: string;
  profiles: string[];
  expiresAt: string;
  /** When it was made, in milliseconds since 1970. */
  createdAt: number;
  /** When it was uploaded, in milliseconds since 1970. */
  uploadedAt: number;
  /** When an instance was last made of it, in milliseconds since 1970; 0 where none was. */
  lastUsedAt: number;
  /** Where it was copied from. */
  updateSource?: Record<string, string>;
  /** The project there. */
  sourceProject?: string;
  /** Its one file, or that of its metadata where there are two. */
  file: ImageFile;
  /** That of its root where there are two. */
  rootfs?: ImageFile;
  /** What its instances start with; those of a small image where its own cannot be read. */
  files?: GuestFiles;
  metadata: ImageMetadata;
  templates: Map<string, Uint8Array<ArrayBuffer>>;
}

/** A file of an image. */
export interface ImageFile {
  /** What it is sent under. */
  name: string;
  content: Uint8Array<ArrayBuffer>;
}

/** The name of an image. */
export interface AliasRecord {
  name: string;
  project: string;
  description: string;
  /** The fingerprint of the image. */
  target: string;
  type: string;
}
