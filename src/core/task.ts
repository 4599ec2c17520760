import { type CallOptions, limited } from "./call.ts";
import { deferred } from "./deferred.ts";
import { Operation } from "./operation.ts";
import { TimeoutError } from "../errors.ts";
import type { Progress } from "./progress.ts";
import type { Session, SessionRequest } from "./session.ts";
import type { OperationData } from "../types/mod.ts";

/** What every mutation takes. */
export interface MutationOptions extends CallOptions {
  /**
   * Called as the progress of the server's work changes, about twice a second. What it throws, the task
   * rejects with once the work has ended; it is not called again.
   */
  onProgress?: (progress: Progress) => void;
}

/** How one step of a mutation ended on the server. */
export interface StepResult<T> {
  /** What a server that finished at once answered with. */
  metadata: T | undefined;
  /** The operation of a server that worked in the background, as it ended. */
  operation: OperationData | undefined;
  /** The path of the thing that was made, where the server tells. */
  location: string | undefined;
}

/** The request of one step. */
export interface StepRequest extends SessionRequest {
  /** The server that it goes to, where a mutation is the work of two. Default: that of the task. */
  session?: Session;
}

/** Sends one request of a mutation and waits for the server to finish it, in whichever way it does. */
export type Step = <T>(
  method: string,
  path: string,
  request?: StepRequest,
) => Promise<StepResult<T>>;

/** Waits for an operation that a mutation made by itself, as a step waits for its own. */
export type Follow = (operation: Operation) => Promise<OperationData>;

/** How long an ended call gives the server to take the cancelling of its operation. */
const CANCEL_LIMIT_MS = 1000;

/**
 * A mutation under way: a promise of its finished result, which can also report progress, be
 * cancelled, or be left to the server. It starts at once, whether awaited or not.
 *
 * When the call's `signal` or `timeout` ends it, the server is asked to cancel the operation. Most kinds
 * cannot be cancelled: then the server goes on, and may succeed after the task has rejected. Look before you
 * try again.
 *
 * @example
 * ```ts
 * import { connect } from "@lxkit/client";
 *
 * await using client = await connect();
 * const creating = client.instances.create({ name: "web", source: { type: "image", alias: "debian/12" } });
 * for await (const { text } of creating.progress()) console.log(text);
 * const web = await creating;
 * ```
 */
export class Task<T> implements Promise<T> {
  /** The name that `Object.prototype.toString` shows. */
  readonly [Symbol.toStringTag] = "Task";
  /**
   * Resolves once the server took the request: to the operation, or to undefined where the server
   * finished at once. Rejects as the task itself does where the request is refused.
   */
  readonly accepted: Promise<Operation | undefined>;
  readonly #result: Promise<T>;
  readonly #detached = new AbortController();
  #operation: Operation | undefined;

  /** @ignore */
  constructor(
    session: Session,
    what: string,
    options: MutationOptions,
    run: (step: Step, signal: AbortSignal | undefined, follow: Follow) => Promise<T>,
  ) {
    const accepted = deferred<Operation | undefined>();
    this.accepted = accepted.promise;
    this.accepted.catch(() => {});
    this.#result = limited(options, what, async (signal) => {
      try {
        const follow: Follow = (operation) => {
          this.#operation = operation;
          accepted.resolve(operation);
          return this.#follow(operation, options, signal);
        };
        const step: Step = (method, path, request) =>
          sendStep(method, path, { session, ...request, signal }, follow);
        const result = await run(step, signal, follow);
        accepted.resolve(undefined);
        return result;
      } catch (error) {
        accepted.reject(error);
        if (!signal?.aborted) throw error;
        const goesOn = await this.#abandon();
        throw goesOn && error instanceof TimeoutError ? late(what, error) : error;
      }
    }).catch((error) => {
      // What its options forbid is refused before the call is made.
      accepted.reject(error);
      throw error;
    });
  }

  /** Attaches callbacks, as of any promise. */
  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#result.then(onFulfilled, onRejected);
  }

  /** Attaches a callback for failure, as of any promise. */
  catch<B = never>(onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.#result.catch(onRejected);
  }

  /** Attaches a callback for the end, as of any promise. */
  finally(onFinally?: (() => void) | null): Promise<T> {
    return this.#result.finally(onFinally);
  }

  /**
   * The progress of the operation as it changes, until the task ends; nothing where the server finished at
   * once. At its end the loop throws what the task rejects with, which then needs no other handling. Who leaves
   * the loop early awaits the task as well, or never learns of its failure.
   */
  async *progress(): AsyncGenerator<Progress, void> {
    this.#result.catch(() => {});
    const operation = await this.accepted;
    try {
      if (operation) yield* operation.progress();
    } catch {
      // What ends the updates ends the task too, unless it finds its way back to the server.
    }
    await this.#result.catch((error) => {
      if (!this.#detached.signal.aborted) throw error;
    });
  }

  /**
   * Asks the server to cancel the operation, once it has accepted one. The task then rejects with
   * an {@linkcode OperationError} of outcome `cancelled`, which needs no handling.
   *
   * @throws {ApiError} when the operation cannot be cancelled.
   */
  async cancel(options: CallOptions = {}): Promise<void> {
    this.#result.catch(() => {});
    await this.accepted;
    await this.#operation?.cancel(options);
  }

  /**
   * Waits until the server took the request, and no further: gives the operation, or undefined
   * where the server finished at once. The task itself then rejects with an `AbortError`, which
   * needs no handling. What takes several requests is left after the first: an instance that is created
   * with `start` is not started where the server lacks the API extension `instance_create_start`.
   */
  async detach(): Promise<Operation | undefined> {
    this.#result.catch(() => {});
    const operation = await this.accepted;
    this.#detached.abort();
    return operation;
  }

  async #follow(
    operation: Operation,
    { onProgress }: MutationOptions,
    signal: AbortSignal | undefined,
  ): Promise<OperationData> {
    const detached = this.#detached.signal;
    const ends = signal ? AbortSignal.any([signal, detached]) : detached;
    const waited = new AbortController();
    const reporting = onProgress
      ? report(operation, onProgress, AbortSignal.any([ends, waited.signal]))
      : Promise.resolve();
    const reported = reporting.catch(() => {});
    try {
      const data = await operation.wait({ signal: ends });
      await reporting;
      return data;
    } finally {
      waited.abort();
      await reported;
    }
  }

  /** Does what can be done to stop an operation that nobody waits for any longer: whether it may go on. */
  async #abandon(): Promise<boolean> {
    if (!this.#operation || this.#operation.ended) return false;
    // It may have ended just now, or be of a kind that cannot be cancelled.
    const cancelling = this.#operation.cancel({ timeout: CANCEL_LIMIT_MS });
    return await cancelling.then(() => false, () => true);
  }
}

/** What a task fails by that the server may finish nevertheless. */
function late(what: string, { timeout }: TimeoutError): TimeoutError {
  return new TimeoutError(
    `Cannot ${what}: it was not done within ${timeout} ms, and the server may still finish it`,
    { timeout },
  );
}

async function sendStep<R>(
  method: string,
  path: string,
  { session, ...request }: SessionRequest & { session: Session },
  follow: Follow,
): Promise<StepResult<R>> {
  const answer = await session.send<R>(method, path, request);
  const { location } = answer;
  if (answer.type === "sync") {
    return { metadata: answer.metadata, operation: undefined, location };
  }
  const operation = await follow(new Operation(session, answer.metadata));
  return { metadata: undefined, operation, location };
}

/** Reports until the operation or the wait ends; rejects only with what the callback throws. */
async function report(
  operation: Operation,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<void> {
  const updates = operation.progress({ signal });
  while (true) {
    // What ends the updates ends the wait too, which says why.
    const update = await updates.next().catch(() => undefined);
    if (!update || update.done) return;
    onProgress(update.value);
  }
}
