import { Client } from "./client.ts";
import type { AccessToken, Connector, ServerTrustOptions } from "./connector.ts";
import { type Dialect, dialectOf } from "./core/dialect.ts";
import { readEnvelope } from "./core/envelope.ts";
import { Session } from "./core/session.ts";
import { ConnectionError, NotFoundError, ProtocolError, UnsupportedError } from "./errors.ts";
import type { ServerData } from "./types/mod.ts";

/** Where in a server calls go, and what is known of it beforehand. */
export interface OpenOptions {
  /** The project that calls go to. Default: the server's own default. */
  project?: string;
  /** The cluster member that calls go to. Default: the server's choice. */
  target?: string;
  /**
   * Which daemon it is. Default: what the server says of itself; for the local daemon, whichever is
   * found.
   */
  dialect?: Dialect;
}

/** How a server elsewhere is trusted, and how the caller proves who it is. */
export interface RemoteOptions extends ServerTrustOptions {
  /** The caller's certificate, as PEM. The server has to trust it. */
  cert?: string;
  /** The private key of that certificate, as PEM. */
  key?: string;
  /**
   * A token by which the server of a `url` knows the caller, in place of `cert` and `key`: one that an LXD
   * issued to a bearer identity, or one that `clientToken()` or `oidcLogin()` of `@lxkit/client/auth` gives.
   */
  accessToken?: AccessToken;
  /** Header fields of every request to a `url`. */
  headers?: Record<string, string>;
}

/** The way to a server elsewhere that fits the runtime: raw sockets where it has them. */
export async function remoteConnector(
  url: string | URL,
  options: RemoteOptions,
): Promise<Connector> {
  const { cert, key, serverCert, fingerprint, ca, accessToken, headers } = options;
  const { process } = globalThis as { process?: { getBuiltinModule?: unknown } };
  if (process?.getBuiltinModule && String(url).startsWith("https:")) {
    const { httpsConnector } = await import("./connectors/https.ts");
    return httpsConnector({
      url,
      cert,
      key,
      serverCert,
      fingerprint,
      ca,
      accessToken,
      headers,
    });
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
  return webConnector({ url, accessToken, headers });
}

/** Makes the client of a server that answers as one; closes the connector of any other. */
export async function open(
  connector: Connector,
  options: OpenOptions,
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
