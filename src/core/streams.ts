import type { ConnectorResponse } from "../connector.ts";
import { TruncatedError } from "../errors.ts";
import { Passage, type Watcher } from "./passage.ts";

/** Bytes in memory. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** What can be sent: bytes, text (sent as UTF-8), a Blob or File, or a stream of bytes. */
export type ByteSource = Uint8Array | string | Blob | ReadableStream<Uint8Array>;

/** The chunks of a stream. Leaving the loop cancels it. Unlike the stream itself, iterable everywhere. */
export async function* chunksOf<T>(stream: ReadableStream<T>): AsyncGenerator<T, void> {
  const reader = stream.getReader();
  let ended = false;
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) break;
      yield value;
    }
    ended = true;
  } finally {
    if (!ended) await reader.cancel().catch(() => {});
    reader.releaseLock();
  }
}

/** All bytes of a stream in one piece. */
export async function collect(stream: ReadableStream<Uint8Array>): Promise<Bytes> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of chunksOf(stream)) chunks.push(chunk);
  return concat(chunks);
}

/** A copy of all bytes in one piece. */
export function concat(chunks: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}

/**
 * Makes sure that something can be sent. What JavaScript would make of anything else, such as of `undefined`,
 * nobody wants in a file.
 *
 * @throws {TypeError} when it is neither bytes, text, a Blob nor a stream.
 */
export function checkSource(source: ByteSource): void {
  const fits = typeof source === "string" || ArrayBuffer.isView(source) ||
    (source as unknown) instanceof ArrayBuffer || source instanceof Blob ||
    source instanceof ReadableStream;
  if (!fits) throw new TypeError("Cannot send it: give bytes, text, a Blob or a stream");
}

/** A source of bytes as a stream. */
export function streamOf(source: ByteSource): ReadableStream<Uint8Array> {
  checkSource(source);
  return source instanceof ReadableStream
    ? source
    : (source instanceof Blob ? source : new Blob([source as BlobPart])).stream();
}

/**
 * The body of a response on its way to a reader, its breaking off told as what it is. `what` completes
 * the sentence "Cannot ...".
 */
export function bodyOf(
  response: ConnectorResponse,
  what: string,
  signal: AbortSignal | undefined,
  watchers?: readonly Watcher[],
): Passage {
  return new Passage(response.filling ?? response.body ?? new Blob([]).stream(), {
    watchers,
    onFailure(cause) {
      if (signal?.aborted) return signal.reason;
      return new TruncatedError(`Cannot ${what}: the connection broke before the end`, { cause });
    },
  });
}

/** A stream on its way into a request: what the platform hides, whether the stream itself broke. */
export class Outgoing {
  /** What the stream broke by, where it did. */
  broken: { reason: unknown } | undefined;
  readonly #passage: Passage;

  constructor(source: ReadableStream<Uint8Array>) {
    this.#passage = new Passage(source, {
      onFailure: (reason) => {
        this.broken = { reason };
        return reason;
      },
    });
  }

  /** The same bytes. */
  get readable(): ReadableStream<Uint8Array> {
    return this.#passage.readable;
  }

  /** Gives up what was not sent, and tells what the stream broke by, where it did. */
  end(): { reason: unknown } | undefined {
    this.#passage.cancel().catch(() => {});
    return this.broken;
  }
}
