/**
 * The local file system as one end of a tree, by the modules of Node, which Deno and Bun have, too.
 *
 * @module
 */

import type { Bytes } from "../../core/streams.ts";
import { SMALL, type TreeEntry } from "../../core/tree/entry.ts";
import { type NodeFileHandle, type NodeFiles, nodeFiles, type NodeStats } from "./node_files.ts";

export { LocalTreeTarget } from "./target.ts";

/** How much of a large file is read at once, in bytes. */
const PIECE = 128 * 1024;
/** How many files are looked at at once. */
const AHEAD = 64;

/** What a path of the local file system is, whichever way it was given. */
export function localPath(path: string | URL): string {
  return typeof path === "string" ? path : nodeFiles().fileURLToPath(path);
}

/**
 * The entries of a local directory, the directory itself first. What is none of the types goes to
 * `omitted`.
 *
 * @throws {TypeError} when it is no directory.
 */
export async function* localEntries(root: string, omitted: string[]): AsyncGenerator<TreeEntry> {
  const files = nodeFiles();
  const stats = await files.stat(root);
  if (!stats.isDirectory()) {
    throw new TypeError(`Cannot upload "${root}" as a tree: it is no directory`);
  }
  yield { path: ".", type: "directory", ...attributesOf(stats) };
  const waiting = [""];
  while (waiting.length > 0) {
    const path = waiting.pop()!;
    const names = (await files.readdir(files.join(root, path))).sort();
    const directories: string[] = [];
    for (let at = 0; at < names.length; at += AHEAD) {
      const found = await Promise.all(
        names.slice(at, at + AHEAD).map(async (name) => {
          const full = files.join(root, path, name);
          const stats = await files.lstat(full);
          const target = stats.isSymbolicLink() ? await files.readlink(full) : undefined;
          return { own: path === "" ? name : `${path}/${name}`, full, stats, target };
        }),
      );
      for (const { own, full, stats, target } of found) {
        const entry = { path: own, ...attributesOf(stats) };
        const { size } = stats;
        if (target !== undefined) yield { ...entry, type: "symlink", target };
        else if (stats.isFile()) yield { ...entry, size, data: () => read(files, full, size) };
        else if (stats.isDirectory()) {
          directories.push(own);
          yield { ...entry, type: "directory" };
        } else omitted.push(own);
      }
    }
    waiting.push(...directories.reverse());
  }
}

/** How many bytes the files of a local directory have. */
export async function measureLocal(root: string): Promise<number> {
  let bytes = 0;
  for await (const { size = 0 } of localEntries(root, [])) bytes += size;
  return bytes;
}

function attributesOf({ mode, uid, gid, mtimeMs }: NodeStats) {
  return { mode: mode & 0o7777, uid, gid, modified: new Date(mtimeMs) };
}

/** As much of a file as there was when it was looked at. */
async function read(
  files: NodeFiles,
  path: string,
  size: number,
): Promise<Uint8Array | ReadableStream<Bytes>> {
  if (size <= SMALL) return (await files.readFile(path)).subarray(0, size);
  const handle = await files.open(path, "r");
  let left = size;
  return new ReadableStream<Bytes>({
    async pull(controller) {
      try {
        const count = await readInto(handle, Math.min(PIECE, left), controller);
        left -= count;
        if (left > 0 && count > 0) return;
      } catch (error) {
        await handle.close();
        throw error;
      }
      await handle.close();
      controller.close();
    },
    cancel: () => handle.close(),
  }, { highWaterMark: 0 });
}

async function readInto(
  handle: NodeFileHandle,
  length: number,
  controller: ReadableStreamDefaultController<Bytes>,
): Promise<number> {
  const buffer = new Uint8Array(length);
  const { bytesRead } = await handle.read(buffer, 0, length, null);
  if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead));
  return bytesRead;
}
