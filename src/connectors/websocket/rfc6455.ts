import type { Channel, ChannelBytes, ChannelClose, ChannelMessage } from "../../connector.ts";
import { ConnectionError, ProtocolError } from "../../errors.ts";
import { type Deferred, deferred } from "../../core/deferred.ts";
import { ByteReader } from "../raw/byte_reader.ts";
import { checkClose } from "./close_code.ts";
import { Duplex } from "../raw/duplex.ts";
import type { RawConnection } from "../raw/connection.ts";
import { CLOSE, closePayload, FrameError, OPCODE } from "./frame.ts";
import { FrameReceiver } from "./receiver.ts";
import { FrameSender } from "./sender.ts";

/** The daemons send frames of 64 KiB at most; one event can be larger, with a long list in it. */
const MAX_MESSAGE_SIZE = 64 * 1024 * 1024;
/** How long a close frame may take that the connection does not accept at once. */
const CLOSE_GRACE = 100;

/** What a channel over a raw connection needs beside it. */
export interface Rfc6455Options {
  /** The server as people write it; for messages only. */
  address: string;
  /** A reader of the connection that holds bytes already. */
  reader?: ByteReader;
  /** Whether pings are answered. Default: true. */
  answerPings?: boolean;
  /** The most bytes of one message from the server; past it the channel fails. Default: 64 MiB. */
  maxMessageSize?: number;
}

/**
 * The client's side of RFC 6455 over a connection whose handshake is done.
 *
 * Reads up to the next message ahead of the consumer, so a slow consumer makes the server wait, and a
 * channel on which no messages come still answers pings and notices its end.
 * Closing `writable` sends a close frame and goes on reading.
 */
export class Rfc6455Channel implements Channel {
  /** The messages from the server. */
  readonly readable: ReadableStream<ChannelMessage>;
  /** The messages to the server. */
  readonly writable: WritableStream<ChannelMessage>;
  /** The messages from the server where they lie. */
  readonly bytes: ChannelBytes;
  /** How the connection ended. */
  readonly closed: Promise<ChannelClose>;
  /** Resolves when the server is first heard: by a ping, a message, or its end. */
  readonly heard: Promise<void>;
  readonly #address: string;
  readonly #connection: RawConnection;
  readonly #reader: ByteReader;
  readonly #receiver: FrameReceiver;
  readonly #sender: FrameSender;
  readonly #answerPings: boolean;
  readonly #closed: Deferred<ChannelClose> = deferred();
  readonly #heard: Deferred<void> = deferred();
  readonly #duplex: Duplex<ChannelMessage>;
  #closeSent = false;
  /** How the server broke the protocol. */
  #failure: ProtocolError | undefined;
  /** Whether the content of a data frame waits, once that is known; false at the end. */
  #ahead: Promise<boolean>;

  constructor(connection: RawConnection, options: Rfc6455Options) {
    this.#address = options.address;
    this.#connection = connection;
    this.#reader = options.reader ?? new ByteReader(connection);
    this.#receiver = new FrameReceiver(
      this.#reader,
      options.maxMessageSize ?? MAX_MESSAGE_SIZE,
    );
    this.#sender = new FrameSender(connection);
    this.#answerPings = options.answerPings ?? true;
    this.closed = this.#closed.promise;
    this.heard = this.#heard.promise;
    this.#duplex = new Duplex({
      pull: () => this.#pull(),
      write: (message) => this.#write(message),
      finish: () => this.#sendClose(CLOSE.normal, ""),
      stop: () => this.close(),
    });
    this.readable = this.#duplex.readable;
    this.writable = this.#duplex.writable;
    this.bytes = { peek: () => this.#peek(), skip: (count) => this.#skip(count) };
    this.#ahead = this.#nextFrame();
  }

  /** When the server was last heard, pings included. */
  get lastHeard(): number {
    return this.#reader.lastHeard;
  }

  /** Sends a close frame, unless another frame is being written, and ends the connection. */
  close(code: number = CLOSE.normal, reason = ""): void {
    checkClose(code, reason);
    this.#end({ code, reason });
  }

  /** Closes, and waits until the connection has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.closed;
  }

  /** Reads up to the next data frame; false where none comes. */
  async #nextFrame(): Promise<boolean> {
    const found = await this.#reading(async () => {
      while (!this.#duplex.ended) {
        const incoming = await this.#receiver.next();
        if (!incoming) break;
        this.#heard.resolve();
        if (incoming.kind === "data") return true;
        if (incoming.kind === "close") this.#end(incoming.close);
        else if (this.#answerPings) this.#sender.pong(incoming.payload);
      }
    });
    return found ?? false;
  }

  async #pull(): Promise<void> {
    const message = await this.#message();
    if (message === undefined) return;
    // A stream that fails drops what was not read of it: the message comes before what follows it.
    this.#duplex.enqueue(message);
    this.#ahead = this.#nextFrame();
  }

  /** The next message. What follows it is not read yet. */
  async #message(): Promise<ChannelMessage | undefined> {
    while (await this.#ahead) {
      const message = await this.#reading(async () => {
        if (await this.#receiver.keep()) return { whole: this.#receiver.message() };
      });
      if (!message) return undefined;
      if (message.whole !== undefined) return message.whole;
      this.#ahead = this.#nextFrame();
    }
  }

  async #peek(): Promise<Uint8Array<ArrayBuffer> | string | undefined> {
    while (await this.#ahead) {
      if (this.#receiver.text) {
        const message = await this.#message();
        if (message === undefined) break;
        this.#ahead = this.#nextFrame();
        return message as string;
      }
      if (this.#receiver.left > 0) {
        const view = await this.#reading(() => this.#receiver.peek());
        if (view) return view;
        break;
      }
      this.#ahead = this.#nextFrame();
    }
    if (this.#failure) throw this.#failure;
  }

  #skip(count: number): void {
    this.#receiver.skip(count);
    if (this.#receiver.left === 0) this.#ahead = this.#nextFrame();
  }

  /** Does what reads the connection; gives nothing where that, or the channel, has ended. */
  async #reading<T>(read: () => Promise<T | undefined>): Promise<T | undefined> {
    let result;
    try {
      result = await read();
    } catch (error) {
      if (error instanceof FrameError) this.#fail(error);
    }
    if (result === undefined) this.#lose();
    return this.#duplex.ended ? undefined : result;
  }

  async #write(message: ChannelMessage): Promise<void> {
    const text = typeof message === "string";
    if (!text && !(message instanceof Uint8Array)) {
      throw new TypeError("Cannot send the message: it is neither a string nor a Uint8Array");
    }
    try {
      if (text) await this.#sender.send(OPCODE.text, new TextEncoder().encode(message));
      else await this.#sender.send(OPCODE.binary, message);
    } catch (cause) {
      throw this.#lost(cause);
    }
  }

  async #sendClose(code: number, reason: string): Promise<void> {
    if (this.#closeSent) return;
    this.#closeSent = true;
    const payload = code === CLOSE.noCode ? new Uint8Array() : closePayload(code, reason);
    try {
      await this.#sender.send(OPCODE.close, payload);
    } catch (cause) {
      throw this.#lost(cause);
    }
  }

  /** Ends a channel whose server broke the protocol. */
  #fail({ closeCode: code, message }: FrameError): void {
    if (this.#duplex.ended) return;
    this.#failure = new ProtocolError(`Cannot read from ${this.#address}: ${message}`);
    this.#end({ code, reason: message });
  }

  /** Ends a channel whose connection is gone: there is nobody to send a close frame to. */
  #lose(): void {
    if (this.#duplex.ended) return;
    this.#closeSent = true;
    this.#end({ code: CLOSE.abnormal, reason: "" });
  }

  #end(close: ChannelClose): void {
    if (this.#duplex.ended) return;
    this.#duplex.end(this.#lost(), this.#failure);
    this.#heard.resolve();
    this.#disconnect(close);
  }

  #disconnect(close: ChannelClose): void {
    const finish = () => {
      this.#connection.close();
      this.#closed.resolve(close);
    };
    if (this.#closeSent || this.#sender.busy) return finish();
    const limit = setTimeout(finish, CLOSE_GRACE);
    this.#sendClose(close.code, close.reason).catch(() => {}).finally(() => {
      clearTimeout(limit);
      finish();
    });
  }

  #lost(cause?: unknown): ConnectionError {
    return new ConnectionError(`Cannot send to ${this.#address}: the connection has ended`, {
      reason: "lost",
      address: this.#address,
      cause,
    });
  }
}
