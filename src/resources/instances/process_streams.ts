import type { Channel, ChannelBytes } from "../../connector.ts";
import { TruncatedError } from "../../errors.ts";
import { type Bytes, chunksOf } from "../../core/streams.ts";

/** The largest message that is sent in one piece, and what is read ahead, in bytes. */
const PIECE_BYTES = 64 * 1024;

/**
 * One output of a process as bytes. An empty text message is its end, as is a connection that the
 * server closes in order. Where it ends in another way, or was ended by `stop`, `truncated` gives the
 * error, or undefined where that is an end, too.
 */
export function outputStream(
  channel: Channel,
  stop: AbortSignal,
  truncated: () => Promise<unknown>,
): ReadableStream<Bytes> {
  const end: End = async (controller, told) => {
    // In a terminal the server waits for this before it ends the operation.
    channel.close();
    if (!told && ((await channel.closed).code !== 1000 || stop.aborted)) {
      const error = await truncated();
      if (error !== undefined) return controller.error(error);
    }
    controller.close();
  };
  return channel.bytes ? placed(channel, channel.bytes, end) : handedOn(channel, end);
}

/** Ends an output: `told` is whether a text message said so, in place of the end of the channel. */
type End = (controller: ReadableStreamController<Bytes>, told: boolean) => Promise<void>;

/** Output that goes straight into the buffer of a reader that brings one. */
function placed(channel: Channel, bytes: ChannelBytes, end: End): ReadableStream<Bytes> {
  let peeking: Promise<unknown> = Promise.resolve();
  return new ReadableStream({
    type: "bytes",
    async pull(controller) {
      const peek = peeking = bytes.peek();
      const found = await peek;
      if (!(found instanceof Uint8Array)) {
        await end(controller, found !== undefined);
        controller.byobRequest?.respond(0);
        return;
      }
      // Only now: who reads on brings the next buffer while the bytes are on their way.
      const request = controller.byobRequest;
      const taken = found.subarray(0, request?.view?.byteLength);
      if (request) {
        const { buffer, byteOffset } = request.view!;
        new Uint8Array(buffer, byteOffset).set(taken);
      } else {
        controller.enqueue(taken.slice());
      }
      bytes.skip(taken.length);
      request?.respond(taken.length);
    },
    cancel() {
      // Hanging up would leave the process stuck at a full pipe; and there may be no end to wait for.
      const leave = () => discard(channel);
      peeking.then(leave, leave);
    },
  }, { highWaterMark: PIECE_BYTES });
}

/** Output as it came, message by message. */
function handedOn(channel: Channel, end: End): ReadableStream<Bytes> {
  const reader = channel.readable.getReader();
  return new ReadableStream<Bytes>({
    async pull(controller) {
      while (true) {
        const { done, value } = await reader.read();
        if (done || typeof value === "string") return await end(controller, !done);
        if (value.byteLength > 0) return controller.enqueue(value);
      }
    },
    cancel() {
      reader.releaseLock();
      discard(channel);
    },
  }, new ByteLengthQueuingStrategy({ highWaterMark: PIECE_BYTES }));
}

/**
 * The input of a process as a sink of bytes. An empty text message is its end. `onFed` is called before
 * the first bytes are sent.
 */
export function inputStream(
  channel: Channel,
  label: string,
  onFed: () => void = () => {},
): WritableStream<Uint8Array> {
  const writer = channel.writable.getWriter();
  return new WritableStream<Uint8Array>({
    async write(bytes) {
      onFed();
      for (let offset = 0; offset < bytes.byteLength; offset += PIECE_BYTES) {
        const piece = bytes.subarray(offset, offset + PIECE_BYTES) as Bytes;
        try {
          await writer.write(piece);
        } catch (cause) {
          throw new TruncatedError(`Cannot write to the input of ${label}: it takes no more`, {
            cause,
          });
        }
      }
    },
    async close() {
      // A process that has ended needs no end of its input.
      await writer.write("").catch(() => {});
    },
    abort() {
      channel.close();
    },
  }, new ByteLengthQueuingStrategy({ highWaterMark: PIECE_BYTES }));
}

/** Takes what comes over a channel where only its end matters, so that pings are answered. Never rejects. */
export async function discard({ bytes, readable }: Channel): Promise<void> {
  try {
    if (!bytes) {
      for await (const _ of chunksOf(readable)) { /* dropped */ }
      return;
    }
    for (let found; (found = await bytes.peek()) !== undefined;) {
      if (found instanceof Uint8Array) bytes.skip(found.length);
    }
  } catch {
    // A broken connection has ended, too.
  }
}
