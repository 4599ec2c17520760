import { deferred } from "../../core/deferred.ts";
import { fillingReader } from "../../core/passage.ts";
import type { Bytes } from "../../core/streams.ts";
import type { ReadyRequest } from "./request.ts";
import { type RawConnection, writeAll } from "../raw/connection.ts";

/** Bytes of a stream sent at once. */
const PIECE = 64 * 1024;
/** Where they are in the buffer: the length of a chunk fits before them. */
const OFFSET = 16;
/** What ends a chunk. */
const LINE_BREAK = [13, 10];
/** What ends a body of chunks. */
const LAST_CHUNK: Uint8Array = new TextEncoder().encode("0\r\n\r\n");

/** A request on its way, its stream through one buffer where it can fill one. */
export class RequestSender {
  /** Never resolves; rejects with what the stream of the body fails by. */
  readonly failure: Promise<never>;
  readonly #connection: RawConnection;
  readonly #request: ReadyRequest;
  readonly #reader?: ReadableStreamDefaultReader<Uint8Array> | ReadableStreamBYOBReader;
  #buffer: Bytes | undefined;
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
    for (const part of parts) if (!await this.#write(part)) return this.stop();
    let sent = 0;
    for await (const length of this.#pieces()) {
      if (!await this.#write(this.#framed(length))) return this.stop();
      onSent?.(sent += length);
    }
    this.#complete = !chunked || await this.#write(LAST_CHUNK);
  }

  /** Brings the stream into the buffer, piece by piece; gives the length of each. */
  async *#pieces(): AsyncGenerator<number, void> {
    const reader = this.#reader;
    if (!reader) return;
    this.#buffer = new Uint8Array(OFFSET + PIECE + LINE_BREAK.length);
    while (true) {
      if (reader instanceof ReadableStreamBYOBReader) {
        const room = this.#buffer.subarray(OFFSET, OFFSET + PIECE);
        const { done, value }: ReadableStreamReadResult<Bytes> = await reader.read(room);
        if (done) return;
        this.#buffer = new Uint8Array(value.buffer);
        yield value.length;
      } else {
        const { done, value } = await reader.read();
        if (done) return;
        if (!(value instanceof Uint8Array)) {
          throw new TypeError("Cannot send the body: its stream gave what is no Uint8Array");
        }
        for (let at = 0; at < value.length; at += PIECE) {
          const piece = value.subarray(at, at + PIECE);
          this.#buffer.set(piece, OFFSET);
          yield piece.length;
        }
      }
    }
  }

  /** The bytes in the buffer as they go over the wire. */
  #framed(length: number): Uint8Array {
    const buffer = this.#buffer!;
    const end = OFFSET + length;
    if (!this.#request.chunked) return buffer.subarray(OFFSET, end);
    const head = `${length.toString(16)}\r\n`;
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
