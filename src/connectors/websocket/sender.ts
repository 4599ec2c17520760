import { type RawConnection, writeAll } from "../raw/connection.ts";
import { MAX_HEAD, OPCODE, writeHead } from "./frame.ts";

/** Bytes masked and written at once. */
const PIECE = 64 * 1024;
/** Where a piece starts in the buffer: the head fits before it, and its words are aligned. */
const OFFSET = Math.ceil(MAX_HEAD / 4) * 4;

/** Writes frames one after the other, masked as RFC 6455 asks of a client. */
export class FrameSender {
  readonly #connection: RawConnection;
  #buffer: Uint8Array<ArrayBuffer> | undefined;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  #pong: Uint8Array<ArrayBuffer> | undefined;

  constructor(connection: RawConnection) {
    this.#connection = connection;
  }

  /** Whether a frame is being written, so that another would have to wait. */
  get busy(): boolean {
    return this.#waiting > 0;
  }

  /** Sends one message or control frame, after those before it. */
  send(opcode: number, payload: Uint8Array): Promise<void> {
    return this.#queue(() => this.#write(opcode, payload));
  }

  /** Answers a ping. While earlier frames hold it up, a newer ping takes its place. */
  pong(payload: Uint8Array<ArrayBuffer>): void {
    const due = this.#pong !== undefined;
    this.#pong = payload;
    if (due) return;
    this.#queue(() => {
      const latest = this.#pong!;
      this.#pong = undefined;
      return this.#write(OPCODE.pong, latest);
    }).catch(() => {});
  }

  #queue(write: () => Promise<void>): Promise<void> {
    const sent = this.#waiting++ === 0 ? write() : this.#last.then(write);
    const done = () => void this.#waiting--;
    // A frame that was cut short is followed by none: the next one fails on the same connection.
    this.#last = sent.finally(done);
    this.#last.catch(() => {});
    return this.#last;
  }

  /** One frame; a long payload is masked and written in pieces, so memory stays flat. */
  async #write(opcode: number, payload: Uint8Array): Promise<void> {
    const buffer = this.#buffer ??= new Uint8Array(OFFSET + PIECE);
    const key = crypto.getRandomValues(new Uint8Array(4));
    const [word] = new Uint32Array(key.buffer) as unknown as [number];
    let start = writeHead(buffer, OFFSET, opcode, payload.length, key);
    let sent = 0;
    do {
      const piece = payload.subarray(sent, sent + PIECE);
      buffer.set(piece, OFFSET);
      mask(new Uint32Array(buffer.buffer, OFFSET, Math.ceil(piece.length / 4)), word);
      await writeAll(this.#connection, buffer.subarray(start, OFFSET + piece.length));
      start = OFFSET;
      sent += piece.length;
    } while (sent < payload.length);
  }
}

function mask(words: Uint32Array, key: number): void {
  for (let i = 0; i < words.length; i++) words[i]! ^= key;
}
