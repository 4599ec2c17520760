import type { RawConnection } from "./connection.ts";
import { closedFailure } from "./failure.ts";

/** A server that is reached over raw connections. */
export interface RawEndpoint {
  /** The server as people write it; for messages only. */
  address: string;
  /** The `Host` of every request. */
  host: string;
  /**
   * Opens a connection on which a request is sent at once: a silent one keeps a daemon from accepting
   * others.
   *
   * @throws {ConnectionError} when the server cannot be reached.
   */
  dial(signal: AbortSignal | undefined): Promise<RawConnection>;
}

/**
 * Opens a connection for who may be closed meanwhile.
 *
 * @throws {ConnectionError} when the server cannot be reached, or who asked is closed.
 */
export async function dialFor(
  { address, dial }: RawEndpoint,
  isClosed: () => boolean,
  signal: AbortSignal | undefined,
): Promise<RawConnection> {
  if (isClosed()) throw closedFailure(address);
  const connection = await dialUntil(dial(signal), signal);
  if (!isClosed()) return connection;
  connection.close();
  throw closedFailure(address);
}

/** Waits for a dial; an abort does not wait for one that hangs, and closes what it still gives. */
function dialUntil(
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
