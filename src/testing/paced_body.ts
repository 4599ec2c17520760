/** How many bytes a piece of a body has at most. */
const PIECE = 64 * 1024;
/** After so many bytes everything else gets a turn, as it does while a connection is waited for. */
const BYTES_IN_A_ROW = 1024 * 1024;

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * A body that comes in pieces and lets other things happen between them, as one from a connection does;
 * a signal ends it.
 */
export class PacedBody {
  /** The pieces. */
  readonly readable: ReadableStream<Bytes>;
  readonly #reader: ReadableStreamDefaultReader<Bytes>;
  readonly #signal: AbortSignal | undefined;
  #rest: Bytes = new Uint8Array();
  #sent = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #controller!: ReadableStreamDefaultController<Bytes>;

  /** The body of an answer. */
  constructor(body: ReadableStream<Bytes>, signal?: AbortSignal) {
    this.#reader = body.getReader();
    this.#signal = signal;
    this.readable = new ReadableStream<Bytes>({
      start: (controller) => {
        this.#controller = controller;
        signal?.addEventListener("abort", this.#abort, { once: true });
      },
      pull: () => this.#pull(),
      cancel: (reason) => {
        this.#leave();
        return this.#reader.cancel(reason);
      },
    }, { highWaterMark: 0 });
  }

  async #pull(): Promise<void> {
    if (this.#sent >= BYTES_IN_A_ROW) {
      this.#sent = 0;
      await new Promise<void>((resolve) => this.#timer = setTimeout(resolve));
      this.#signal?.throwIfAborted();
    }
    while (this.#rest.length === 0) {
      const { done, value } = await this.#reader.read();
      if (done) {
        this.#leave();
        return this.#controller.close();
      }
      this.#rest = value;
    }
    const piece = this.#rest.subarray(0, PIECE);
    this.#rest = this.#rest.subarray(piece.length);
    this.#sent += piece.length;
    this.#controller.enqueue(piece);
  }

  readonly #abort = (): void => {
    const { reason } = this.#signal!;
    this.#leave();
    this.#controller.error(reason);
    this.#reader.cancel(reason).catch(() => {});
  };

  #leave(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this.#abort);
  }
}
