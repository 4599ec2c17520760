import { deferred } from "../../core/deferred.ts";
import { fillingReader } from "../../core/passage.ts";
import type { Bytes } from "../../core/streams.ts";
import type { ReadyRequest } from "./request.ts";
import { type RawConnection, writeAll } from "../raw/connection.ts";

/** Bytes of a body sent at once. */
const PIECE = 256 * 1024;
/** Where they are in the buffer: the length of a chunk fits before them. */
const OFFSET = 16;
/** What ends a chunk. */
const LINE_BREAK = [13, 10];
/** What ends a body of chunks. */
const LAST_CHUNK: Uint8Array = new TextEncoder().encode("0\r\n\r\n");

/** A request on its way, its stream through two buffers where it can fill them. */
export class RequestSender {
  /** Never resolves; rejects with what the stream of the body fails by. */
  readonly failure: Promise<never>;
  readonly #connection: RawConnection;
  readonly #request: ReadyRequest;
  readonly #reader?: ReadableStreamDefaultReader<Uint8Array> | ReadableStreamBYOBReader;
  #complete = false;
  #stopped = false;

  constructor(connection: RawConnection, request: ReadyRequest) {
    this.#connection = connection;
    this.#request = request;
    this.#reader = request.stream && (fillingReader(request.stream) ?? request.stream.getReader());
    const failure = deferred<never>();
    this.failure = failure.promise;
    this.failure.catch(() => {});
    this.#send().catch(failure.reject);
  }

  /** Whether all was sent. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Sends no more, and cancels the stream. */
  stop(): void {
    this.#stopped = true;
    if (!this.#complete) this.#reader?.cancel().catch(() => {});
  }

  async #send(): Promise<void> {
    const { parts, chunked, onSent } = this.#request;
    for (const part of parts) {
      // In pieces, so that an abort finds an end to them.
      for (let at = 0; at < part.length; at += PIECE) {
        if (!await this.#write(part.subarray(at, at + PIECE))) return this.stop();
      }
    }
    let sent = 0;
    const send = async (piece: Bytes) => {
      if (!await this.#write(this.#framed(piece))) return false;
      onSent?.(sent += piece.length);
      return true;
    };
    // While one piece is written, the next one is read.
    let sending = Promise.resolve(true);
    for await (const piece of this.#pieces()) {
      if (!await sending) return this.stop();
      sending = send(piece);
      // Where the stream fails meanwhile, that is what is told.
      sending.catch(() => {});
    }
    if (!await sending) return this.stop();
    // What was cancelled seems to have ended.
    if (this.#stopped) return;
    this.#complete = !chunked || await this.#write(LAST_CHUNK);
  }

  /** Brings the stream piece by piece into two buffers in turn, where they can be framed. */
  async *#pieces(): AsyncGenerator<Bytes, void> {
    const reader = this.#reader;
    if (!reader) return;
    let [spare, other] = [newBuffer(), newBuffer()];
    while (true) {
      if (reader instanceof ReadableStreamBYOBReader) {
        const room = spare.subarray(OFFSET, OFFSET + PIECE);
        const { done, value }: ReadableStreamReadResult<Bytes> = await reader.read(room);
        if (done) return;
        [spare, other] = [other, new Uint8Array(value.buffer)];
        yield value;
      } else {
        const { done, value } = await reader.read();
        if (done) return;
        if (!(value instanceof Uint8Array)) {
          throw new TypeError("Cannot send the body: its stream gave what is no Uint8Array");
        }
        for (let at = 0; at < value.length; at += PIECE) {
          const part = value.subarray(at, at + PIECE);
          const piece = spare.subarray(OFFSET, OFFSET + part.length);
          piece.set(part);
          [spare, other] = [other, spare];
          yield piece;
        }
      }
    }
  }

  /** A piece as it goes over the wire. */
  #framed(piece: Bytes): Uint8Array {
    if (!this.#request.chunked) return piece;
    const buffer = new Uint8Array(piece.buffer);
    const end = OFFSET + piece.length;
    const head = `${piece.length.toString(16)}\r\n`;
    const start = OFFSET - head.length;
    new TextEncoder().encodeInto(head, buffer.subarray(start));
    buffer.set(LINE_BREAK, end);
    return buffer.subarray(start, end + LINE_BREAK.length);
  }

  /** Whether the connection took the bytes; why not is for the answer to tell, or for its end. */
  async #write(bytes: Uint8Array): Promise<boolean> {
    if (this.#stopped) return false;
    return await writeAll(this.#connection, bytes).then(() => true, () => false);
  }
}

function newBuffer(): Bytes {
  return new Uint8Array(OFFSET + PIECE + LINE_BREAK.length);
}
