import { TimeoutError } from "../errors.ts";

/** What every call takes. */
export interface CallOptions {
  /**
   * Ends the call; it rejects with the signal's own reason. Save in browsers, a request that may change something
   * ends when the server is done with it, after a second at most.
   */
  signal?: AbortSignal;
  /**
   * The most that the whole call may take, in milliseconds. Past it the call rejects with a
   * {@linkcode TimeoutError}. Default, and where it is `Infinity`: no limit.
   */
  timeout?: number;
}

/** The longest limit that timers can keep, in milliseconds: some 24 days. */
const LONGEST = 2 ** 31 - 1;

/**
 * The limit of a call, if it has one. `what` completes the sentence "Cannot ...".
 *
 * @throws {RangeError} when it is none that a timer can keep.
 */
export function limitOf(timeout: number | undefined, what: string): number | undefined {
  if (timeout === undefined || timeout === Infinity) return undefined;
  if (timeout >= 0 && timeout <= LONGEST) return timeout;
  const range = `from 0 to ${LONGEST}, or Infinity`;
  throw new RangeError(`Cannot ${what}: the timeout must be ${range}, got ${timeout}`);
}

/** What a call fails by that has taken as long as it may. */
export function expired(what: string, timeout: number): TimeoutError {
  return new TimeoutError(`Cannot ${what}: no answer within ${timeout} ms`, { timeout });
}

/**
 * Runs a call under the limits of its options. `what` completes the sentence "Cannot ...: no
 * answer within N ms".
 */
export async function limited<T>(
  options: CallOptions,
  what: string,
  run: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
  const { signal } = options;
  signal?.throwIfAborted();
  const timeout = limitOf(options.timeout, what);
  if (timeout === undefined) return await run(signal);
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(expired(what, timeout)), timeout);
  try {
    return await run(signal ? AbortSignal.any([signal, limit.signal]) : limit.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves after the given milliseconds, or rejects with the signal's reason; leaves no timer. */
export function delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", abort, { once: true });
  });
}
