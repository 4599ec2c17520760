import type { Connector } from "../connector.ts";
import type { Dialect } from "../core/dialect.ts";
import { ConnectionError, type ConnectionFailure } from "../errors.ts";
import { type DenoApi, denoApi } from "./deno_api.ts";
import { dialSocket } from "./deno_socket.ts";
import { denoUnixConnector } from "./deno_unix.ts";
import { LOCAL_SOCKET_VARIABLES, type LocalSocket, localSockets } from "./local_sockets.ts";

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

/** What a search that found nothing is reported as: the first of these that was met. */
const WORST_FIRST: readonly ConnectionFailure[] = [
  "missing-permission",
  "permission-denied",
  "refused",
  "unreachable",
];

/**
 * Finds the local daemon as its own tools find it: by `INCUS_SOCKET`, `INCUS_DIR`, `LXD_SOCKET`
 * and `LXD_DIR`, else at the places where the packages of Incus and LXD put their sockets.
 * Connects to each in turn, and closes the connection at once.
 *
 * Needs `--allow-env=INCUS_SOCKET,INCUS_DIR,LXD_SOCKET,LXD_DIR` beside the permissions of
 * {@linkcode denoUnixConnector}, and `--allow-sys=uid` for the socket of incus-user.
 *
 * @throws {ConnectionError} when there is none; its message tells of each place.
 */
export async function findLocalDaemon(
  options: FindLocalDaemonOptions = {},
): Promise<LocalDaemon> {
  const deno = denoApi();
  const failures: { socket: LocalSocket; error: ConnectionError }[] = [];
  for (const socket of localSockets((name) => readEnv(deno, name), options.dialect)) {
    try {
      (await dialSocket(deno, socket.path)).close();
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      failures.push({ socket, error });
      continue;
    }
    const project = socket.perUser ? `user-${readUserId(deno)}` : undefined;
    const connector = denoUnixConnector({ socket: socket.path });
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

function readEnv(deno: DenoApi, name: string): string | undefined {
  return permitted(
    () => deno.env.get(name),
    `--allow-env=${LOCAL_SOCKET_VARIABLES.join(",")}, or give the path of the socket`,
  );
}

function readUserId(deno: DenoApi): number | null {
  return permitted(() => deno.uid(), "--allow-sys=uid");
}

function permitted<T>(read: () => T, flags: string): T {
  try {
    return read();
  } catch (cause) {
    throw new ConnectionError(
      `Cannot find a local daemon: Deno lacks a permission for it. Run Deno with ${flags}`,
      { reason: "missing-permission", address: "unix:", cause },
    );
  }
}
