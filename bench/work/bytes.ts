/**
 * Reads and feeds streams, the same for all who run in Deno.
 *
 * @module
 */

import { fillingReader } from "../../src/core/passage.ts";

const SIZE = 64 * 1024;
/** What is read at once at most, in bytes. */
export const READ_SIZE: number = 256 * 1024;

/**
 * Reads a stream to its end, through one buffer where it can fill one; the bytes are dropped, their
 * number is checked.
 */
export async function drain(
  stream: ReadableStream<Uint8Array>,
  size: number,
  see: (bytes: Uint8Array) => void = () => {},
): Promise<void> {
  const length = await lengthOf(stream, see);
  if (length !== size) throw new Error(`Cannot measure: ${length} of ${size} bytes came`);
}

async function lengthOf(
  stream: ReadableStream<Uint8Array>,
  see: (bytes: Uint8Array) => void,
): Promise<number> {
  let length = 0;
  const reader = fillingReader(stream);
  if (!reader) {
    for await (const chunk of stream) {
      see(chunk);
      length += chunk.length;
    }
    return length;
  }
  let buffer = new ArrayBuffer(READ_SIZE);
  while (true) {
    const { done, value } = await reader.read(new Uint8Array(buffer));
    if (done) return length;
    see(value);
    length += value.length;
    buffer = value.buffer;
  }
}

/** Writes a file to a sink through one buffer. */
export async function feed(path: string, sink: WritableStream<Uint8Array>): Promise<void> {
  using file = await Deno.open(path);
  const writer = sink.getWriter();
  const buffer = new Uint8Array(SIZE);
  for (let count; (count = await file.read(buffer)) !== null;) {
    await writer.write(buffer.subarray(0, count));
  }
  await writer.close();
}
