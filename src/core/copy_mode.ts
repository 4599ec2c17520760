import { ConnectionError, LxkitError } from "../errors.ts";
import type { ServerData } from "../types/mod.ts";
import type { Session } from "./session.ts";

/**
 * How something gets from one server to another.
 *
 * - `pull`: the target server fetches it from the source.
 * - `push`: the source server sends it to the target.
 * - `relay`: this client reads it from the source and sends it to the target, nothing kept in memory.
 */
export type CopyMode = "pull" | "push" | "relay";

/** All modes, those first that leave the work to the servers. */
export const COPY_MODES: readonly CopyMode[] = ["pull", "push", "relay"];

/** Where a server listens for others, and the certificate that it shows. */
export interface Listening {
  /** Its addresses, such as `https://10.0.0.5:8443`, that by which this client reaches it first. */
  addresses: string[];
  /** Its certificate, as PEM. */
  certificate: string | undefined;
}

/**
 * Reads where a server listens for others. `what` completes the sentence "Cannot ... from server to
 * server".
 *
 * @throws {ConnectionError} when it listens nowhere.
 */
export async function listening(
  session: Session,
  what: string,
  signal: AbortSignal | undefined,
): Promise<Listening> {
  const { environment } = await session.get<ServerData>("/1.0", { signal });
  const { address } = session.connector;
  const own = address.startsWith("https://") ? [address] : [];
  const told = (environment?.addresses ?? []).map((it) => `https://${it}`);
  const addresses = [...new Set([...own, ...told])];
  if (addresses.length > 0) return { addresses, certificate: environment?.certificate };
  throw new ConnectionError(
    `Cannot ${what} from server to server: ${address} listens on no address for others`,
    { reason: "unreachable", address },
  );
}

/**
 * Tries one after the other, going on after the failures that `passing` names. The last way asks least
 * of the servers, so what it fails by is told.
 */
export async function firstOf<T>(
  ways: readonly T[],
  passing: (error: LxkitError) => boolean,
  signal: AbortSignal | undefined,
  attempt: (way: T) => Promise<void>,
): Promise<void> {
  let failure: unknown;
  for (const way of ways) {
    try {
      return await attempt(way);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof LxkitError) || !passing(error)) throw error;
      failure = error;
    }
  }
  throw failure;
}
