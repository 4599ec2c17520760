import { FileError } from "../files/file_error.ts";
import { type Bytes, concat } from "../text.ts";
import { Bell } from "./bell.ts";
import { type OpenFile, unreadable } from "./open_file.ts";

/** How many bytes wait in a pipe, as on Linux. */
const CAPACITY = 64 * 1024;
/** For so much room a writer waits, as on Linux: pieces would get ever smaller otherwise. */
const LEAST_ROOM = 4096;

/** Bytes from those who write to those who read, a limited number of them on the way. */
export class BytePipe {
  readonly #chunks: Bytes[] = [];
  readonly #changed = new Bell();
  #length = 0;
  #writing = true;
  #reading = true;

  /** The end to read from; closing it breaks the pipe. */
  readonly reader: OpenFile = {
    read: (max, signal) => this.read(max, signal),
    write: unreadable,
    close: () => this.closeReader(),
  };

  /** The end to write to; closing it is the end of what is read. */
  readonly writer: OpenFile = {
    read: unreadable,
    write: (bytes, signal) => this.write(bytes, signal),
    close: () => this.closeWriter(),
  };

  /** Whether somebody can still write. */
  get writing(): boolean {
    return this.#writing;
  }

  /** Up to so many bytes, as soon as there are any; null when nobody writes any longer. */
  async read(max: number, signal: AbortSignal): Promise<Bytes | null> {
    signal.throwIfAborted();
    while (this.#length === 0) {
      if (!this.#writing) return null;
      await this.#changed.wait(signal);
    }
    // What came in small pieces goes on as one, or they would become smaller and smaller.
    const whole = this.#chunks.length === 1 ? this.#chunks[0]! : concat(this.#chunks);
    const piece = whole.subarray(0, max);
    this.#chunks.length = 0;
    if (whole.length > max) this.#chunks.push(whole.subarray(max));
    this.#length -= piece.length;
    this.#changed.ring();
    return piece;
  }

  /**
   * Takes all the bytes, as there is room.
   *
   * @throws {FileError} when nobody reads any longer.
   */
  async write(bytes: Bytes, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    for (let rest = bytes; rest.length > 0;) {
      const wanted = Math.min(rest.length, LEAST_ROOM);
      while (this.#reading && CAPACITY - this.#length < wanted) await this.#changed.wait(signal);
      if (!this.#reading) throw new FileError("EPIPE");
      // What is written may change after; what waits in the pipe may not.
      const piece = rest.slice(0, CAPACITY - this.#length);
      rest = rest.subarray(piece.length);
      this.#chunks.push(piece);
      this.#length += piece.length;
      this.#changed.ring();
    }
  }

  /** Nothing more is written. */
  closeWriter(): void {
    this.#writing = false;
    this.#changed.ring();
  }

  /** Nothing more is read. */
  closeReader(): void {
    this.#reading = false;
    this.#chunks.length = 0;
    this.#length = 0;
    this.#changed.ring();
  }
}
