/**
 * Trees in memory, for any runtime.
 *
 * @module
 */

import type { DownloadedEntry, Files, TreeEntry, TreeOptions } from "../../mod.ts";

/** An entry as it was told, with its data read. */
export type SeenEntry = Omit<TreeEntry, "data" | "path"> & { data?: Uint8Array };

/** Reads a whole stream. */
export async function bytesOf(
  stream: ReadableStream<Uint8Array>,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(stream as BodyInit).arrayBuffer());
}

/** A sink that keeps what comes, by path. */
export function memorySink(seen: Map<string, SeenEntry>): WritableStream<DownloadedEntry> {
  return new WritableStream<DownloadedEntry>({
    async write({ path, type, mode, uid, gid, modified, target, data }) {
      if (seen.has(path)) throw new Error(`Cannot keep "${path}": it came twice`);
      const rest = type === "file" ? { data: await bytesOf(data) } : {};
      seen.set(path, {
        type,
        mode,
        uid,
        gid,
        modified,
        ...type === "symlink" ? { target } : {},
        ...rest,
      });
    },
  });
}

/** What a download of a tree tells. */
export async function downloaded(
  files: Files,
  root: string,
  options: TreeOptions = {},
): Promise<Map<string, SeenEntry>> {
  const seen = new Map<string, SeenEntry>();
  await files.download(root, memorySink(seen), options);
  return seen;
}

/** Bytes of which no two pieces are alike. */
export function pattern(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = (i ^ i >> 8 ^ i >> 16) & 0xff;
  return bytes;
}

/** A stream that gives pieces as they are asked for. */
export function streamOf(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.slice(at, at += 100_000));
      else controller.close();
    },
  });
}
