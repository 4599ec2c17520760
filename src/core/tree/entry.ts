import type { Bytes, ByteSource } from "../streams.ts";

/** The kinds of thing that a path can lead to. */
export type FileType = "file" | "directory" | "symlink";

/** What is kept of a file, directory or symbolic link beside what is in it. */
export interface TreeAttributes {
  /** The permission bits, such as `0o644`. Default: the server's, and those of what is there already. */
  mode?: number;
  /** The id of the owning user; together with `gid`. Default: 0, and that of what is there already. */
  uid?: number;
  /** The id of the owning group; together with `uid`. Default: 0, and that of what is there already. */
  gid?: number;
  /** When it was last modified, to the second. Default: now. */
  modified?: Date;
}

/** One thing of a tree. */
export interface TreeEntry extends TreeAttributes {
  /**
   * Where it is in the tree: names with `/` between them, without `..`. Directories above it that are no
   * entries of their own are made.
   */
  path: string;
  /** What it is. Default: a file. */
  type?: FileType;
  /** Where a symbolic link leads to, as it is written. */
  target?: string;
  /** The bytes of a file, or what gives them once they are needed. Default: none. */
  data?: ByteSource | (() => ByteSource | Promise<ByteSource>);
  /** How many bytes there are; needed where `data` is a stream or a function. */
  size?: number;
}

/** One thing of a tree that was downloaded. */
export interface DownloadedEntry extends TreeEntry {
  /** What it is. */
  type: FileType;
  /** The bytes of a file, to be read before the sink's `write` resolves; else empty. */
  data: ReadableStream<Bytes>;
}

/** An entry whose path was looked at, and which has all that its type needs. */
export interface CheckedEntry extends TreeEntry {
  /** Where it is, in its plainest form; empty for the root. */
  path: string;
  /** What it is. */
  type: FileType;
  /** How many bytes a file has. */
  size: number;
}

/** What is at the path of an entry already. */
export interface FoundEntry {
  /** What it is. */
  type: FileType | "other";
  /** How many bytes a file has. */
  size: number | null;
  /** When it was last modified. */
  modified: Date | null;
}

/** Up to this size, in bytes, files are held in memory, several at once; larger ones pass as streams. */
export const SMALL: number = 64 * 1024;

/** The path of the directory that a path is in; that of the root is empty. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0));
}

/** The last name of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** A path of a tree below the path of its root. */
export function below(root: string, path: string): string {
  return path === "" ? root : root.endsWith("/") ? root + path : `${root}/${path}`;
}
