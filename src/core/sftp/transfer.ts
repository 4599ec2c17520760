import { TruncatedError } from "../../errors.ts";
import { type Bytes, collect, concat } from "../streams.ts";
import type { Answer, SftpChannel } from "./channel.ts";
import { type Attributes, PACKET } from "./packet.ts";
import { endOf } from "./status.ts";

/** A part of a file. */
export interface SftpRange {
  /** The first byte. Default: 0. */
  start?: number;
  /** The byte after the last. Default: the end of the file. */
  end?: number;
}

/** What the servers answer with at the most, in bytes. */
const PIECE = 32 * 1024;
/** How many pieces are asked for or sent ahead: 2 MiB under way at once. */
const WINDOW = 64;

/** A piece that was asked for. */
interface Piece {
  offset: number;
  length: number;
  answer: Promise<Answer>;
}

/** Opens a file for reading. */
export async function openReader(
  channel: SftpChannel,
  path: string,
  range: SftpRange,
): Promise<ReadableStream<Bytes>> {
  const READ = 1;
  checkPlace(path, range.start);
  if (range.end !== Infinity) checkPlace(path, range.end);
  const answer = await channel.request(PACKET.open, [path, READ, {}]);
  endOf(answer, "read", path);
  return fileReader(channel, handleOf(answer), path, range);
}

/**
 * Reads a small file of a known size in two turns.
 *
 * @throws {TruncatedError} when it has become shorter.
 */
export async function readSmall(channel: SftpChannel, path: string, size: number): Promise<Bytes> {
  const READ = 1;
  const opened = await channel.request(PACKET.open, [path, READ, {}]);
  endOf(opened, "read", path);
  const handle = handleOf(opened);
  const pieces: Piece[] = [];
  for (let offset = 0; offset < size; offset += PIECE) {
    pieces.push(askFor(channel, handle, offset, Math.min(PIECE, size - offset)));
  }
  const closed = channel.request(PACKET.close, [handle]);
  const parts: Bytes[] = [];
  let whole = true;
  for (const { length, answer } of pieces) {
    const { type, fields } = await answer;
    if (endOf({ type, fields }, "read", path)) whole = false;
    else {
      const part = fields.bytes();
      whole &&= part.length === length;
      parts.push(part);
    }
  }
  await closed;
  if (whole) return concat(parts);
  // Servers may answer with less than was asked for.
  const bytes = await collect(await openReader(channel, path, { end: size }));
  if (bytes.length === size) return bytes;
  throw new TruncatedError(
    `Cannot read all of "${path}": it has ${bytes.length} bytes, no longer ${size}`,
  );
}

/** Reads an open file, with ever more pieces asked for ahead, and closes it at the end. */
function fileReader(
  channel: SftpChannel,
  handle: Uint8Array,
  path: string,
  { start = 0, end = Infinity }: SftpRange,
): ReadableStream<Bytes> {
  const asked: Piece[] = [];
  let next = start;
  // A small file is not worth many questions.
  let window = 2;
  const close = async () => {
    await channel.request(PACKET.close, [handle]);
  };
  return new ReadableStream<Bytes>({
    async pull(controller) {
      while (asked.length < window && next < end) {
        const length = Math.min(PIECE, end - next);
        asked.push(askFor(channel, handle, next, length));
        next += length;
      }
      const piece = asked.shift();
      const answer = await piece?.answer;
      try {
        if (!piece || !answer || endOf(answer, "read", path)) {
          await close();
          return controller.close();
        }
      } catch (error) {
        close().catch(() => {});
        throw error;
      }
      const bytes = answer.fields.bytes();
      controller.enqueue(bytes);
      window = Math.min(2 * window, WINDOW);
      if (bytes.length < piece.length) {
        // A short answer leaves a hole, which has to come before what was asked for next.
        const left = piece.length - bytes.length;
        asked.unshift(askFor(channel, handle, piece.offset + bytes.length, left));
      }
    },
    cancel: close,
  }, { highWaterMark: 0 });
}

function askFor(channel: SftpChannel, handle: Uint8Array, offset: number, length: number): Piece {
  const answer = channel.request(PACKET.read, [handle, BigInt(offset), length]);
  return { offset, length, answer };
}

/** How a file is to be when it is written. */
export interface FileState {
  /** Where in a file that exists to begin; it is not cut then. Default: it is written anew. */
  start?: number;
  /** The ids of the owner and the group. */
  owner?: { uid: number; gid: number };
  /** The permission bits. */
  permissions?: number;
  /** When it was changed last, in seconds since 1970. */
  modified?: number;
}

/** Opens a file for writing. */
export async function openWriter(
  channel: SftpChannel,
  path: string,
  state: FileState = {},
): Promise<FileWriter> {
  checkPlace(path, state.start);
  const WRITE_CREATE = 2 | 8;
  const TRUNCATE = 16;
  const flags = state.start === undefined ? WRITE_CREATE | TRUNCATE : WRITE_CREATE;
  const answer = await channel.request(PACKET.open, [path, flags, {}]);
  endOf(answer, "write", path);
  return new FileWriter(channel, handleOf(answer), path, state);
}

/** Writes an open file, with many pieces under way. */
export class FileWriter {
  readonly #channel: SftpChannel;
  readonly #handle: Uint8Array;
  readonly #path: string;
  readonly #modified: number | undefined;
  readonly #sent = new Set<Promise<void>>();
  #offset: number;
  #failure: { error: unknown } | undefined;

  constructor(channel: SftpChannel, handle: Uint8Array, path: string, state: FileState) {
    this.#channel = channel;
    this.#handle = handle;
    this.#path = path;
    this.#offset = state.start ?? 0;
    this.#modified = state.modified;
    // Servers leave out the attributes that a file is opened with. A new owner takes bits of the mode away.
    if (state.owner) this.#set({ owner: state.owner }, "change the owner of");
    if (state.permissions !== undefined) {
      this.#set({ permissions: state.permissions }, "set the mode of");
    }
  }

  /** Sends bytes; waits while many are under way. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += PIECE) {
      while (this.#sent.size >= WINDOW) await this.#sent.values().next().value;
      this.#throwFailure();
      const piece = bytes.subarray(at, at + PIECE);
      this.#send(PACKET.write, [this.#handle, BigInt(this.#offset), piece], "write");
      this.#offset += piece.length;
    }
  }

  /** Waits until all is written, and closes the file. */
  async close(): Promise<void> {
    await Promise.all(this.#sent);
    if (this.#failure) await this.abort();
    this.#throwFailure();
    const modified = this.#modified;
    // Only now: the servers write and set side by side.
    if (modified !== undefined) {
      this.#set({ times: { accessed: modified, modified } }, "set the time of");
    }
    this.#send(PACKET.close, [this.#handle], "close");
    await Promise.all(this.#sent);
    this.#throwFailure();
  }

  /** Closes the file as it is. */
  async abort(): Promise<void> {
    await this.#channel.request(PACKET.close, [this.#handle]);
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }

  #set(attributes: Attributes, verb: string): void {
    this.#send(PACKET.fsetstat, [this.#handle, attributes], verb);
  }

  #send(type: number, fields: Parameters<SftpChannel["request"]>[1], verb: string): void {
    const sending = this.#channel.request(type, fields)
      .then((answer) => void endOf(answer, verb, this.#path))
      .catch((error) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#sent.delete(sending));
    this.#sent.add(sending);
  }
}

/** Makes sure that a place in a file is one. */
function checkPlace(path: string, place: number | undefined): void {
  if (place === undefined || (Number.isSafeInteger(place) && place >= 0)) return;
  throw new RangeError(`Cannot use ${place} as a place in "${path}": it must be a whole number`);
}

/** The handle in an answer. */
export function handleOf(answer: Answer): Uint8Array {
  return answer.fields.bytes().slice();
}
