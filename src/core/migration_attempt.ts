import {
  ApiError,
  ConnectionError,
  LxkitError,
  OperationError,
  ProtocolError,
  TransferError,
} from "../errors.ts";
import { delay } from "./call.ts";
import type { Migration, MigrationPeer, MigrationSource } from "./migration.ts";
import { openRelay, type Relay, type SocketOperation, socketOperation } from "./relay.ts";
import type { Follow } from "./task.ts";

type Side = TransferError["side"];

/** How long a server is given to take the cancelling of its operation, in milliseconds. */
const CANCEL_LIMIT_MS = 1000;
/** How long a server is given to say why it failed once the other one did, in milliseconds. */
const REASON_LIMIT_MS = 20_000;

/** What a server says whose connection the other one ended. */
const CUT_OFF = /websocket: close|\bEOF\b|broken pipe|connection reset/;

/** One try of a migration in one mode: an operation on each side, which end together. */
export class MigrationAttempt {
  readonly #migration: Migration;
  readonly #follow: Follow;
  readonly #signal: AbortSignal | undefined;
  readonly #stop = new AbortController();
  readonly #begun: SocketOperation[] = [];
  readonly #endings = new Map<Side, Promise<void>>();
  readonly #failures = new Map<Side, LxkitError>();
  #relay: Relay | undefined;

  constructor(migration: Migration, follow: Follow, signal: AbortSignal | undefined) {
    this.#migration = migration;
    this.#follow = follow;
    this.#signal = signal;
  }

  /** Begins both sides, and waits until both have ended. */
  async through(begin: (attempt: this) => Promise<void>): Promise<void> {
    try {
      await begin(this);
      await Promise.all(this.#endings.values());
    } catch (error) {
      await this.#abandon(error);
      throw this.#failure(error);
    } finally {
      this.#stop.abort();
      await this.#relay?.close();
    }
  }

  /** Has the source send: to the target, or to whoever connects to it. */
  async send(target?: MigrationPeer): Promise<SocketOperation> {
    return await this.#begin(
      "source",
      this.#migration.source.body(target),
      (operation) => operation.wait({ signal: this.#ends }),
    );
  }

  /** Has the target make what it gets. Its operation is that of the task. */
  async receive(source: MigrationSource): Promise<SocketOperation> {
    return await this.#begin("target", this.#migration.target.body(source), this.#follow);
  }

  /** Carries all that the two have to say to each other. */
  async relay(source: SocketOperation, target: SocketOperation): Promise<void> {
    const { onProgress } = this.#migration;
    this.#relay = await openRelay(source, target, onProgress, this.#signal);
  }

  get #ends(): AbortSignal {
    const stop = this.#stop.signal;
    return this.#signal ? AbortSignal.any([this.#signal, stop]) : stop;
  }

  async #begin(side: Side, json: object, wait: Follow): Promise<SocketOperation> {
    return await this.#noted(side, async () => {
      const { session, path } = this.#migration[side];
      const answer = await session.send("POST", path, { json, signal: this.#signal });
      if (answer.type === "sync") {
        throw new ProtocolError(`Cannot ${this.#migration.what}: the ${side} made no operation`);
      }
      const begun = socketOperation(session, answer.metadata);
      this.#begun.push(begun);
      const ending = this.#noted(side, async () => void await wait(begun.operation));
      ending.catch(() => {});
      this.#endings.set(side, ending);
      return begun;
    });
  }

  /** Keeps what a side fails by. */
  async #noted<T>(side: Side, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof LxkitError && !this.#failures.has(side)) this.#failures.set(side, error);
      throw error;
    }
  }

  /** Ends what goes on, and hears what the other side has to say. */
  async #abandon(error: unknown): Promise<void> {
    // Who detaches leaves both servers to their work.
    if (!(error instanceof LxkitError) && !this.#signal?.aborted) return;
    const running = this.#begun.filter(({ operation }) => !operation.ended);
    await Promise.all(running.map(async ({ operation }) => {
      await operation.cancel({ timeout: CANCEL_LIMIT_MS }).catch(() => {});
    }));
    // A source alone changed nothing; a target takes back what it made.
    if (this.#signal?.aborted || !this.#endings.has("target")) return;
    const heard = new AbortController();
    await Promise.race([
      Promise.allSettled(this.#endings.values()),
      delay(REASON_LIMIT_MS, heard.signal).catch(() => {}),
    ]);
    heard.abort();
  }

  /** What is told of a failure: the side to blame, with its words and those of the other. */
  #failure(error: unknown): unknown {
    if (this.#signal?.aborted || !(error instanceof LxkitError)) return error;
    const failures = [...this.#failures].filter(([, it]) => !isCancelled(it));
    // A server that is gone is why the other one failed, and so is one with more to say than that.
    const [side, cause] = failures.find(([, it]) => it instanceof ConnectionError) ??
      failures.find(([, it]) => !CUT_OFF.test(wordsOf(it))) ?? failures[0] ?? ["source", error];
    const other = failures.find(([it]) => it !== side);
    const { what } = this.#migration;
    const { address } = this.#migration[side].session.connector;
    const words = wordsOf(cause);
    const told = other ? `; the ${other[0]} said: ${wordsOf(other[1])}` : "";
    const message = `Cannot ${what}: the ${side} ${address} failed: ${words}${told}`;
    const known = this.#begun.flatMap(({ secrets }) => Object.values(secrets));
    const leaks = known.some((secret) => words.includes(secret));
    return new TransferError(
      known.reduce((text, secret) => text.replaceAll(secret, "(secret)"), message),
      // What the server blurted out is in the cause as well.
      { side, cause: leaks ? undefined : cause },
    );
  }
}

function isCancelled(error: LxkitError): boolean {
  return error instanceof OperationError && error.outcome === "cancelled";
}

function wordsOf(error: LxkitError): string {
  if (error instanceof OperationError) return error.operation.err || error.message;
  return error instanceof ApiError ? error.serverMessage : error.message;
}
