import type { Connector } from "../../connector.ts";
import { UnixConnector } from "../unix.ts";
import { needNodeModules } from "./api.ts";
import { rawConnection } from "./connection.ts";
import { dialSocket } from "./socket.ts";

/** Where a daemon listens on this machine. */
export interface NodeUnixConnectorOptions {
  /** The path of the daemon's Unix socket, such as `/var/lib/incus/unix.socket`. */
  socket: string;
}

/**
 * Makes a connector to a daemon's Unix socket for Node and Bun. Nothing is dialled before the first
 * request.
 *
 * @example
 * ```ts
 * import { connect } from "@lxkit/client";
 * import { nodeUnixConnector } from "@lxkit/client/node";
 *
 * const connector = nodeUnixConnector({ socket: "/var/lib/incus/unix.socket" });
 * await using client = await connect({ connector });
 * ```
 *
 * @throws {TypeError} when the runtime has no modules of Node, or the path is empty.
 */
export function nodeUnixConnector(options: NodeUnixConnectorOptions): Connector {
  const node = needNodeModules();
  return new UnixConnector({
    ...options,
    dial: async (socket) => rawConnection(await dialSocket(node, socket)),
  });
}
