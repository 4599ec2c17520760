import { ProtocolError } from "../errors.ts";
import type { ByteReader } from "./byte_reader.ts";

/** The most bytes of a body that are read: enough for any error's words. */
const MAX_BODY_SIZE = 64 * 1024;

/**
 * Reads the text of an answer's body, up to 64 KiB of it: by chunks, by its length, or to the end
 * of the connection. A body that was cut short is given as far as it came.
 */
export async function readBody(
  reader: ByteReader,
  headers: Headers,
  what: string,
): Promise<string> {
  const parts: Uint8Array[] = [];
  if (/\bchunked\b/i.test(headers.get("transfer-encoding") ?? "")) {
    await readChunks(reader, parts, what);
  } else {
    const length = headers.get("content-length");
    await readUpTo(reader, length === null ? MAX_BODY_SIZE : Number(length) || 0, parts);
  }
  return await new Blob(parts as BlobPart[]).text();
}

async function readChunks(reader: ByteReader, parts: Uint8Array[], what: string): Promise<void> {
  for (let total = 0; total < MAX_BODY_SIZE;) {
    const line = await readLine(reader);
    if (line === undefined) return;
    const size = /^[0-9a-f]{1,8}(?=\s*(;|$))/i.exec(line)?.[0];
    if (size === undefined) throw new ProtocolError(`${what}: the body has a broken chunk`);
    const length = parseInt(size, 16);
    if (length === 0) return;
    await readUpTo(reader, length, parts);
    await readLine(reader);
    total += length;
  }
}

/** Reads a line without its end; undefined when the connection ends or the line is too long. */
async function readLine(reader: ByteReader): Promise<string | undefined> {
  for (let seen = 0; seen < 1024;) {
    const end = reader.buffered.indexOf(10, seen);
    if (end >= 0) return new TextDecoder().decode(reader.take(end + 1)).trimEnd();
    seen = reader.buffered.length;
    if (!await reader.fill(seen + 1)) return undefined;
  }
  return undefined;
}

async function readUpTo(reader: ByteReader, count: number, parts: Uint8Array[]): Promise<void> {
  const wanted = Math.min(count, MAX_BODY_SIZE);
  for (let done = 0; done < wanted && await reader.fill(1);) {
    const part = reader.take(wanted - done).slice();
    parts.push(part);
    done += part.length;
  }
}
