import { Client } from "./client.ts";
import type { Connector, ServerTrustOptions } from "./connector.ts";
import { type CallOptions, limited } from "./core/call.ts";
import { type Dialect, dialectOf } from "./core/dialect.ts";
import { readEnvelope } from "./core/envelope.ts";
import { Session } from "./core/session.ts";
import { ConnectionError, NotFoundError, ProtocolError, UnsupportedError } from "./errors.ts";
import type { ServerData } from "./types/mod.ts";

/** How to connect. Without `url`, `socket` and `connector`, the local daemon is found. */
export interface ConnectOptions extends CallOptions, ServerTrustOptions {
  /**
   * A server elsewhere, such as `https://10.0.0.5:8443`; the port is 8443 unless given. Where the
   * runtime has raw sockets, the server is checked as `serverCert`, `fingerprint` or `ca` say;
   * browsers and edge workers check it in their own way, and take none of these.
   */
  url?: string | URL;
  /** The caller's certificate, as PEM, for a `url`. The server has to trust it. */
  cert?: string;
  /** The private key of that certificate, as PEM. */
  key?: string;
  /** Header fields of every request to a `url`, such as `authorization`. */
  headers?: Record<string, string>;
  /** The path of the Unix socket of a local daemon. */
  socket?: string;
  /** A connector of the caller's own. The client closes it. */
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
 * @example A server elsewhere, pinned
 * ```ts
 * import { connect } from "@lxkit/client";
 *
 * const [cert, key, serverCert] = await Promise.all(
 *   ["client.crt", "client.key", "server.crt"].map((path) => Deno.readTextFile(path)),
 * );
 * await using client = await connect({ url: "https://10.0.0.5:8443", cert, key, serverCert });
 * console.log(client.server.trusted);
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
  const { connector, socket, url } = options;
  if ([connector, socket, url].filter((it) => it !== undefined).length > 1) {
    throw new TypeError("Cannot connect in two ways: give a url, a socket or a connector");
  }
  return await limited(limits, "connect", async (signal) => {
    if (connector) return await open(connector, options, signal);
    if (url !== undefined) return await open(await remoteConnector(url, options), options, signal);
    const { denoUnixConnector, findLocalDaemon } = await localConnectors();
    if (socket !== undefined) return await open(denoUnixConnector({ socket }), options, signal);
    const found = await findLocalDaemon({ dialect: options.dialect });
    const project = options.project ?? found.project;
    return await open(found.connector, { ...options, project }, signal);
  });
}

/** Loads what reaches local daemons, where the runtime can: bundles for browsers split it off. */
async function localConnectors(): Promise<typeof import("./connectors/deno.ts")> {
  if ("Deno" in globalThis) return await import("./connectors/deno.ts");
  throw new UnsupportedError(
    "Cannot connect to a local daemon: this runtime offers no Unix sockets. Give a url or a connector",
  );
}

/** The way to a server elsewhere that fits the runtime: raw sockets where it has them. */
async function remoteConnector(url: string | URL, options: ConnectOptions): Promise<Connector> {
  const { cert, key, serverCert, fingerprint, ca, headers } = options;
  const { process } = globalThis as { process?: { getBuiltinModule?: unknown } };
  if (process?.getBuiltinModule && String(url).startsWith("https:")) {
    const { httpsConnector } = await import("./connectors/https.ts");
    return httpsConnector({ url, cert, key, serverCert, fingerprint, ca, headers });
  }
  const own = Object.entries({ cert, key, serverCert, fingerprint, ca })
    .filter(([, value]) => value !== undefined).map(([name]) => name);
  if (own.length > 0) {
    throw new UnsupportedError(
      `Cannot use ${
        own.join(", ")
      } for ${url}: this runtime's fetch has its own certificates, and plain HTTP has none`,
    );
  }
  const { webConnector } = await import("./connectors/web.ts");
  return webConnector({ url, headers });
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
