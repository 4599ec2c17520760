import { type Bytes, concat } from "../text.ts";

/** More than a client may send in one packet, as in the daemons' own server. */
const MAX_PACKET = 256 * 1024;

/** Cuts a stream into packets, without their lengths. Ends at the end of the stream or at nonsense. */
export async function* readPackets(stream: ReadableStream<Bytes>): AsyncGenerator<Bytes, void> {
  let rest: Bytes = new Uint8Array();
  for await (const chunk of stream) {
    rest = rest.length ? concat([rest, chunk]) : chunk;
    while (rest.length >= 4) {
      const { buffer, byteOffset } = rest;
      const length = new DataView(buffer, byteOffset).getUint32(0);
      if (length < 1 || length > MAX_PACKET) return;
      if (rest.length < 4 + length) break;
      yield rest.subarray(4, 4 + length);
      rest = rest.subarray(4 + length);
    }
  }
}
