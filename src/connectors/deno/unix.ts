import type { Connector } from "../../connector.ts";
import { UnixConnector } from "../unix.ts";
import { denoApi } from "./api.ts";
import { dialSocket } from "./socket.ts";

/** Where a daemon listens on this machine. */
export interface DenoUnixConnectorOptions {
  /** The path of the daemon's Unix socket, such as `/var/lib/incus/unix.socket`. */
  socket: string;
}

/**
 * Makes a connector to a daemon's Unix socket. Nothing is dialled before the first request.
 *
 * Needs the permissions `--allow-read=SOCKET --allow-write=SOCKET --allow-net=unix:SOCKET`; without one
 * of them calls throw a {@linkcode ConnectionError} that names them all.
 *
 * @example
 * ```ts
 * import { connect } from "@lxkit/client";
 * import { denoUnixConnector } from "@lxkit/client/deno";
 *
 * const connector = denoUnixConnector({ socket: "/var/lib/incus/unix.socket" });
 * await using client = await connect({ connector });
 * ```
 *
 * @throws {TypeError} when the runtime is not Deno, or the path is empty.
 */
export function denoUnixConnector(options: DenoUnixConnectorOptions): Connector {
  const deno = denoApi();
  return new UnixConnector({ ...options, dial: (socket) => dialSocket(deno, socket) });
}
