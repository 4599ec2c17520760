import type { FindLocalDaemonOptions, LocalDaemon } from "../local/daemon.ts";
import { searchLocalDaemon } from "../local/daemon.ts";
import { needNodeModules } from "./api.ts";
import { dialSocket } from "./socket.ts";
import { nodeUnixConnector } from "./unix.ts";

/**
 * Finds the local daemon as its own tools find it: by `INCUS_SOCKET`, `INCUS_DIR`, `LXD_SOCKET`
 * and `LXD_DIR`, else at the places where the packages of Incus and LXD put their sockets.
 * Connects to each in turn, and closes the connection at once.
 *
 * @throws {ConnectionError} when there is none; its message tells of each place.
 */
export async function findLocalDaemon(
  options: FindLocalDaemonOptions = {},
): Promise<LocalDaemon> {
  const node = needNodeModules();
  return await searchLocalDaemon({
    env: (name) => node.process.env[name],
    userId: () => node.process.getuid?.() ?? null,
    knock: async (path) => void (await dialSocket(node, path)).destroy(),
    connector: (socket) => nodeUnixConnector({ socket }),
  }, options);
}
