import type { Channel, ChannelClose, ChannelMessage } from "../../connector.ts";
import { ConnectionError } from "../../errors.ts";
import { delay } from "../../core/call.ts";
import { type Deferred, deferred } from "../../core/deferred.ts";
import { checkClose } from "../websocket/close_code.ts";
import { Duplex } from "../raw/duplex.ts";

/** Past so many bytes that the connection has not taken yet, writes wait. */
const SEND_MARK = 1024 * 1024;
/** How often a write that waits looks again, in milliseconds: the platform gives no event. */
const SEND_POLL = 5;

/** A class like the platform's `WebSocket`. */
export type WebSocketConstructor = new (url: string) => WebSocket;

/** What is opened, and for whom. */
export interface WebChannelOptions {
  /** The full address. */
  url: URL;
  /** The server as people write it; for messages only. */
  address: string;
  /** Ends the attempt. */
  signal?: AbortSignal;
}

/** Opens a WebSocket of the platform; resolves once it is open. */
export function openWebChannel(
  WebSocket: WebSocketConstructor,
  { url, address, signal }: WebChannelOptions,
): Promise<Channel> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const socket = new WebSocket(url.href);
    socket.binaryType = "arraybuffer";
    const abort = () => {
      reject(signal!.reason);
      socket.close();
    };
    const fail = () => {
      signal?.removeEventListener("abort", abort);
      const message = `Cannot open ${url.pathname} at ${address}: ` +
        "the platform does not tell why a WebSocket fails";
      reject(new ConnectionError(message, { reason: "unreachable", address }));
    };
    signal?.addEventListener("abort", abort, { once: true });
    socket.addEventListener("error", fail, { once: true });
    socket.addEventListener("close", fail, { once: true });
    socket.addEventListener("open", () => {
      signal?.removeEventListener("abort", abort);
      // Before anything else runs: messages may follow at once.
      resolve(new WebChannel(socket, address));
    }, { once: true });
  });
}

/**
 * A WebSocket of the platform as web streams. What the server sends waits in memory for the
 * consumer, without a limit: the platform cannot make a server wait.
 */
export class WebChannel implements Channel {
  readonly readable: ReadableStream<ChannelMessage>;
  readonly writable: WritableStream<ChannelMessage>;
  readonly closed: Promise<ChannelClose>;
  readonly #socket: WebSocket;
  readonly #address: string;
  readonly #closed: Deferred<ChannelClose> = deferred();
  readonly #duplex: Duplex<ChannelMessage>;
  #lastHeard = performance.now();

  constructor(socket: WebSocket, address: string) {
    this.#socket = socket;
    this.#address = address;
    this.closed = this.#closed.promise;
    this.#duplex = new Duplex({
      write: (message) => this.#write(message),
      finish: () => socket.close(1000),
      stop: () => this.close(),
    });
    this.readable = this.#duplex.readable;
    this.writable = this.#duplex.writable;
    socket.addEventListener("message", ({ data }) => {
      this.#lastHeard = performance.now();
      this.#duplex.enqueue(typeof data === "string" ? data : new Uint8Array(data));
    });
    socket.addEventListener("close", ({ code, reason }) => this.#end({ code, reason }));
  }

  get lastHeard(): number {
    return this.#lastHeard;
  }

  close(code = 1000, reason = ""): void {
    checkClose(code, reason);
    this.#socket.close(code, reason);
    this.#end({ code, reason });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  async #write(message: ChannelMessage): Promise<void> {
    this.#socket.send(message);
    while (!this.#duplex.ended && this.#socket.bufferedAmount > SEND_MARK) await delay(SEND_POLL);
    if (this.#duplex.ended) throw this.#lost();
  }

  #end(close: ChannelClose): void {
    if (this.#duplex.ended) return;
    this.#duplex.end(this.#lost());
    this.#closed.resolve(close);
  }

  #lost(): ConnectionError {
    return new ConnectionError(`Cannot send to ${this.#address}: the connection has ended`, {
      reason: "lost",
      address: this.#address,
    });
  }
}
