import { delay } from "../../core/call.ts";

/** How long the server may take to tell why connections broke off, in milliseconds. */
const REASON_LIMIT_MS = 1000;

/** Why an operation failed, where the server tells at once; undefined where it did not fail. */
export async function reasonOf(ending: Promise<unknown>): Promise<unknown> {
  const timer = new AbortController();
  try {
    return await Promise.race([
      ending.then(() => undefined, (error) => error),
      delay(REASON_LIMIT_MS, timer.signal).catch(() => {}),
    ]);
  } finally {
    timer.abort();
  }
}
