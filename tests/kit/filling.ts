import { assertEquals } from "@std/assert";
import type { FillingReader } from "../../src/connector.ts";
import { fillingReader } from "../../src/core/passage.ts";

/**
 * Reads a body to its end through one buffer of this size, which has to stay the reader's own; false where
 * the stream fills none, and nothing was read.
 */
export async function readFilling(
  body: ReadableStream<Uint8Array> | FillingReader,
  size: number,
  see: (bytes: Uint8Array) => void,
): Promise<boolean> {
  const reader: FillingReader | undefined = body instanceof ReadableStream
    ? fillingReader(body)
    : body;
  if (!reader) return false;
  let buffer: ArrayBuffer = new ArrayBuffer(size);
  while (true) {
    const { done, value } = await reader.read(new Uint8Array(buffer));
    if (done) return true;
    see(value);
    buffer = value.buffer;
    assertEquals(buffer.byteLength, size);
  }
}
