import type { Bytes } from "./streams.ts";

/** What is read at once for who brings no buffer, in bytes. */
const PIECE = 64 * 1024;

/** What is done with bytes on their way. */
export interface PassageOptions {
  /** Sees each piece before it goes on. */
  onBytes?(bytes: Uint8Array): void;
  /** Sees the end; what it throws, the new stream fails by. */
  onEnd?(): void;
  /** Gives what the new stream fails by where the old one did. Default: the same. */
  onFailure?(error: unknown): unknown;
}

/**
 * The same bytes in a stream of their own, which asks for nothing before it is read. Where the source
 * can fill a reader's buffer, so can the new stream, and no memory is made for each piece.
 */
export class Passage {
  /** The new stream. */
  readonly readable: ReadableStream<Bytes>;
  readonly #options: PassageOptions;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | ReadableStreamBYOBReader;

  constructor(source: ReadableStream<Uint8Array>, options: PassageOptions = {}) {
    this.#options = options;
    const filling = fillingReader(source);
    if (filling) {
      this.#reader = filling;
      this.readable = this.#filled(filling);
    } else {
      const reader = this.#reader = source.getReader();
      this.readable = this.#handedOn(reader);
    }
  }

  /** Gives up what was not read. */
  async cancel(reason?: unknown): Promise<void> {
    await this.#reader.cancel(reason);
  }

  #filled(reader: ReadableStreamBYOBReader): ReadableStream<Bytes> {
    return new ReadableStream({
      type: "bytes",
      autoAllocateChunkSize: PIECE,
      pull: async (controller) => {
        // Workerd brings no buffer where it sends a body, whatever is asked for.
        const request = controller.byobRequest;
        const view = (request?.view ?? new Uint8Array(PIECE)) as Bytes;
        const { done, value } = await this.#told(reader.read(view));
        if (done) controller.close();
        if (value && request) request.respondWithNewView(value);
        else if (value && !done) controller.enqueue(value);
      },
      cancel: (reason) => this.cancel(reason),
    });
  }

  #handedOn(reader: ReadableStreamDefaultReader<Uint8Array>): ReadableStream<Bytes> {
    return new ReadableStream<Bytes>({
      pull: async (controller) => {
        const { done, value } = await this.#told(reader.read());
        if (done) controller.close();
        else controller.enqueue(value as Bytes);
      },
      cancel: (reason) => this.cancel(reason),
    }, { highWaterMark: 0 });
  }

  /** What was read, once those who asked for it were told. */
  async #told<R extends { done: boolean; value?: Uint8Array }>(reading: Promise<R>): Promise<R> {
    const { onBytes, onEnd, onFailure } = this.#options;
    let result: R;
    try {
      result = await reading;
    } catch (error) {
      throw onFailure ? onFailure(error) : error;
    }
    if (result.done) onEnd?.();
    else onBytes?.(result.value!);
    return result;
  }
}

/** A reader that takes bytes into a buffer, where the stream can do so. */
export function fillingReader(
  stream: ReadableStream<Uint8Array>,
): ReadableStreamBYOBReader | undefined {
  try {
    return stream.getReader({ mode: "byob" });
  } catch {
    // A stream of pieces, or one that is locked already: the other kind of reader tells these apart.
    return undefined;
  }
}
