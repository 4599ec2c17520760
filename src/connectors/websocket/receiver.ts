import type { ChannelClose, ChannelMessage } from "../../connector.ts";
import { concat } from "../../core/streams.ts";
import type { ByteReader } from "../raw/byte_reader.ts";
import { CLOSE, FrameError, type FrameHead, headLength, OPCODE, readHead } from "./frame.ts";

/** What came from the server: a frame whose content is still to be taken, or one about the connection. */
export type Incoming =
  | { kind: "data" }
  | { kind: "ping"; payload: Uint8Array<ArrayBuffer> }
  | { kind: "close"; close: ChannelClose };

/**
 * Reads a server's frames. The content of a data frame is taken before the next frame is asked for: as
 * part of a message, or where it lies.
 */
export class FrameReceiver {
  readonly #reader: ByteReader;
  readonly #maxMessageSize: number;
  /** The fragments of the message under way, as far as they were taken. */
  #fragments: Uint8Array<ArrayBuffer>[] = [];
  /** How long that message is so far. */
  #size = 0;
  #opcode: number | undefined;
  /** Whether the data frame under way ends the message. */
  #fin = false;
  #left = 0;

  constructor(reader: ByteReader, maxMessageSize: number) {
    this.#reader = reader;
    this.#maxMessageSize = maxMessageSize;
  }

  /** Whether the data frame under way belongs to a text message. */
  get text(): boolean {
    return this.#opcode === OPCODE.text;
  }

  /** How many bytes of the data frame under way were not taken yet. */
  get left(): number {
    return this.#left;
  }

  /**
   * Reads up to the next data frame, ping or close frame; undefined when the connection ended.
   *
   * @throws {FrameError} when the server breaks the protocol.
   */
  async next(): Promise<Incoming | undefined> {
    const reader = this.#reader;
    this.#settle();
    for (;;) {
      if (!await reader.fill(2)) return undefined;
      const size = headLength(reader.buffered[1]!);
      if (!await reader.fill(size)) return undefined;
      const head = readHead(reader.take(size));
      if (head.opcode < OPCODE.close) {
        this.#begin(head);
        return { kind: "data" };
      }
      const payload = await reader.readExactly(head.length);
      if (!payload) return undefined;
      if (head.opcode === OPCODE.ping) return { kind: "ping", payload };
      if (head.opcode === OPCODE.close) return { kind: "close", close: readClose(payload) };
    }
  }

  /**
   * Takes all that is left of the data frame under way, which is kept until its message is whole; false when
   * the connection ended.
   */
  async keep(): Promise<boolean> {
    const payload = await this.#reader.readExactly(this.#left);
    if (!payload) return false;
    this.#left = 0;
    // Fragments without content, of which there may be any number, are not to fill the memory.
    if (payload.length > 0) this.#fragments.push(payload);
    return true;
  }

  /**
   * The message that was kept, where the data frame under way was its last.
   *
   * @throws {FrameError} when it is a text that is not UTF-8.
   */
  message(): ChannelMessage | undefined {
    return this.#fin ? this.#join() : undefined;
  }

  /**
   * What there is of the data frame under way, which has some left: a view that the next read overwrites.
   * Undefined when the connection ended.
   */
  async peek(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (!await this.#reader.fill(1)) return undefined;
    return this.#reader.buffered.subarray(0, this.#left);
  }

  /** Takes so many bytes of what `peek` gave. */
  skip(count: number): void {
    this.#left -= this.#reader.take(count).length;
  }

  /** Forgets the message that ended with the data frame under way. */
  #settle(): void {
    if (!this.#fin) return;
    this.#fin = false;
    this.#fragments = [];
    this.#size = 0;
    this.#opcode = undefined;
  }

  /** Checks the head of a data frame against what came before it. */
  #begin({ fin, opcode, length }: FrameHead): void {
    if (opcode === OPCODE.continuation) {
      if (this.#opcode === undefined) {
        throw new FrameError(CLOSE.protocolError, "a fragment continues no message");
      }
    } else if (this.#opcode !== undefined) {
      throw new FrameError(CLOSE.protocolError, "a message starts before the last one ended");
    } else {
      this.#opcode = opcode;
    }
    this.#size += length;
    if (this.#size > this.#maxMessageSize) {
      throw new FrameError(
        CLOSE.tooBig,
        `a message is longer than the limit of ${this.#maxMessageSize} bytes`,
      );
    }
    this.#fin = fin;
    this.#left = length;
  }

  #join(): ChannelMessage {
    const [first] = this.#fragments;
    const bytes = first && this.#fragments.length === 1 ? first : concat(this.#fragments);
    return this.text ? decode(bytes, "a text message") : bytes;
  }
}

function readClose(payload: Uint8Array<ArrayBuffer>): ChannelClose {
  if (payload.length === 0) return { code: CLOSE.noCode, reason: "" };
  if (payload.length === 1) {
    throw new FrameError(CLOSE.protocolError, "a close frame holds half a code");
  }
  const code = new DataView(payload.buffer).getUint16(0);
  const known = code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code);
  if (!known && !(code >= 3000 && code <= 4999)) {
    throw new FrameError(CLOSE.protocolError, `a close frame holds the unknown code ${code}`);
  }
  return { code, reason: decode(payload.subarray(2), "a close frame") };
}

function decode(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new FrameError(CLOSE.invalidText, `${where} is not UTF-8`);
  }
}
