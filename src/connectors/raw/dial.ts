import type { RawConnection } from "./connection.ts";

/** Waits for a dial; an abort does not wait for one that hangs, and closes what it still gives. */
export function dialUntil(
  dialled: Promise<RawConnection>,
  signal: AbortSignal | undefined,
): Promise<RawConnection> {
  if (!signal) return dialled;
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(signal.reason);
      dialled.then((connection) => connection.close(), () => {});
    };
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    dialled.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
