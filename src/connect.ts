import { Client } from "./client.ts";
import type { Connector } from "./connector.ts";
import { type CallOptions, limited } from "./core/call.ts";
import { type Dialect, dialectOf } from "./core/dialect.ts";
import { readEnvelope } from "./core/envelope.ts";
import { Session } from "./core/session.ts";
import { ConnectionError, NotFoundError, ProtocolError, UnsupportedError } from "./errors.ts";
import type { ServerData } from "./types/mod.ts";

/** How to connect. Without `socket` and `connector`, the local daemon is found. */
export interface ConnectOptions extends CallOptions {
  /** The path of the Unix socket of a local daemon. */
  socket?: string;
  /** A connector of the caller's own, in place of `socket`. The client closes it. */
  connector?: Connector;
  /** The project that calls go to. Default: the server's own default. */
  project?: string;
  /** The cluster member that calls go to. Default: the server's choice. */
  target?: string;
  /**
   * Which daemon it is. Default: what the server says of itself; for the local daemon, whichever is
   * found.
   */
  dialect?: Dialect;
  /** The most that connecting may take, in milliseconds. Default: 30,000. */
  timeout?: number;
}

const CONNECT_LIMIT_MS = 30_000;

/**
 * Connects to a server and reads what it says of itself: `GET /1.0`.
 *
 * Without options the local daemon is found as its own tools find it: by `INCUS_SOCKET`,
 * `INCUS_DIR`, `LXD_SOCKET` and `LXD_DIR`, else at the places where packages put the sockets of
 * Incus and LXD. Nothing else of this package reads the environment.
 *
 * @example The local daemon
 * ```ts
 * import { connect } from "@lxkit/client";
 *
 * await using client = await connect();
 * for (const instance of await client.instances.list()) console.log(instance.name);
 * ```
 *
 * @example A server behind a reverse proxy that authenticates its callers
 * ```ts
 * import { connect } from "@lxkit/client";
 * import { webConnector } from "@lxkit/client/web";
 *
 * await using client = await connect({ connector: webConnector({ url: "https://host/lxd/" }) });
 * console.log(client.dialect, client.server.trusted);
 * ```
 *
 * @throws {ConnectionError} when there is no server, it cannot be reached, or it is no LXD or Incus;
 * `reason` tells these apart.
 * @throws {TimeoutError} when it does not answer in time.
 */
export async function connect(options: ConnectOptions = {}): Promise<Client> {
  const limits = { signal: options.signal, timeout: options.timeout ?? CONNECT_LIMIT_MS };
  if (options.connector && options.socket !== undefined) {
    throw new TypeError("Cannot connect: give a socket or a connector, not both");
  }
  return await limited(limits, "connect", async (signal) => {
    if (options.connector) return await open(options.connector, options, signal);
    const { denoUnixConnector, findLocalDaemon } = await localConnectors();
    if (options.socket !== undefined) {
      return await open(denoUnixConnector({ socket: options.socket }), options, signal);
    }
    const found = await findLocalDaemon({ dialect: options.dialect });
    const project = options.project ?? found.project;
    return await open(found.connector, { ...options, project }, signal);
  });
}

/** Loads what reaches local daemons, where the runtime can: bundles for browsers split it off. */
async function localConnectors(): Promise<typeof import("./connectors/deno.ts")> {
  if ("Deno" in globalThis) return await import("./connectors/deno.ts");
  throw new UnsupportedError(
    "Cannot connect to a local daemon: this runtime offers no Unix sockets. Give a connector",
  );
}

/** Makes the client of a server that answers as one; closes the connector of any other. */
async function open(
  connector: Connector,
  options: ConnectOptions,
  signal: AbortSignal | undefined,
): Promise<Client> {
  try {
    const server = await readServer(connector, signal);
    const facts = {
      dialect: options.dialect ?? dialectOf(server),
      extensions: new Set(server.api_extensions ?? []),
    };
    const { project, target } = options;
    return new Client(new Session(connector, facts, { project, target }), server);
  } catch (error) {
    connector.close();
    throw error;
  }
}

async function readServer(
  connector: Connector,
  signal: AbortSignal | undefined,
): Promise<ServerData> {
  const notAServer = (cause?: unknown) =>
    new ConnectionError(`Cannot use ${connector.address}: what answers there is no LXD or Incus`, {
      reason: "not-a-server",
      address: connector.address,
      cause,
    });
  const response = await connector.fetch("/1.0", { signal });
  try {
    const { metadata } = await readEnvelope<ServerData>(response, { method: "GET", path: "/1.0" });
    if ((metadata as ServerData | null)?.api_version !== "1.0") throw notAServer();
    return metadata as ServerData;
  } catch (error) {
    signal?.throwIfAborted();
    const strange = error instanceof ProtocolError || error instanceof NotFoundError;
    throw strange ? notAServer(error) : error;
  }
}
