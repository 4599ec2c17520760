/**
 * Reaches a daemon from Node and Bun, over its Unix socket. Node 20.16 is the oldest that does.
 *
 * @example
 * ```ts
 * import { nodeUnixConnector } from "@lxkit/client/node";
 *
 * const connector = nodeUnixConnector({ socket: "/var/lib/incus/unix.socket" });
 * const response = await connector.fetch("/1.0");
 * console.log(await response.json());
 * connector.close();
 * ```
 *
 * @module
 */

export { nodeUnixConnector, type NodeUnixConnectorOptions } from "./node/unix.ts";
export { findLocalDaemon } from "./node/local.ts";
export type { FindLocalDaemonOptions, LocalDaemon } from "./local/daemon.ts";
