import type { Connector } from "../connector.ts";
import { UnsupportedError } from "../errors.ts";
import type { FindLocalDaemonOptions, LocalDaemon } from "./local/daemon.ts";

/** What reaches the daemons of this machine. */
export interface LocalConnectors {
  /** Makes a connector to a daemon's Unix socket. */
  unixConnector(options: { socket: string }): Connector;
  /** Finds the local daemon. */
  findLocalDaemon(options?: FindLocalDaemonOptions): Promise<LocalDaemon>;
}

/**
 * Loads what reaches local daemons on this runtime.
 *
 * @throws {UnsupportedError} when it has no Unix sockets, as browsers have not.
 */
export async function localConnectors(): Promise<LocalConnectors> {
  if ("Deno" in globalThis) {
    const { denoUnixConnector, findLocalDaemon } = await import("./deno.ts");
    return { unixConnector: denoUnixConnector, findLocalDaemon };
  }
  // Not before: on Deno the mere look at it loads much of what it has of Node.
  const { process } = globalThis as { process?: { getBuiltinModule?: unknown } };
  if (process?.getBuiltinModule) {
    const { nodeUnixConnector, findLocalDaemon } = await import("./node.ts");
    return { unixConnector: nodeUnixConnector, findLocalDaemon };
  }
  throw new UnsupportedError(
    "Cannot connect to a local daemon: this runtime offers no Unix sockets. Give a url or a connector",
  );
}
