import { TimeoutError } from "../errors.ts";

/** What every call takes. */
export interface CallOptions {
  /** Ends the call; it rejects with the signal's own reason. */
  signal?: AbortSignal;
  /**
   * The most that the whole call may take, in milliseconds. Past it the call rejects with a
   * {@linkcode TimeoutError}. Default: no limit.
   */
  timeout?: number;
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
  const { signal, timeout } = options;
  signal?.throwIfAborted();
  if (timeout === undefined) return await run(signal);
  if (!(timeout >= 0)) {
    throw new RangeError(`Cannot ${what}: the timeout must be at least 0, got ${timeout}`);
  }
  const limit = new AbortController();
  const timer = setTimeout(() => {
    limit.abort(new TimeoutError(`Cannot ${what}: no answer within ${timeout} ms`, { timeout }));
  }, timeout);
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
