/** What is under way under each key, so that the next waits for it. */
const turns = new Map<string, Promise<unknown>>();

/**
 * Runs one after the other what is asked for under the same key. The servers check an ETag and write
 * in two steps, so two writes at the same moment can both pass: in one process they never meet.
 */
export async function inTurn<T>(
  key: string,
  signal: AbortSignal | undefined,
  run: () => Promise<T>,
): Promise<T> {
  const before = turns.get(key);
  const turn = (async () => {
    if (before) await orAbort(before, signal);
    return await run();
  })();
  const all = Promise.allSettled([before, turn]);
  turns.set(key, all);
  all.then(() => {
    if (turns.get(key) === all) turns.delete(key);
  });
  return await turn;
}

/** Waits for a promise that never rejects, but no longer than the signal allows. */
function orAbort(promise: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => reject(signal!.reason);
    signal?.addEventListener("abort", abort, { once: true });
    promise.then(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    });
  });
}
