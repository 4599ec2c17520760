import type { Connector } from "../connector.ts";
import type { CallOptions } from "../core/call.ts";
import { limitedOpening, open, type OpenOptions } from "../open.ts";
import { Connection } from "./connection.ts";

/** How to open a connection. */
export interface ConnectionOptions extends CallOptions, OpenOptions {
  /** The way to the server, from one of the entries for connectors. The connection closes it. */
  connector: Connector;
  /** The most that it may take, in milliseconds. Default: 30,000. */
  timeout?: number;
}

/**
 * Opens a connection by a connector and reads what the server says of itself: `GET /1.0`.
 *
 * @example
 * ```ts
 * import { openConnection } from "@lxkit/client/connection";
 * import { webConnector } from "@lxkit/client/web";
 *
 * await using connection = await openConnection({ connector: webConnector({ url: "/lxd/" }) });
 * for (const url of await connection.raw("GET /1.0/instances")) console.log(url);
 * const { stdoutText } = await connection.exec("web", ["uname", "-a"]);
 * console.log(stdoutText);
 * ```
 *
 * @throws {ConnectionError} when the server cannot be reached, or is no LXD or Incus; `reason` tells
 * these apart.
 * @throws {TimeoutError} when it does not answer in time.
 */
export async function openConnection(options: ConnectionOptions): Promise<Connection> {
  const { session } = await limitedOpening(
    options,
    (signal) => open(options.connector, options, signal),
  );
  return new Connection(session);
}
