import type { Bytes } from "../streams.ts";
import type { Answer, SftpChannel } from "./channel.ts";
import { PACKET } from "./packet.ts";
import { endOf } from "./status.ts";

/** A part of a file. */
export interface SftpRange {
  /** The first byte. Default: 0. */
  start?: number;
  /** The byte after the last. Default: the end of the file. */
  end?: number;
}

/** What the servers answer with at the most, in bytes. */
const PIECE = 32 * 1024;
/** How many pieces are asked for or sent ahead: 2 MiB under way at once. */
const WINDOW = 64;

/** Reads an open file, with many pieces asked for ahead, and closes it at the end. */
export function fileReader(
  channel: SftpChannel,
  handle: Uint8Array,
  path: string,
  { start = 0, end = Infinity }: SftpRange,
): ReadableStream<Bytes> {
  const asked: { offset: number; length: number; answer: Promise<Answer> }[] = [];
  let next = start;
  const ask = (offset: number, length: number) => {
    const answer = channel.request(PACKET.read, [handle, BigInt(offset), length]);
    // Whoever stops reading waits for none of these.
    answer.catch(() => {});
    return { offset, length, answer };
  };
  const close = async () => {
    await channel.request(PACKET.close, [handle]);
  };
  return new ReadableStream<Bytes>({
    async pull(controller) {
      while (asked.length < WINDOW && next < end) {
        const length = Math.min(PIECE, end - next);
        asked.push(ask(next, length));
        next += length;
      }
      const piece = asked.shift();
      const answer = await piece?.answer;
      if (!piece || !answer || endOf(answer, "read", path)) {
        await close();
        return controller.close();
      }
      const bytes = answer.fields.bytes();
      controller.enqueue(bytes);
      if (bytes.length < piece.length) {
        // A short answer leaves a hole, which has to come before what was asked for next.
        asked.unshift(ask(piece.offset + bytes.length, piece.length - bytes.length));
      }
    },
    cancel: close,
  }, { highWaterMark: 0 });
}

/** Writes an open file, with many pieces under way, and closes it at the end. */
export function fileWriter(
  channel: SftpChannel,
  handle: Uint8Array,
  path: string,
  start: number,
): WritableStream<Uint8Array> {
  const sent = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  let offset = start;
  const send = (piece: Uint8Array) => {
    const writing = channel.request(PACKET.write, [handle, BigInt(offset), piece])
      .then((answer) => void endOf(answer, "write", path))
      .catch((error) => {
        failure ??= { error };
      })
      .finally(() => sent.delete(writing));
    sent.add(writing);
    offset += piece.length;
  };
  const close = async () => {
    endOf(await channel.request(PACKET.close, [handle]), "close", path);
  };
  return new WritableStream<Uint8Array>({
    async write(chunk) {
      for (let at = 0; at < chunk.length; at += PIECE) {
        while (sent.size >= WINDOW) await Promise.race(sent);
        if (failure) throw failure.error;
        send(chunk.subarray(at, at + PIECE));
      }
    },
    async close() {
      await Promise.all(sent);
      await close();
      if (failure) throw failure.error;
    },
    abort: close,
  });
}
