import { ConnectionError } from "../../errors.ts";
import { denoApi } from "./api.ts";
import { dialSocket } from "./socket.ts";
import { denoUnixConnector } from "./unix.ts";
import {
  type FindLocalDaemonOptions,
  type LocalDaemon,
  searchLocalDaemon,
} from "../local/daemon.ts";
import { LOCAL_SOCKET_VARIABLES } from "../local/sockets.ts";

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
  const env = `--allow-env=${LOCAL_SOCKET_VARIABLES.join(",")}, or give the path of the socket`;
  return await searchLocalDaemon({
    env: (name) => permitted(() => deno.env.get(name), env),
    userId: () => permitted(() => deno.uid(), "--allow-sys=uid"),
    knock: async (path) => (await dialSocket(deno, path)).close(),
    connector: (socket) => denoUnixConnector({ socket }),
  }, options);
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
