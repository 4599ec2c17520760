import type { Upgraded } from "../../connector.ts";
import { ConnectionError } from "../../errors.ts";
import type { ByteReader } from "./byte_reader.ts";
import { Duplex } from "./duplex.ts";
import { type RawConnection, writeAll } from "./connection.ts";

/** What an upgraded connection needs beside the connection. */
export interface UpgradedOptions {
  /** The server as people write it; for messages only. */
  address: string;
  /** Reads the connection, from the first byte after the handshake. */
  reader: ByteReader;
  /** Ends the connection. */
  signal?: AbortSignal;
  /** Called once, when the connection has ended. */
  onEnd(): void;
}

/**
 * A raw connection as web streams. Nothing is read before the consumer asks. The end of the
 * connection ends `readable`; a loss errors it. Closing `writable` tells the server nothing.
 */
export class UpgradedConnection implements Upgraded {
  /** The bytes from the server. */
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** The bytes to the server. */
  readonly writable: WritableStream<Uint8Array<ArrayBuffer>>;
  readonly #connection: RawConnection;
  readonly #options: UpgradedOptions;
  readonly #abort = () => this.#end(this.#options.signal!.reason);
  readonly #duplex: Duplex<Uint8Array<ArrayBuffer>>;

  constructor(connection: RawConnection, options: UpgradedOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#duplex = new Duplex({
      pull: () => this.#pull(),
      write: (bytes) => this.#write(bytes),
      stop: () => this.close(),
    });
    this.readable = this.#duplex.readable;
    this.writable = this.#duplex.writable;
    options.signal?.addEventListener("abort", this.#abort, { once: true });
  }

  /** Ends the connection; `readable` ends as well. */
  close(): void {
    this.#end();
  }

  /** Ends the connection. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  async #pull(): Promise<void> {
    try {
      const bytes = await this.#options.reader.next();
      if (bytes) this.#duplex.enqueue(bytes);
      else this.#end();
    } catch (cause) {
      this.#end(this.#lost("read from", cause));
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      await writeAll(this.#connection, bytes);
    } catch (cause) {
      this.#options.signal?.throwIfAborted();
      throw this.#lost("send to", cause);
    }
  }

  #end(error?: unknown): void {
    if (this.#duplex.ended) return;
    this.#duplex.end(error ?? this.#lost("send to"), error);
    this.#options.signal?.removeEventListener("abort", this.#abort);
    this.#connection.close();
    this.#options.onEnd();
  }

  #lost(what: string, cause?: unknown): ConnectionError {
    const { address } = this.#options;
    return new ConnectionError(`Cannot ${what} ${address}: the connection has ended`, {
      reason: "lost",
      address,
      cause,
    });
  }
}
