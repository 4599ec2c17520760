import type { Dialect } from "../core/dialect.ts";
import type { InstanceType } from "../types/mod.ts";

/** One file of an image on an image server. */
export interface SimplestreamsFile {
  /**
   * What it is, in the words of `Image.export()`: `image` where one file is all, else `metadata`, and
   * beside it `rootfs` of a container or `rootfs.img` of a virtual machine.
   */
  name: "image" | "metadata" | "rootfs" | "rootfs.img";
  /** The server's word for its format, such as `incus.tar.xz`, `squashfs` or `disk-kvm.img`. */
  type: string;
  /** Where it lies below the server's URL. */
  path: string;
  /** Its SHA-256 in hexadecimal. */
  sha256: string;
  /** Its size in bytes. */
  size: number;
}

/** An image on an image server. */
export interface SimplestreamsImage {
  /** The SHA-256 of all its files in hexadecimal, by which servers name it once they have it. */
  fingerprint: string;
  /** What instances it is for. */
  type: InstanceType;
  /** Which daemon its metadata is written for. */
  dialect: Dialect;
  /** Its names; each also goes with `/` and the architecture, as in `debian/12/arm64`. */
  aliases: string[];
  /** The architecture as LXD and Incus call it, such as `x86_64` or `aarch64`. */
  architecture: string;
  /** The system, such as `Debian`. */
  os: string;
  /** The release, such as `bookworm`. */
  release: string;
  /** The title of the release, such as `12`; undefined where the server tells none. */
  releaseTitle: string | undefined;
  /** The flavour, such as `default` or `cloud`; undefined where the server has no such thing. */
  variant: string | undefined;
  /** The build, which begins with its date, such as `20260820_05:24`. */
  serial: string;
  /** What a virtual machine needs to run it, such as `secureboot: "false"`. */
  requirements: Record<string, string>;
  /** The day until which the release is cared for, as `2028-06-30`; undefined where none is told. */
  supportedUntil: string | undefined;
  /** The size of all its files in bytes. */
  size: number;
  /** Its files: the one there is, or the metadata and the root file system. */
  files: SimplestreamsFile[];
}

/** Which images are meant; all of these have to fit. */
export interface SimplestreamsFilter {
  /** The architecture, such as `x86_64` or `amd64`. */
  architecture?: string;
  /** What instances they are for. */
  type?: InstanceType;
  /** The flavour, such as `cloud`. */
  variant?: string;
  /** The system, such as `Debian`, in any case. */
  os?: string;
  /** The release, such as `bookworm`. */
  release?: string;
}
