import type { RawConnection } from "./connection.ts";

/** Enough for the head of an answer, and for most answers. */
const INITIAL = 16 * 1024;
/** More than the 64 KiB frames of the daemons, so that one read often brings several of them. */
const CAPACITY = 256 * 1024;

/** Reads a connection through a buffer, so that what came beyond a head or a frame is not lost. */
export class ByteReader {
  readonly #connection: RawConnection;
  #buffer = new Uint8Array(INITIAL);
  #start = 0;
  #end = 0;
  #lastHeard = performance.now();

  constructor(connection: RawConnection) {
    this.#connection = connection;
  }

  /** When bytes last came, in milliseconds of `performance.now()`. */
  get lastHeard(): number {
    return this.#lastHeard;
  }

  /** What is buffered: a view that the next read overwrites. */
  get buffered(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  /** Whether `count` bytes are buffered: where they are, nothing need be awaited. */
  has(count: number): boolean {
    return this.#end - this.#start >= count;
  }

  /** Takes at most `count` bytes off the buffer: a view that the next read overwrites. */
  take(count: number): Uint8Array<ArrayBuffer> {
    const taken = this.buffered.subarray(0, count);
    this.#start += taken.length;
    return taken;
  }

  /** Reads until `count` bytes are buffered; false when the connection ends before that. */
  async fill(count: number): Promise<boolean> {
    while (!this.has(count)) {
      if (!await this.#more()) return false;
    }
    return true;
  }

  /** Reads exactly `count` bytes into memory of their own; undefined when the end comes before. */
  async readExactly(count: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const target = new Uint8Array(count);
    let done = 0;
    while (done < target.length) {
      const wanted = target.subarray(done);
      if (this.has(1) || wanted.length >= CAPACITY) {
        const read = await this.readInto(wanted);
        if (read === null) return undefined;
        done += read;
      } else if (!await this.#more()) {
        return undefined;
      }
    }
    return target;
  }

  /**
   * Puts what came into `target`, straight off the connection where nothing is buffered: how many bytes
   * those are, or null at the end.
   */
  async readInto(target: Uint8Array): Promise<number | null> {
    if (!this.has(1)) return await this.#read(target);
    const bytes = this.take(target.length);
    target.set(bytes);
    return bytes.length;
  }

  /** Gives a copy of what came, after one read at most; undefined at the end. */
  async next(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (!await this.fill(1)) return undefined;
    return this.take(CAPACITY).slice();
  }

  async #more(): Promise<boolean> {
    if (this.#end === this.#buffer.length) this.#makeRoom();
    else if (this.#start === this.#end) this.#start = this.#end = 0;
    const count = await this.#read(this.#buffer.subarray(this.#end));
    if (count === null) return false;
    this.#end += count;
    return true;
  }

  /** Moves what is held to the start, in a larger buffer while it may grow: who filled it sends much. */
  #makeRoom(): void {
    const held = this.buffered;
    const size = Math.min(this.#buffer.length * 4, CAPACITY);
    if (size > this.#buffer.length) this.#buffer = new Uint8Array(size);
    this.#buffer.set(held);
    this.#start = 0;
    this.#end = held.length;
  }

  async #read(target: Uint8Array): Promise<number | null> {
    const count = await this.#connection.read(target);
    if (count) this.#lastHeard = performance.now();
    return count;
  }
}
