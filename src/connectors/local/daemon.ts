import type { Connector } from "../../connector.ts";
import type { Dialect } from "../../core/dialect.ts";
import { ConnectionError, type ConnectionFailure } from "../../errors.ts";
import { type LocalSocket, localSockets } from "./sockets.ts";

/** Which local daemon to look for. */
export interface FindLocalDaemonOptions {
  /** Look for this one only. Default: either. */
  dialect?: Dialect;
}

/** A daemon of this machine that takes connections. */
export interface LocalDaemon {
  /** The way to it. */
  connector: Connector;
  /** Which daemon listens at such a place. */
  dialect: Dialect;
  /** The only project that the socket serves this user, where it serves only one. */
  project?: string;
}

/** What a search needs of a runtime. */
export interface LocalSearch {
  /** A variable of the environment. */
  env(name: string): string | undefined;
  /** The id of the user; null on Windows. */
  userId(): number | null;
  /**
   * Opens a connection to a socket and closes it at once.
   *
   * @throws {ConnectionError} when nobody takes it.
   */
  knock(path: string): Promise<void>;
  /** Makes a connector to a socket. */
  connector(path: string): Connector;
}

/** What a search that found nothing is reported as: the first of these that was met. */
const WORST_FIRST: readonly ConnectionFailure[] = [
  "missing-permission",
  "permission-denied",
  "refused",
  "unreachable",
];

/**
 * Tries the places of local daemons in turn, and gives the first one that takes connections.
 *
 * @throws {ConnectionError} when there is none; its message tells of each place.
 */
export async function searchLocalDaemon(
  search: LocalSearch,
  options: FindLocalDaemonOptions,
): Promise<LocalDaemon> {
  const failures: { socket: LocalSocket; error: ConnectionError }[] = [];
  for (const socket of localSockets((name) => search.env(name), options.dialect)) {
    try {
      await search.knock(socket.path);
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      failures.push({ socket, error });
      continue;
    }
    const project = socket.perUser ? `user-${search.userId()}` : undefined;
    const connector = search.connector(socket.path);
    return { connector, dialect: socket.dialect, ...project && { project } };
  }
  const places = failures.map(({ socket, error }) => `\n- ${socket.why}: ${error.message}`);
  throw new ConnectionError(
    "Cannot find a local daemon. Install and start Incus or LXD, or give the socket or URL of " +
      `one that runs. The places looked at:${places.join("")}`,
    {
      reason: WORST_FIRST.find((reason) => failures.some(({ error }) => error.reason === reason)) ??
        "socket-missing",
      address: failures.map(({ error }) => error.address).join(", "),
    },
  );
}
