import { ProtocolError } from "../../errors.ts";
import type { ByteReader } from "../raw/byte_reader.ts";
import type { Fields } from "./fields.ts";

/** The most bytes of a text that are read: enough for any error's words. */
const MAX_TEXT_SIZE = 64 * 1024;
/** The longest line between two chunks. */
const MAX_LINE_SIZE = 1024;

/** Reads the body of an answer as its head says: by its length, by chunks, or to the end of the connection. */
export class BodyReader {
  /** Whether the body says itself where it ends, so that another answer can follow. */
  readonly framed: boolean;
  readonly #reader: ByteReader;
  readonly #what: string;
  readonly #chunked: boolean;
  /** What is left of the body, or of its chunk. */
  #left: number;
  /** Whether the line break after a chunk comes next. */
  #inChunk = false;
  #ended: boolean;

  /** @throws {ProtocolError} when the head does not say it in a way that can be read. */
  constructor(reader: ByteReader, fields: Fields, what: string) {
    const length = fields.get("content-length");
    this.#reader = reader;
    this.#what = what;
    this.#chunked = /\bchunked\b/i.test(fields.get("transfer-encoding") ?? "");
    this.framed = this.#chunked || length !== undefined;
    if (length !== undefined && !/^\d{1,15}$/.test(length)) {
      throw new ProtocolError(`${what}: the length of the body cannot be read`);
    }
    this.#left = this.#chunked ? 0 : length === undefined ? Infinity : Number(length);
    this.#ended = !this.#chunked && this.#left === 0;
  }

  /** Whether nothing is left to be read. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * Gives what comes next, `most` bytes at most: a view that the next read overwrites. Undefined at the
   * end.
   *
   * @throws {ProtocolError} when a chunk is broken.
   * @throws {Error} when the connection ends before the body does.
   */
  async next(most: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (!await this.#begin()) return undefined;
    const reader = this.#reader;
    if (!reader.has(1) && !await reader.fill(1)) return this.#cut();
    const piece = reader.take(Math.min(most, this.#left));
    this.#pass(piece.length);
    return piece;
  }

  /** Puts what comes next into `target`, as {@linkcode next} gives it: how many bytes those are. */
  async nextInto(target: Uint8Array): Promise<number | undefined> {
    if (!await this.#begin()) return undefined;
    const reader = this.#reader;
    const wanted = target.subarray(0, this.#left);
    // A short chunk comes through the buffer, so that one read brings what is around it.
    const short = this.#chunked && wanted.length < target.length;
    if (short && !await reader.fill(1)) return this.#cut();
    const count = await reader.readInto(wanted);
    if (count === null) return this.#cut();
    this.#pass(count);
    return count;
  }

  /** Goes on to a chunk where the body has them; false at the end of the body. */
  async #begin(): Promise<boolean> {
    if (!this.#ended && this.#chunked && this.#left === 0) await this.#nextChunk();
    return !this.#ended;
  }

  #pass(count: number): void {
    this.#left -= count;
    if (this.#left > 0) return;
    if (this.#chunked) this.#inChunk = true;
    else this.#ended = true;
  }

  /** The connection ended: so did the body, where nothing else says where it ends. */
  #cut(): undefined {
    if (this.framed) throw cut();
    this.#ended = true;
  }

  async #nextChunk(): Promise<void> {
    if (this.#inChunk && await this.#line() !== "") throw this.#broken();
    this.#inChunk = false;
    const size = /^[0-9a-f]{1,12}(?=\s*(;|$))/i.exec(await this.#line())?.[0];
    if (size === undefined) throw this.#broken();
    this.#left = parseInt(size, 16);
    if (this.#left > 0) return;
    // The fields after the last chunk are nothing that anyone asked for.
    while (await this.#line() !== "");
    this.#ended = true;
  }

  /** Reads a line; gives it without its end. */
  async #line(): Promise<string> {
    const reader = this.#reader;
    for (let seen = 0; seen < MAX_LINE_SIZE;) {
      const end = reader.buffered.indexOf(10, seen);
      if (end >= 0) return new TextDecoder().decode(reader.take(end + 1)).trimEnd();
      seen = reader.buffered.length;
      if (!await reader.fill(seen + 1)) throw cut();
    }
    throw this.#broken();
  }

  #broken(): ProtocolError {
    return new ProtocolError(`${this.#what}: the body has a broken chunk`);
  }
}

function cut(): Error {
  return new Error("the connection ended within the body");
}

/**
 * Reads the text of an answer's body, up to 64 KiB of it. A body that was cut short is given as far as
 * it came.
 *
 * @throws {ProtocolError} when the body is broken.
 */
export async function readText(
  reader: ByteReader,
  fields: Fields,
  what: string,
): Promise<string> {
  const body = new BodyReader(reader, fields, what);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let left = MAX_TEXT_SIZE; left > 0;) {
    const piece = await body.next(left).catch((error) => {
      if (error instanceof ProtocolError) throw error;
    });
    if (!piece) break;
    parts.push(piece.slice());
    left -= piece.length;
  }
  return await new Blob(parts).text();
}
