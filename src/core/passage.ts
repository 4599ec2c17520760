import type { FillingReader } from "../connector.ts";
import type { Bytes } from "./streams.ts";

/** What is read at once for who brings no buffer, in bytes. */
const PIECE = 64 * 1024;

/** Sees bytes on their way, in order. What it throws, their stream fails by. */
export interface Watcher {
  /** Takes the next bytes. */
  update(bytes: Uint8Array): void;
  /** Is told that all have come. */
  end(): void;
}

/** What is done with bytes on their way. */
export interface PassageOptions {
  /** See the bytes, one after the other, before they go on. Default: none. */
  watchers?: readonly Watcher[];
  /** Gives what the new stream fails by where the old one did. Default: the same. */
  onFailure?(error: unknown): unknown;
}

/**
 * The bytes of a source in a stream of their own, which asks for nothing before it is read. Where the source
 * can fill a reader's buffer, so can the new stream, and no memory is made for each piece.
 */
export class Passage {
  /** The new stream. */
  readonly readable: ReadableStream<Bytes>;
  readonly #watchers: readonly Watcher[];
  readonly #onFailure: (error: unknown) => unknown;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | FillingReader;
  #givenUp = false;

  constructor(source: ReadableStream<Uint8Array> | FillingReader, options: PassageOptions = {}) {
    this.#watchers = options.watchers ?? [];
    this.#onFailure = options.onFailure ?? ((error) => error);
    const filling = "read" in source ? source : fillingReader(source);
    if (filling) {
      this.#reader = filling;
      this.readable = this.#filled(filling);
    } else {
      const reader = this.#reader = (source as ReadableStream<Uint8Array>).getReader();
      this.readable = this.#handedOn(reader);
    }
  }

  /** Gives up what was not read: who still reads is told so, as the bytes did not end here. */
  async cancel(reason?: unknown): Promise<void> {
    this.#givenUp = true;
    await this.#reader.cancel(reason);
  }

  #filled(reader: FillingReader): ReadableStream<Bytes> {
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
    const result = await reading.catch((error) => {
      if (!this.#givenUp) throw this.#onFailure(error);
    });
    if (this.#givenUp || !result) throw new TypeError("Cannot read on: the rest was given up");
    try {
      for (const watcher of this.#watchers) {
        if (result.done) watcher.end();
        else watcher.update(result.value!);
      }
    } catch (error) {
      // Nobody asks the source for more, which may hold a connection.
      this.cancel(error).catch(() => {});
      throw error;
    }
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
