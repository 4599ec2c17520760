/**
 * Reaches a server over HTTPS from runtimes that have Node's modules: Deno, Node and Bun. The
 * server's certificate is pinned, or checked against an authority; there is no way around that.
 *
 * @example
 * ```ts
 * import { httpsConnector } from "@lxkit/client/https";
 *
 * const connector = httpsConnector({
 *   url: "https://10.0.0.5:8443",
 *   fingerprint: "a266e4845e044d9c0797eb0fedf326e067dfbed322932382ebe585398b5deaed",
 * });
 * console.log((await connector.fetch("/1.0")).status);
 * connector.close();
 * ```
 *
 * @module
 */

import type {
  AccessToken,
  ByteHash,
  Channel,
  Connector,
  ConnectorRequest,
  ConnectorResponse,
  ServerTrustOptions,
  Upgraded,
  UpgradeRequest,
  WebSocketRequest,
} from "../connector.ts";
import { HttpClient } from "./http/client.ts";
import { Credentials } from "./http/credentials.ts";
import { checkPath } from "./http/request_path.ts";
import { type NodeModules, nodeModules } from "./node/api.ts";
import { nodeSha256 } from "./node/sha256.ts";
import { RawSockets } from "./raw/sockets.ts";
import { checkIdentity } from "./tls/client_identity.ts";
import { TlsDialer } from "./tls/dialer.ts";
import { serverTrust } from "./tls/server_trust.ts";

export type { ServerTrustOptions };

/** A server elsewhere, how it proves who it is, and how the caller does. */
export interface HttpsConnectorOptions extends ServerTrustOptions {
  /**
   * The server, such as `https://10.0.0.5:8443`; also one behind a path. The port is 8443 unless given; 443 can
   * be given in a string alone, as a `URL` does not show it.
   */
  url: string | URL;
  /** The caller's certificate, as PEM. The server has to trust it. */
  cert?: string;
  /** The private key of that certificate, as PEM. */
  key?: string;
  /** A token by which the server knows the caller, in place of `cert` and `key`. */
  accessToken?: AccessToken;
  /** Header fields of every request and WebSocket. */
  headers?: Record<string, string>;
}

/** The port that LXD and Incus use where none is named. */
const DEFAULT_PORT = 8443;

/**
 * How long an idle connection is trusted with what changes something, in milliseconds: less than any server or
 * proxy lets one be idle, of which the shortest usual time is five seconds.
 */
const TRUSTED_FOR = 2000;

/**
 * Makes a connector to a server over HTTPS (TLS 1.3). Nothing is dialled before the first request.
 * There is no way to leave out the check of the server's certificate.
 *
 * Connections are kept for what comes next. What changes something goes over one only in the two seconds after an
 * answer that was no refusal, and is never sent twice; a GET is sent anew where a kept connection has ended.
 *
 * In Deno it needs `--allow-net=HOST:PORT`.
 *
 * @throws {TypeError} when the URL, a certificate or the fingerprint cannot be read, or the runtime
 * offers no TLS sockets, as browsers do not.
 */
export function httpsConnector(options: HttpsConnectorOptions): Connector {
  const node = nodeModules();
  if (!node) {
    throw new TypeError("Cannot use the HTTPS connector: this runtime offers no TLS sockets");
  }
  return new HttpsConnector(node, options);
}

class HttpsConnector implements Connector {
  readonly address: string;
  readonly reportsSent = true;
  readonly #url: URL;
  readonly #credentials: Credentials;
  readonly #dialer: TlsDialer;
  readonly #http: HttpClient;
  readonly #sockets: RawSockets;

  constructor(node: NodeModules, options: HttpsConnectorOptions) {
    const { cert, key } = options;
    checkIdentity(options, node.crypto);
    this.#url = readUrl(options.url);
    this.address = this.#url.href.replace(/\/$/, "");
    this.#credentials = new Credentials(options);
    this.#dialer = new TlsDialer(node, {
      address: this.address,
      host: this.#url.hostname.replace(/^\[|\]$/g, ""),
      port: Number(this.#url.port || 443),
      trust: serverTrust(options, node.crypto),
      identity: { cert, key },
    });
    const common = {
      address: this.address,
      host: this.#url.host,
      dial: (signal: AbortSignal | undefined) => this.#dialer.dial(signal),
    };
    this.#http = new HttpClient({ ...common, trustedFor: TRUSTED_FOR });
    this.#sockets = new RawSockets({
      ...common,
      headers: (signal) => this.#credentials.headers(signal),
    });
  }

  async fetch(path: string, request: ConnectorRequest = {}): Promise<ConnectorResponse> {
    checkPath(path);
    request.signal?.throwIfAborted();
    const own = await this.#credentials.headers(request.signal);
    const headers = { ...own, ...request.headers };
    return await this.#http.fetch(this.#prefixed(path), { ...request, headers });
  }

  webSocket(path: string, request?: WebSocketRequest): Promise<Channel> {
    return this.#sockets.webSocket(this.#prefixed(path), request);
  }

  upgrade(path: string, protocol: string, request?: UpgradeRequest): Promise<Upgraded> {
    return this.#sockets.upgrade(this.#prefixed(path), protocol, request);
  }

  url(path: string, scheme: "http" | "ws" = "http"): URL {
    const url = new URL(this.#prefixed(path), this.#url);
    if (scheme === "ws") url.protocol = "wss:";
    return url;
  }

  sha256(): ByteHash {
    return nodeSha256();
  }

  close(): void {
    this.#http.close();
    this.#sockets.close();
    this.#dialer.close();
  }

  #prefixed(path: string): string {
    return this.#url.pathname.replace(/\/$/, "") + path;
  }
}

function readUrl(url: string | URL): URL {
  const read = new URL(url);
  if (read.protocol !== "https:" || read.username || read.password || read.search || read.hash) {
    throw new TypeError(
      "Cannot use the URL of the server: it has to be https://HOST[:PORT][/PATH], without user, query and fragment",
    );
  }
  // The default port of HTTPS is not theirs, and a URL does not show it.
  if (read.port === "" && !/:443(\/|$)/.test(String(url).slice(8))) {
    read.port = String(DEFAULT_PORT);
  }
  return read;
}
