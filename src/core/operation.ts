import type { Channel } from "../connector.ts";
import { ApiError, NotFoundError, OperationError } from "../errors.ts";
import type { OperationData } from "../types/mod.ts";
import { type CallOptions, delay, limited } from "./call.ts";
import { isPassing } from "./passing.ts";
import { path } from "./path.ts";
import { type Progress, progressOf } from "./progress.ts";
import type { Session } from "./session.ts";

/** How long one long poll waits on the server, in seconds; short enough for common proxies. */
const POLL_SECONDS = 30;
/** How much longer than that the client gives it before it takes the connection for dead. */
const POLL_GRACE_MS = 15_000;
/** Pauses between attempts to reach a server that went away, in milliseconds: ten seconds in all. */
const RETRY_PAUSES_MS = [100, 300, 600, 1000, 2000, 3000, 3000];
/** How often an operation is looked at where the server does not tell by itself, in milliseconds. */
const LOOK_INTERVAL_MS = 500;

/** How one of an operation's websockets is opened. */
export interface OperationSocketOptions extends CallOptions {
  /** Whether the server's pings are answered, as in `WebSocketRequest`. Default: true. */
  answerPings?: boolean;
}

/** The server's record of work in the background, with the verbs that it knows. */
export class Operation {
  /** The id that the server gave it, a UUID. */
  readonly id: string;
  readonly #session: Session;
  /** Ends the pauses of those who look at it; made for the first of them. */
  #end: AbortController | undefined;
  #data: OperationData | undefined;

  /** @ignore */
  constructor(session: Session, data: OperationData | { id: string }) {
    this.#session = session;
    this.#data = "status_code" in data ? data : undefined;
    this.id = data.id;
  }

  /**
   * The record as last seen. A final state is kept: the server may report out of order.
   *
   * @throws {TypeError} when it was never read: call `refresh()` first.
   */
  get data(): OperationData {
    if (this.#data) return this.#data;
    throw new TypeError(
      `Cannot give the data of ${this.#label}: it was never read. Call refresh() first, or get() in place of at()`,
    );
  }

  /** Whether it has ended, as last seen. */
  get ended(): boolean {
    return this.#data !== undefined && isFinal(this.#data);
  }

  /** What it does, where that is known, for messages. */
  get #label(): string {
    return `operation "${this.#data?.description ?? this.id}"`;
  }

  /**
   * Reads the record anew: `GET /1.0/operations/{id}`. The servers forget an operation five
   * seconds after its end.
   *
   * @throws {NotFoundError} when the server has forgotten it.
   */
  async refresh(options: CallOptions = {}): Promise<OperationData> {
    return this.#take(await this.#session.get(path`/1.0/operations/${this.id}`, options));
  }

  /**
   * Waits for its end by long poll: `GET /1.0/operations/{id}/wait`. A lost connection is made
   * anew for about ten seconds, and a server that restarts is waited for as long. Ending the wait leaves the
   * operation running.
   *
   * @throws {OperationError} when it failed, was cancelled, or its result cannot be known.
   */
  async wait(options: CallOptions = {}): Promise<OperationData> {
    return await limited(
      options,
      `see the end of ${this.#label}`,
      async (signal) => {
        while (!this.ended) await this.#poll(signal);
        return this.#result();
      },
    );
  }

  /**
   * Asks the server to cancel it: `DELETE /1.0/operations/{id}`. Resolves once the server took
   * the request; {@linkcode Operation.wait} tells when it ended.
   *
   * @throws {ApiError} when it cannot be cancelled.
   */
  async cancel(options: CallOptions = {}): Promise<void> {
    await this.#session.send("DELETE", path`/1.0/operations/${this.id}`, options);
  }

  /** What it says of its progress, as it changes, until it ends. Looks twice a second. */
  async *progress(options: { signal?: AbortSignal } = {}): AsyncGenerator<Progress, void> {
    let last = "";
    if (!this.#data) await this.refresh(options);
    while (true) {
      const progress = progressOf(this.data);
      const shown = JSON.stringify(progress);
      if (progress && shown !== last) yield progress;
      last = shown;
      if (this.ended) return;
      await this.#pause(options.signal);
      if (this.ended) continue;
      try {
        await this.refresh(options);
      } catch (error) {
        if (error instanceof NotFoundError) return;
        throw error;
      }
    }
  }

  /** Opens one of its websockets by the secret that it was given out with. */
  webSocket(secret: string, options: OperationSocketOptions = {}): Promise<Channel> {
    return this.#session.webSocket(path`/1.0/operations/${this.id}/websocket`, {
      ...options,
      query: { secret },
    });
  }

  /**
   * The URL of one of its websockets, for a terminal or SPICE client of another make. It opens the
   * websocket to whoever has it and the caller's own credentials, once.
   *
   * @throws {UnsupportedError} when the connector has no URLs, as over a Unix socket.
   */
  webSocketUrl(secret: string): URL {
    return this.#session.url(path`/1.0/operations/${this.id}/websocket`, { secret }, "ws");
  }

  /** Waits until progress is worth another look, or the end is known. */
  async #pause(signal: AbortSignal | undefined): Promise<void> {
    this.#end ??= new AbortController();
    const ends = signal ? AbortSignal.any([signal, this.#end.signal]) : this.#end.signal;
    await delay(LOOK_INTERVAL_MS, ends).catch(() => signal?.throwIfAborted());
  }

  async #poll(signal: AbortSignal | undefined): Promise<void> {
    for (let attempt = 0;; attempt++) {
      try {
        return await this.#pollOnce(signal);
      } catch (error) {
        signal?.throwIfAborted();
        const pause = RETRY_PAUSES_MS[attempt];
        if (!isPassing(error) || pause === undefined) throw error;
        await delay(pause, signal);
      }
    }
  }

  async #pollOnce(signal: AbortSignal | undefined): Promise<void> {
    try {
      this.#take(
        await this.#session.get(path`/1.0/operations/${this.id}/wait`, {
          query: { timeout: POLL_SECONDS },
          signal,
          timeout: POLL_SECONDS * 1000 + POLL_GRACE_MS,
        }),
      );
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // Incus and newer LXD answer a wait with an error where the operation failed, and that error may
      // be 404 for what the operation did not find; newer LXD does so where the poll ran out, too.
      try {
        await this.refresh({ signal });
      } catch (refreshError) {
        // One that was never seen may never have been.
        if (refreshError instanceof NotFoundError && this.#data) throw this.#forgotten(error);
        throw refreshError;
      }
      // A server that refuses every wait at once is not to be flooded.
      if (!this.ended) await delay(LOOK_INTERVAL_MS, signal);
    }
  }

  #take(data: OperationData): OperationData {
    if (this.ended) return this.data;
    this.#data = data;
    if (isFinal(data)) this.#end?.abort();
    return data;
  }

  #result(): OperationData {
    const { status_code, description, err, status } = this.data;
    if (status_code === 200) return this.data;
    const outcome = status_code === 401 ? "cancelled" : "failure";
    throw new OperationError(
      `Operation "${description}" ended as ${status}${err ? `: ${err}` : ""}`,
      { outcome, operation: this.data },
    );
  }

  #forgotten(cause: ApiError): OperationError {
    return new OperationError(
      `Cannot tell how ${this.#label} ended: the server no longer knows it, ` +
        `as after a restart. Look at the thing itself for the result`,
      { outcome: "unknown", operation: this.data, cause },
    );
  }
}

function isFinal(data: OperationData): boolean {
  return data.status_code >= 200;
}
