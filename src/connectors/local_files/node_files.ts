/**
 * What is used of Node's `node:fs`, `node:path` and `node:url`, so that this package compiles where their
 * types are absent.
 *
 * @module
 */

import { UnsupportedError } from "../../errors.ts";

/** What is at a path. */
export interface NodeStats {
  /** The type and the permission bits. */
  readonly mode: number;
  /** The id of the owning user. */
  readonly uid: number;
  /** The id of the owning group. */
  readonly gid: number;
  /** The size in bytes. */
  readonly size: number;
  /** When it was last modified, in milliseconds since 1970. */
  readonly mtimeMs: number;
  /** Whether it is a file. */
  isFile(): boolean;
  /** Whether it is a directory. */
  isDirectory(): boolean;
  /** Whether it is a symbolic link. */
  isSymbolicLink(): boolean;
}

/** An open file. */
export interface NodeFileHandle {
  /** Reads from where it is. */
  read(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: null,
  ): Promise<{ bytesRead: number }>;
  /** Writes from where it is. */
  write(bytes: Uint8Array, offset: number, length: number): Promise<{ bytesWritten: number }>;
  /** Sets the permission bits. */
  chmod(mode: number): Promise<void>;
  /** Sets the owner. */
  chown(uid: number, gid: number): Promise<void>;
  /** Sets when it was read and modified last, in seconds. */
  utimes(accessed: number, modified: number): Promise<void>;
  /** Closes it. */
  close(): Promise<void>;
}

/** The functions; those of `node:fs` by promises. */
export interface NodeFiles {
  /** What is at a path, links followed. */
  stat(path: string): Promise<NodeStats>;
  /** What is at a path. */
  lstat(path: string): Promise<NodeStats>;
  /** The names in a directory. */
  readdir(path: string): Promise<string[]>;
  /** Reads a whole file. */
  readFile(path: string): Promise<Uint8Array>;
  /** Where a symbolic link leads to. */
  readlink(path: string): Promise<string>;
  /** Writes a new file with exactly this mode, in one call: as Deno can. */
  writeNew?(path: string, bytes: Uint8Array, mode?: number): Promise<void>;
  /** Opens a file. */
  open(path: string, flags: string, mode?: number): Promise<NodeFileHandle>;
  /** Makes a directory. */
  mkdir(path: string, options?: { recursive?: boolean }): Promise<unknown>;
  /** Makes a symbolic link. */
  symlink(target: string, path: string): Promise<void>;
  /** Gives a file another path, in place of what is there. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file or symbolic link. */
  unlink(path: string): Promise<void>;
  /** Sets the permission bits. */
  chmod(path: string, mode: number): Promise<void>;
  /** Sets the owner; of a symbolic link its own. */
  lchown(path: string, uid: number, gid: number): Promise<void>;
  /** Sets when it was read and modified last, in seconds; of a symbolic link its own. */
  lutimes(path: string, accessed: number, modified: number): Promise<void>;
  /** Puts parts of a path together. */
  join(...parts: string[]): string;
  /** The path of a `file:` URL. */
  fileURLToPath(url: URL): string;
  /** Whether paths are those of Windows. */
  windows: boolean;
}

interface Deno {
  writeFile(
    path: string,
    bytes: Uint8Array,
    options: { createNew: boolean; mode?: number },
  ): Promise<void>;
}

interface Node {
  platform: string;
  getBuiltinModule(name: "node:fs/promises"): NodeFiles;
  getBuiltinModule(name: "node:path" | "node:url"): Pick<NodeFiles, "join" | "fileURLToPath">;
}

/**
 * Gives the functions.
 *
 * @throws {UnsupportedError} when the runtime has no file system, as browsers have none.
 */
export function nodeFiles(): NodeFiles {
  const { process, Deno } = globalThis as { process?: Node; Deno?: Deno };
  if (!process?.getBuiltinModule) {
    throw new UnsupportedError(
      "Cannot use a local path: this runtime has no file system. Give entries, or a sink",
    );
  }
  const { join } = process.getBuiltinModule("node:path");
  const { fileURLToPath } = process.getBuiltinModule("node:url");
  const windows = process.platform === "win32";
  const writeNew: NodeFiles["writeNew"] = Deno &&
    ((path, bytes, mode) => Deno.writeFile(path, bytes, { createNew: true, mode }));
  const files = process.getBuiltinModule("node:fs/promises");
  return { ...files, join, fileURLToPath, windows, writeNew };
}
