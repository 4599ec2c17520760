import type { ConnectorRequest } from "../../connector.ts";
import type { ConnectionError } from "../../errors.ts";
import { ByteReader } from "../raw/byte_reader.ts";
import { dialFor, type RawEndpoint } from "../raw/dial.ts";
import { CLOSED, connectionFailure } from "../raw/failure.ts";
import type { HttpAnswer } from "./answer.ts";
import { exchange, type Link, LostError } from "./exchange.ts";
import { type ReadyRequest, readyRequest } from "./request.ts";

/** How many connections are kept for requests to come. */
const MAX_KEPT = 32;

/** What an HTTP client needs of a runtime. */
export interface HttpClientOptions extends RawEndpoint {
  /**
   * How long after its last bytes a kept connection is trusted with what changes something, in milliseconds: a
   * server ends idle ones, and nobody could tell whether what was sent meanwhile was done.
   */
  trustedFor: number;
}

/**
 * HTTP/1.1 over raw connections, which are kept for what comes next. None is dialled before there is a
 * request to send over it. What changes nothing is sent anew where the server turns out to have closed a kept
 * one; nothing else is ever sent twice.
 */
export class HttpClient {
  readonly #options: HttpClientOptions;
  readonly #kept: Link[] = [];
  readonly #busy = new Set<Link>();
  #closed = false;

  constructor(options: HttpClientOptions) {
    this.#options = options;
  }

  /**
   * Sends a request. The body of the answer is to be read to its end, or cancelled.
   *
   * @throws {ConnectionError} when the server cannot be reached, or is lost before it answers.
   * @throws {ProtocolError} when the answer is not one of HTTP/1.1.
   */
  async fetch(path: string, request: ConnectorRequest = {}): Promise<HttpAnswer> {
    const { signal } = request;
    signal?.throwIfAborted();
    // Before the dial: nothing may come between a connection and its first byte.
    const ready = readyRequest(this.#options.host, path, request);
    try {
      return await this.#overKept(ready) ?? await this.#over(await this.#dial(signal), ready);
    } catch (error) {
      // Nobody reads it any more, if anybody did.
      if (!ready.stream?.locked) ready.stream?.cancel().catch(() => {});
      throw error instanceof LostError ? this.#lost(error, ready) : error;
    }
  }

  /** Ends all connections. */
  close(): void {
    this.#closed = true;
    for (const { connection } of [...this.#kept.splice(0), ...this.#busy]) connection.close();
  }

  /** Sends a request over a connection that was kept; undefined where none stands that it can be trusted to. */
  async #overKept(request: ReadyRequest): Promise<HttpAnswer | undefined> {
    const repeatable = !request.stream && !request.changes;
    for (let link; (link = this.#kept.pop());) {
      const { connection, reader, refused } = link;
      const age = performance.now() - reader.lastHeard;
      if (!repeatable && (refused || age >= this.#options.trustedFor)) {
        // The one that is dialled in its place will be kept: idle ones must not pile up.
        connection.close();
        return undefined;
      }
      if (connection.silent?.() === false) {
        connection.close();
        continue;
      }
      connection.ref?.();
      try {
        return await this.#over(link, request);
      } catch (error) {
        const lost = error instanceof LostError && !this.#closed && !reader.has(1);
        if (!lost || !repeatable) throw error;
      }
    }
  }

  async #over(link: Link, request: ReadyRequest): Promise<HttpAnswer> {
    if (request.signal?.aborted) {
      link.connection.close();
      throw request.signal.reason;
    }
    this.#busy.add(link);
    return await exchange(link, request, (reusable) => {
      this.#busy.delete(link);
      const room = this.#kept.length < MAX_KEPT;
      if (room && reusable && !this.#closed && !link.reader.has(1)) {
        // What is idle keeps no program from ending.
        link.connection.unref?.();
        this.#kept.push(link);
      } else {
        link.connection.close();
      }
    });
  }

  async #dial(signal: AbortSignal | undefined): Promise<Link> {
    const connection = await dialFor(this.#options, () => this.#closed, signal);
    return { connection, reader: new ByteReader(connection), refused: false };
  }

  #lost({ message }: LostError, { changes }: ReadyRequest): ConnectionError {
    const { address } = this.#options;
    const words = this.#closed ? CLOSED : message;
    const doubt = changes
      ? ". Whether the server did what was asked is not known: look before you ask again"
      : "";
    return connectionFailure(address, "lost", words + doubt);
  }
}
