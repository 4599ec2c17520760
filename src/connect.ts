import { Client } from "./client.ts";
import type { Connector } from "./connector.ts";
import type { CallOptions } from "./core/call.ts";
import { type Access, joinServer } from "./join.ts";
import { limitedOpening, open, type Opened, type OpenOptions } from "./open.ts";
import { remoteConnector, type RemoteOptions } from "./remote_connector.ts";

/** How to connect. Without `url`, `token`, `socket` and `connector`, the local daemon is found. */
export interface ConnectOptions extends CallOptions, OpenOptions, RemoteOptions {
  /**
   * A server elsewhere, such as `https://10.0.0.5:8443`; the port is 8443 unless given. Where the
   * runtime has raw sockets, the server is checked as `serverCert`, `fingerprint` or `ca` say;
   * browsers and edge workers check it in their own way, and take none of these.
   */
  url?: string | URL;
  /**
   * A token that a server issued: has that server trust `cert` first, as {@linkcode joinServer} does.
   * Where it does already, the token is only read for where the server is and who it has to be.
   */
  token?: string;
  /** Is given what connects without the token from now on, to be kept: see {@linkcode Access}. */
  onJoin?(access: Access): void | Promise<void>;
  /** The path of the Unix socket of a local daemon. */
  socket?: string;
  /** A connector of the caller's own. The client closes it. */
  connector?: Connector;
  /** The most that connecting may take, in milliseconds. Default: 30,000. */
  timeout?: number;
}

/**
 * Connects to a server and reads what it says of itself: `GET /1.0`.
 *
 * Without options the local daemon is found as its own tools find it: by `INCUS_SOCKET`,
 * `INCUS_DIR`, `LXD_SOCKET` and `LXD_DIR`, else at the places where packages put the sockets of
 * Incus and LXD. Beside `findLocalDaemon()` and `./remotes`, nothing else of this package reads the
 * environment.
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
  const { connector, socket, url, token } = options;
  if ([connector, socket, url, token].filter((it) => it !== undefined).length > 1) {
    throw new TypeError("Cannot connect in two ways: give a url, a token, a socket or a connector");
  }
  const { session, server } = await limitedOpening(options, (signal) => openBy(options, signal));
  return new Client(session, server);
}

/** Connects in the way that the options name. */
async function openBy(options: ConnectOptions, signal: AbortSignal | undefined): Promise<Opened> {
  const { connector, socket, url, token } = options;
  if (connector) return await open(connector, options, signal);
  if (token !== undefined) return await openByToken(token, options, signal);
  if (url !== undefined) return await open(await remoteConnector(url, options), options, signal);
  const { localConnectors } = await import("./connectors/local.ts");
  const { unixConnector, findLocalDaemon } = await localConnectors();
  if (socket !== undefined) return await open(unixConnector({ socket }), options, signal);
  const found = await findLocalDaemon({ dialect: options.dialect });
  const project = options.project ?? found.project;
  return await open(found.connector, { ...options, project }, signal);
}

async function openByToken(
  token: string,
  options: ConnectOptions,
  signal: AbortSignal | undefined,
): Promise<Opened> {
  const { cert, key } = options;
  if (cert === undefined || key === undefined) {
    throw new TypeError(
      "Cannot connect by a token: give the cert and key to be trusted, as createCertificate() makes them",
    );
  }
  const access = await joinServer({ token, cert, key, signal });
  await options.onJoin?.(access);
  return await open(await remoteConnector(access.url, access), options, signal);
}
