import { assertEquals } from "@std/assert";
import { fillingReader } from "../../src/core/passage.ts";

/**
 * Reads a stream to its end through one buffer of this size, which has to stay the reader's own; false where
 * the stream fills none, and nothing was read.
 */
export async function readFilling(
  stream: ReadableStream<Uint8Array>,
  size: number,
  see: (bytes: Uint8Array) => void,
): Promise<boolean> {
  const reader = fillingReader(stream);
  if (!reader) return false;
  let buffer = new ArrayBuffer(size);
  while (true) {
    const { done, value } = await reader.read(new Uint8Array(buffer));
    if (done) return true;
    see(value);
    buffer = value.buffer;
    assertEquals(buffer.byteLength, size);
  }
}
