/**
 * Reads and feeds streams, the same for all who run in Deno.
 *
 * @module
 */

const SIZE = 64 * 1024;

/** Reads a stream to its end; the bytes are dropped, their number is checked. */
export async function drain(stream: ReadableStream<Uint8Array>, size: number): Promise<void> {
  let length = 0;
  for await (const chunk of stream) length += chunk.length;
  if (length !== size) throw new Error(`Cannot measure: ${length} of ${size} bytes came`);
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
