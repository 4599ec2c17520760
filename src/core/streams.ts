import { TruncatedError } from "../errors.ts";

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

/** A source of bytes as a stream. */
export function streamOf(source: ByteSource): ReadableStream<Uint8Array> {
  return source instanceof ReadableStream
    ? source
    : (source instanceof Blob ? source : new Blob([source as BlobPart])).stream();
}

/**
 * The body of a response, whose breaking off is told as what it is. `what` completes the sentence
 * "Cannot ...".
 */
export function bodyOf(
  response: Response,
  what: string,
  signal: AbortSignal | undefined,
): ReadableStream<Bytes> {
  const reader = response.body?.getReader();
  return new ReadableStream<Bytes>({
    async pull(controller) {
      try {
        const chunk = await reader?.read();
        if (!chunk || chunk.done) controller.close();
        else controller.enqueue(chunk.value as Bytes);
      } catch (cause) {
        signal?.throwIfAborted();
        throw new TruncatedError(`Cannot ${what}: the connection broke before the end`, { cause });
      }
    },
    async cancel(reason) {
      await reader?.cancel(reason);
    },
  }, { highWaterMark: 0 });
}

/** A stream on its way into a request: what the platform hides, whether the stream itself broke. */
export class Outgoing {
  /** The same bytes. */
  readonly readable: ReadableStream<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #broken: { reason: unknown } | undefined;

  constructor(source: ReadableStream<Uint8Array>) {
    const reader = this.#reader = source.getReader();
    this.readable = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        const { done, value } = await reader.read().catch((reason) => {
          this.#broken = { reason };
          throw reason;
        });
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    }, { highWaterMark: 0 });
  }

  /** Gives up what was not sent, and tells what the stream broke by, where it did. */
  end(): { reason: unknown } | undefined {
    this.#reader.cancel().catch(() => {});
    return this.#broken;
  }
}
