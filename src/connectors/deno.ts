/**
 * Reaches a daemon from Deno, over its Unix socket.
 *
 * @example
 * ```ts
 * import { denoUnixConnector } from "@lxkit/client/deno";
 *
 * const connector = denoUnixConnector({ socket: "/var/lib/incus/unix.socket" });
 * const response = await connector.fetch("/1.0");
 * console.log(await response.json());
 * connector.close();
 * ```
 *
 * @module
 */

export { denoUnixConnector, type DenoUnixConnectorOptions } from "./deno/unix.ts";
export { findLocalDaemon } from "./deno/local.ts";
export type { FindLocalDaemonOptions, LocalDaemon } from "./local/daemon.ts";
