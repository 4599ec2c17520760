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
  ServerTrustOptions,
  Upgraded,
  UpgradeRequest,
  WebSocketRequest,
} from "../connector.ts";
import { ConnectionError, LxkitError } from "../errors.ts";
import { checkIdentity } from "./tls/client_identity.ts";
import { Credentials } from "./http/credentials.ts";
import { denoApi } from "./deno/api.ts";
import { dialTcp } from "./deno/tcp.ts";
import {
  type NodeAgent,
  type NodeAnswer,
  type NodeModules,
  nodeModules,
  type NodeSocket,
  type NodeTlsSocket,
} from "./node/api.ts";
import { type Flow, rawConnection } from "./node/connection.ts";
import { nodeFetch } from "./node/fetch.ts";
import { nodeSha256 } from "./node/sha256.ts";
import { RawSockets } from "./raw/sockets.ts";
import { checkPath } from "./http/request_path.ts";
import { type ServerTrust, serverTrust, untrusted } from "./tls/server_trust.ts";
import { failureOf } from "./raw/failure.ts";

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
 * Makes a connector to a server over HTTPS (TLS 1.3). Nothing is dialled before the first request.
 * There is no way to leave out the check of the server's certificate.
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
  readonly #node: NodeModules;
  readonly #url: URL;
  readonly #trust: ServerTrust;
  readonly #identity: { cert?: string; key?: string };
  readonly #credentials: Credentials;
  readonly #agent: NodeAgent;
  readonly #sockets: RawSockets;
  readonly #open = new Set<NodeTlsSocket>();
  readonly #flows = new WeakMap<NodeSocket, Flow>();
  readonly #used = new WeakSet<NodeSocket>();
  #closed = false;

  constructor(node: NodeModules, options: HttpsConnectorOptions) {
    const { url, cert, key } = options;
    checkIdentity(options, node.crypto);
    this.#node = node;
    this.#url = readUrl(url);
    this.address = this.#url.href.replace(/\/$/, "");
    this.#trust = serverTrust(options, node.crypto);
    this.#identity = { cert, key };
    this.#credentials = new Credentials(options);
    this.#agent = new node.https.Agent({ keepAlive: true });
    this.#agent.createConnection = (options, created) => {
      this.#dial(options?.wanted).then((socket) => created(null, socket), created);
    };
    this.#sockets = new RawSockets({
      address: this.address,
      host: this.#url.host,
      headers: (signal) => this.#credentials.headers(signal),
      dial: async (signal) => {
        const socket = await this.#dial(signal);
        return rawConnection(socket, this.#flows.get(socket));
      },
    });
  }

  async fetch(path: string, request: ConnectorRequest = {}): Promise<Response> {
    checkPath(path);
    request.signal?.throwIfAborted();
    const own = await this.#credentials.headers(request.signal);
    const headers = { host: this.#url.host, ...own, ...request.headers };
    const target = {
      ...this.#target(),
      path: this.#prefixed(path),
      agent: this.#agent,
      used: this.#used,
      flowOf: (answer: NodeAnswer) => this.#flows.get(answer.socket) ?? answer,
    };
    try {
      return await nodeFetch(this.#node.https, target, { ...request, headers });
    } catch (error) {
      request.signal?.throwIfAborted();
      throw this.#explain(error);
    }
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
    this.#closed = true;
    this.#sockets.close();
    this.#agent.destroy();
    for (const socket of this.#open) socket.destroy();
  }

  #prefixed(path: string): string {
    return this.#url.pathname.replace(/\/$/, "") + path;
  }

  #target(): { host: string; port: number } {
    const host = this.#url.hostname.replace(/^\[|\]$/g, "");
    return { host, port: Number(this.#url.port || 443) };
  }

  /** Makes a connection whose server is trusted; not a byte of a request is sent before. */
  async #dial(signal: AbortSignal | undefined): Promise<NodeTlsSocket> {
    if (this.#closed) throw this.#closedError();
    let socket: NodeTlsSocket;
    try {
      socket = await this.#handshake(this.#trust.tls, signal);
    } catch (error) {
      signal?.throwIfAborted();
      throw isCertificateError(error) ? await this.#refused(signal) : this.#explain(error);
    }
    const shown = socket.getPeerX509Certificate();
    const refusal = shown ? this.#trust.refusal(shown) : "it shows no certificate";
    if (refusal === undefined) return socket;
    socket.destroy();
    throw untrusted(this.address, refusal, shown);
  }

  /** The error for a certificate that TLS refused; looks at it once more to name its fingerprint. */
  async #refused(signal: AbortSignal | undefined): Promise<ConnectionError> {
    const looking = this.#handshake({ rejectUnauthorized: false }, signal);
    const socket = await looking.catch(() => undefined);
    const shown = socket?.getPeerX509Certificate();
    socket?.destroy();
    return untrusted(this.address, `its certificate ${this.#trust.demand}`, shown);
  }

  async #handshake(
    trust: Record<string, unknown>,
    signal: AbortSignal | undefined,
  ): Promise<NodeTlsSocket> {
    const { host, port } = this.#target();
    const tcp = "Deno" in globalThis
      ? await dialTcp(denoApi(), this.#node, { host, port })
      : undefined;
    if (this.#closed || signal?.aborted) {
      tcp?.stream.destroy();
      throw signal?.aborted ? signal.reason : this.#closedError();
    }
    // An address is no name that a server could be asked for.
    const servername = /^[\d.]+$|:/.test(host) ? "" : host;
    const socket = this.#node.tls.connect({
      ...tcp && { socket: tcp.stream },
      host,
      port,
      servername,
      minVersion: "TLSv1.3",
      ALPNProtocols: ["http/1.1"],
      ...this.#identity,
      ...trust,
    });
    // The agent lets idle sockets go, so that they keep no program from ending.
    if (tcp) Object.assign(socket, { ref: tcp.ref, unref: tcp.unref });
    this.#open.add(socket);
    const abort = () => socket.destroy();
    signal?.addEventListener("abort", abort);
    try {
      return await new Promise((resolve, reject) => {
        socket.once("close", () => {
          tcp?.stream.destroy();
          this.#open.delete(socket);
          reject(new Error("the connection ended before it was secure"));
        });
        socket.once("error", reject);
        socket.once("secureConnect", () => {
          socket.off("error", reject);
          if (tcp) this.#flows.set(socket, tcp.flow);
          resolve(socket);
        });
      });
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  #closedError(): ConnectionError {
    return new ConnectionError(`Cannot reach ${this.address}: the connector was closed`, {
      reason: "unreachable",
      address: this.address,
    });
  }

  /** Turns what Node throws into this package's words. */
  #explain(error: unknown): unknown {
    if (!(error instanceof Error) || error instanceof LxkitError) return error;
    const { address } = this;
    const place = `${this.#url.hostname}:${this.#target().port}`;
    if (error.name === "NotCapable") {
      return new ConnectionError(
        `Cannot reach ${address}: Deno lacks a permission for it. Run Deno with --allow-net=${place}`,
        { reason: "missing-permission", address },
      );
    }
    const reason = failureOf((error as { code?: string }).code ?? "");
    const words = reason === "refused"
      ? `nothing listens at ${place}. Set core.https_address on the server, or name its port`
      : error.message;
    return new ConnectionError(`Cannot reach ${address}: ${words}`, { reason, address });
  }
}

function isCertificateError(error: unknown): boolean {
  const { code = "", message = "" } = error as { code?: string; message?: string };
  return /CERT|SIGNATURE|ISSUER|ALTNAME/.test(code) || /certificate|UnknownIssuer/i.test(message);
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
