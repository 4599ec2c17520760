import type { AccessToken, Connector, ServerTrustOptions } from "./connector.ts";
import { UnsupportedError } from "./errors.ts";

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
