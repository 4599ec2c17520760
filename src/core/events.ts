import type { Channel, ChannelMessage } from "../connector.ts";
import { OverflowError, ProtocolError } from "../errors.ts";
import type { ServerEvent } from "../types/mod.ts";
import { delay } from "./call.ts";
import { type Deferred, deferred } from "./deferred.ts";
import { isPassing } from "./passing.ts";
import type { Session } from "./session.ts";
import { chunksOf } from "./streams.ts";

/** The kinds of event that a stream can be asked for. Which a caller may see is the server's choice. */
export type EventType = ServerEvent["type"];

/** Options of an event stream. */
export interface EventsOptions {
  /** The kinds of event. Default: all that the caller may see. */
  types?: readonly EventType[];
  /** Events of all projects rather than of the client's own. Default: false. */
  allProjects?: boolean;
  /** Ends the stream: the iteration rejects with the signal's reason. */
  signal?: AbortSignal;
  /** How many events may wait for the consumer. Default: 10,000. */
  queue?: number;
  /**
   * What happens when the queue is full: `gap` drops the events that waited and yields a marker in
   * their place, `error` ends the iteration with an {@linkcode OverflowError}. Default: `gap`.
   */
  overflow?: "gap" | "error";
}

/**
 * Stands in an event stream where events may be missing: whoever keeps a picture of the server
 * reads it anew.
 */
export interface EventGap {
  /** Tells it from the server's events. */
  type: "gap";
  /** Whether the connection was lost and made anew, or the consumer was too slow. */
  reason: "reconnected" | "overflow";
  /** When it was noticed, in the form of the server's own timestamps (RFC 3339). */
  timestamp: string;
}

/** First and longest pause before the connection is made anew, in milliseconds. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 30_000;
/** The servers ping every ten seconds; this much silence means a dead connection. */
const SILENCE_WITH_PINGS_MS = 45_000;
/** Where pings cannot be seen, a silent connection is renewed after this long. */
const SILENCE_WITHOUT_PINGS_MS = 10 * 60_000;
/** How long a connection attempt may take. */
const OPEN_LIMIT_MS = 30_000;
/** How long a server is given to ping, in milliseconds. */
const PING_LIMIT_MS = 1000;
const WATCH_INTERVAL_MS = 5_000;
const DEFAULT_QUEUE = 10_000;

/**
 * The server's events as they come: `GET /1.0/events`. The connection is opened at once, made anew
 * when it breaks or falls silent, and closed when the iteration ends. One consumer may iterate it.
 *
 * The iteration throws where the server refuses the first connection or any later one.
 *
 * @example
 * ```ts
 * import { connect } from "@lxkit/client";
 *
 * await using client = await connect();
 * for await (const event of client.events({ types: ["lifecycle"] })) {
 *   if (event.type === "gap") continue; // read anew what you keep
 *   if (event.type === "lifecycle") console.log(event.metadata.action, event.metadata.source);
 * }
 * ```
 */
export class EventStream implements AsyncIterable<ServerEvent | EventGap>, AsyncDisposable {
  /**
   * Resolves once the server listens for events on the first connection: those from then on are seen.
   * Rejects as the iteration does. Where pings are hidden, as in browsers, it resolves when the connection
   * stands; LXD 5.0 may begin to listen some milliseconds later.
   */
  readonly opened: Promise<void>;
  readonly #session: Session;
  readonly #options: EventsOptions;
  readonly #stop = new AbortController();
  readonly #closed = new DOMException("The event stream was closed", "AbortError");
  readonly #running: Promise<void>;
  readonly #opening: Deferred<void> = deferred<void>();
  #queue: (ServerEvent | EventGap)[] = [];
  #failure: { error: unknown } | undefined;
  #wake: (() => void) | undefined;
  #taken = false;

  /** @ignore */
  constructor(session: Session, options: EventsOptions = {}) {
    this.#session = session;
    this.#options = options;
    this.opened = this.#opening.promise;
    this.opened.catch(() => {});
    const abort = () => {
      this.#queue = [];
      this.#stop.abort(options.signal?.reason);
    };
    if (options.signal?.aborted) abort();
    else options.signal?.addEventListener("abort", abort);
    this.#running = this.#run().catch((error) => this.#fail(error)).finally(() => {
      options.signal?.removeEventListener("abort", abort);
      this.#wake?.();
    });
  }

  /** Iterates over the events. Leaving the loop closes the stream. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ServerEvent | EventGap, void> {
    if (this.#taken) throw new TypeError("Cannot iterate an event stream twice");
    this.#taken = true;
    try {
      while (true) {
        const event = this.#queue.shift();
        if (event) {
          yield event;
        } else if (this.#failure) {
          throw this.#failure.error;
        } else if (this.#stop.signal.aborted) {
          // Why it ends is known when all is closed.
          await this.#running;
          if (!this.#failure) return;
        } else {
          await new Promise<void>((resolve) => this.#wake = resolve);
        }
      }
    } finally {
      await this.close();
    }
  }

  /** Closes the connection; an iteration under way ends after the events that wait. */
  async close(): Promise<void> {
    this.#stop.abort(this.#closed);
    await this.#running;
  }

  /** Closes the stream. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #run(): Promise<void> {
    const signal = this.#stop.signal;
    let channel = await this.#open();
    this.#opening.resolve();
    while (true) {
      await this.#drain(channel);
      for (let pause = FIRST_PAUSE_MS;; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
        await delay(pause * (0.5 + Math.random()), signal);
        try {
          channel = await this.#open();
          break;
        } catch (error) {
          signal.throwIfAborted();
          if (!isPassing(error)) throw error;
        }
      }
      this.#push({ type: "gap", reason: "reconnected", timestamp: new Date().toISOString() });
    }
  }

  async #open(): Promise<Channel> {
    const { types, allProjects } = this.#options;
    const { signal } = this.#stop;
    const channel = await this.#session.webSocket("/1.0/events", {
      signal,
      timeout: OPEN_LIMIT_MS,
      query: {
        type: types?.join(","),
        "all-projects": allProjects || undefined,
        project: allProjects ? undefined : this.#session.scope.project,
      },
    });
    // The servers answer the handshake before they listen for events, and ping when they do: up to 5 ms
    // later on LXD 5.0.
    if (channel.heard) await withinTime(channel.heard, PING_LIMIT_MS, signal);
    return channel;
  }

  /** Takes in events until the connection ends. Nothing is ever sent: the server would hang up. */
  async #drain(channel: Channel): Promise<void> {
    const stop = () => channel.close();
    const watch = setInterval(() => {
      const limit = channel.heard ? SILENCE_WITH_PINGS_MS : SILENCE_WITHOUT_PINGS_MS;
      if (performance.now() - channel.lastHeard > limit) stop();
    }, WATCH_INTERVAL_MS);
    this.#stop.signal.addEventListener("abort", stop);
    // The stream may have been closed while the connection was made.
    if (this.#stop.signal.aborted) stop();
    try {
      for await (const message of chunksOf(channel.readable)) this.#push(this.#decode(message));
    } finally {
      clearInterval(watch);
      this.#stop.signal.removeEventListener("abort", stop);
      await channel[Symbol.asyncDispose]();
    }
  }

  #decode(message: ChannelMessage): ServerEvent {
    const text = typeof message === "string" ? message : new TextDecoder().decode(message);
    const what = `Cannot read an event from ${this.#session.connector.address}`;
    let event: unknown;
    try {
      event = JSON.parse(text);
    } catch (cause) {
      throw new ProtocolError(`${what}: it is no JSON`, { cause });
    }
    if (isEvent(event)) return event;
    throw new ProtocolError(`${what}: it has no type`);
  }

  #push(event: ServerEvent | EventGap): void {
    const limit = this.#options.queue ?? DEFAULT_QUEUE;
    if (this.#queue.length >= limit) {
      if (this.#options.overflow === "error") {
        throw new OverflowError(
          `Cannot keep up with the events of ${this.#session.connector.address}: ${limit} wait already`,
        );
      }
      this.#queue = [{ type: "gap", reason: "overflow", timestamp: new Date().toISOString() }];
    }
    this.#queue.push(event);
    this.#wake?.();
    this.#wake = undefined;
  }

  #fail(error: unknown): void {
    this.#opening.reject(error);
    if (this.#stop.signal.reason !== this.#closed) this.#failure = { error };
  }
}

/** Waits for what is done, for some time, and until the signal at the longest. */
async function withinTime(done: Promise<void>, limit: number, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const late = delay(limit, AbortSignal.any([signal, over.signal])).catch(() => {});
  await Promise.race([done, late]);
  over.abort();
}

function isEvent(value: unknown): value is ServerEvent {
  return typeof value === "object" && value !== null && "type" in value &&
    typeof value.type === "string";
}
