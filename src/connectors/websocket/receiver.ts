import type { ChannelClose, ChannelMessage } from "../../connector.ts";
import { concat } from "../../core/streams.ts";
import type { ByteReader } from "../raw/byte_reader.ts";
import { CLOSE, FrameError, type FrameHead, headLength, OPCODE, readHead } from "./frame.ts";

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
    const reader = this.#reader;
    for (;;) {
      const buffered = this.take();
      if (buffered) return buffered;
      if (!await reader.fill(2)) return undefined;
      const size = headLength(reader.buffered[1]!);
      if (!await reader.fill(size)) return undefined;
      const head = readHead(reader.take(size));
      this.#expect(head);
      const payload = await reader.readExactly(head.length);
      if (!payload) return undefined;
      const incoming = this.#complete(head, payload);
      if (incoming) return incoming;
    }
  }

  /**
   * The next of the same, where all of it is buffered: nothing need be awaited.
   *
   * @throws {FrameError} when the server breaks the protocol.
   */
  take(): Incoming | undefined {
    const reader = this.#reader;
    while (reader.has(2)) {
      const size = headLength(reader.buffered[1]!);
      if (!reader.has(size)) break;
      const head = readHead(reader.buffered.subarray(0, size));
      if (!reader.has(size + head.length)) break;
      this.#expect(head);
      reader.take(size);
      const incoming = this.#complete(head, reader.take(head.length).slice());
      if (incoming) return incoming;
    }
  }

  /** What a frame brings to its end, if it does. */
  #complete({ fin, opcode }: FrameHead, payload: Uint8Array<ArrayBuffer>): Incoming | undefined {
    switch (opcode) {
      case OPCODE.pong:
        return undefined;
      case OPCODE.ping:
        return { kind: "ping", payload };
      case OPCODE.close:
        return { kind: "close", close: readClose(payload) };
    }
    // Fragments without content, of which there may be any number, are not to fill the memory.
    if (payload.length > 0) this.#fragments.push(payload);
    return fin ? { kind: "message", message: this.#join() } : undefined;
  }

  /** Checks the head of a frame against what came before it. */
  #expect({ opcode, length }: FrameHead): void {
    if (opcode >= OPCODE.close) return;
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
    const bytes = single ? first : concat(this.#fragments);
    const text = this.#opcode === OPCODE.text;
    this.#fragments = [];
    this.#size = 0;
    this.#opcode = undefined;
    return text ? decode(bytes, "a text message") : bytes;
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
