/** What a duplex asks of the connection that it stands for. */
export interface DuplexOptions<T> {
  /** Called when the consumer waits for a chunk: puts in one at least, or ends the duplex. */
  pull?(): Promise<void>;
  /** Sends a chunk; resolves when the connection took it. */
  write(chunk: T): Promise<void>;
  /** Called when the producer closes `writable`, after the last write. */
  finish?(): Promise<void> | void;
  /** Called when the consumer cancels `readable` or the producer aborts `writable`. */
  stop(): void;
}

/** A readable and a writable that end together. */
export class Duplex<T> {
  /** What comes in. */
  readonly readable: ReadableStream<T>;
  /** What goes out. */
  readonly writable: WritableStream<T>;
  #source!: ReadableStreamDefaultController<T>;
  #sink!: WritableStreamDefaultController;
  #cancelled = false;
  #ended = false;

  constructor(options: DuplexOptions<T>) {
    this.readable = new ReadableStream<T>({
      start: (controller) => {
        this.#source = controller;
      },
      pull: options.pull && (() => options.pull!()),
      cancel: () => {
        this.#cancelled = true;
        options.stop();
      },
    }, { highWaterMark: 0 });
    this.writable = new WritableStream<T>({
      start: (controller) => {
        this.#sink = controller;
        // Not the sink's `abort`: that one is called only once the write under way has settled.
        controller.signal.addEventListener("abort", () => options.stop());
      },
      write: (chunk) => options.write(chunk),
      close: () => options.finish?.(),
    });
  }

  /** Whether `end` was called. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Puts a chunk in; dropped after the end. */
  enqueue(chunk: T): void {
    if (!this.#ended) this.#source.enqueue(chunk);
  }

  /** Ends both sides: writes fail with `lost`; the readable ends, or fails where `error` is given. */
  end(lost: unknown, error?: unknown): void {
    this.#ended = true;
    if (!this.#cancelled) {
      if (error === undefined) this.#source.close();
      else this.#source.error(error);
    }
    // An abort has failed the writes already, with the reason of its own.
    if (!this.#sink.signal.aborted) this.#sink.error(lost);
  }
}
