import type { ChannelClose, ChannelMessage } from "../../connector.ts";
import type { ByteReader } from "../raw/byte_reader.ts";
import { CLOSE, FrameError, headLength, OPCODE, readHead } from "./frame.ts";

/** What came from the server. */
export type Incoming =
  | { kind: "message"; message: ChannelMessage }
  | { kind: "ping"; payload: Uint8Array<ArrayBuffer> }
  | { kind: "close"; close: ChannelClose };

/** Reads a server's frames and puts the fragments of messages together. */
export class FrameReceiver {
  readonly #reader: ByteReader;
  readonly #maxMessageSize: number;
  /** The fragments of a message that has not ended. */
  #fragments: Uint8Array<ArrayBuffer>[] = [];
  #size = 0;
  #opcode: number | undefined;

  constructor(reader: ByteReader, maxMessageSize: number) {
    this.#reader = reader;
    this.#maxMessageSize = maxMessageSize;
  }

  /**
   * Reads up to the next message, ping or close frame; undefined when the connection ended.
   *
   * @throws {FrameError} when the server breaks the protocol.
   */
  async next(): Promise<Incoming | undefined> {
    for (;;) {
      const reader = this.#reader;
      if (!reader.has(2) && !await reader.fill(2)) return undefined;
      const size = headLength(reader.buffered[1]!);
      if (!reader.has(size) && !await reader.fill(size)) return undefined;
      const { fin, opcode, length } = readHead(reader.take(size));
      if (opcode < OPCODE.close) this.#expect(opcode, length);
      const payload = reader.has(length)
        ? reader.take(length).slice()
        : await reader.readExactly(length);
      if (!payload) return undefined;
      switch (opcode) {
        case OPCODE.pong:
          continue;
        case OPCODE.ping:
          return { kind: "ping", payload };
        case OPCODE.close:
          return { kind: "close", close: readClose(payload) };
      }
      // Fragments without content, of which there may be any number, are not to fill the memory.
      if (length > 0) this.#fragments.push(payload);
      if (fin) return { kind: "message", message: this.#join() };
    }
  }

  /** Checks a data frame against what came before it. */
  #expect(opcode: number, length: number): void {
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
  }

  #join(): ChannelMessage {
    const [first] = this.#fragments;
    const single = first && this.#fragments.length === 1;
    const bytes = single ? first : concat(this.#fragments, this.#size);
    const text = this.#opcode === OPCODE.text;
    this.#fragments = [];
    this.#size = 0;
    this.#opcode = undefined;
    return text ? decode(bytes, "a text message") : bytes;
  }
}

function concat(parts: Uint8Array<ArrayBuffer>[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
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
