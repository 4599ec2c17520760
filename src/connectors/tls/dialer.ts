import { type ConnectionError, LxkitError } from "../../errors.ts";
import { denoApi } from "../deno/api.ts";
import { dialTcp } from "../deno/tcp.ts";
import type { NodeModules, NodeTlsSocket } from "../node/api.ts";
import { type Flow, rawConnection } from "../node/connection.ts";
import type { RawConnection } from "../raw/connection.ts";
import { closedFailure, connectionFailure, failureOf } from "../raw/failure.ts";
import { type ServerTrust, untrusted } from "./server_trust.ts";

/** Where connections go, how the server proves who it is, and how the caller does. */
export interface TlsDialerOptions {
  /** The server as people write it; for messages only. */
  address: string;
  /** Its name or address. */
  host: string;
  /** Its port. */
  port: number;
  /** What certificate it has to show. */
  trust: ServerTrust;
  /** The caller's certificate and its private key, as PEM. */
  identity: { cert?: string; key?: string };
}

/** A connection that is secure. */
interface Secured {
  socket: NodeTlsSocket;
  /** What comes to it, where that is not the socket's own. */
  flow?: Flow;
}

/** Makes connections over TLS 1.3 to a server that is trusted, by Node's modules. */
export class TlsDialer {
  readonly #node: NodeModules;
  readonly #options: TlsDialerOptions;
  readonly #open = new Set<NodeTlsSocket>();
  #closed = false;

  constructor(node: NodeModules, options: TlsDialerOptions) {
    this.#node = node;
    this.#options = options;
  }

  /**
   * Makes a connection; not a byte of a request is sent before its server is trusted.
   *
   * @throws {ConnectionError} when the server cannot be reached, or is not trusted.
   */
  async dial(signal: AbortSignal | undefined): Promise<RawConnection> {
    const { address, trust } = this.#options;
    if (this.#closed) throw closedFailure(address);
    let secured: Secured;
    try {
      secured = await this.#handshake(trust.tls, signal);
    } catch (error) {
      signal?.throwIfAborted();
      throw isCertificateError(error) ? await this.#refused(signal) : this.#explain(error);
    }
    const { socket, flow } = secured;
    const shown = socket.getPeerX509Certificate();
    const refusal = shown ? trust.refusal(shown) : "it shows no certificate";
    if (refusal === undefined) return rawConnection(socket, flow);
    socket.destroy();
    throw untrusted(address, refusal, shown);
  }

  /** Ends all connections, and those being made. */
  close(): void {
    this.#closed = true;
    for (const socket of this.#open) socket.destroy();
  }

  /** The error for a certificate that TLS refused; looks at it once more to name its fingerprint. */
  async #refused(signal: AbortSignal | undefined): Promise<ConnectionError> {
    const looking = this.#handshake({ rejectUnauthorized: false }, signal);
    const socket = (await looking.catch(() => undefined))?.socket;
    const shown = socket?.getPeerX509Certificate();
    socket?.destroy();
    const { address, trust } = this.#options;
    return untrusted(address, `its certificate ${trust.demand}`, shown);
  }

  async #handshake(
    trust: Record<string, unknown>,
    signal: AbortSignal | undefined,
  ): Promise<Secured> {
    const { address, host, port, identity } = this.#options;
    const tcp = "Deno" in globalThis
      ? await dialTcp(denoApi(), this.#node, { host, port })
      : undefined;
    if (this.#closed || signal?.aborted) {
      tcp?.stream.destroy();
      throw signal?.aborted ? signal.reason : closedFailure(address);
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
      ...identity,
      ...trust,
    });
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
          resolve({ socket, flow: tcp?.flow });
        });
      });
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Turns what a runtime throws into this package's words. */
  #explain(error: unknown): unknown {
    if (!(error instanceof Error) || error instanceof LxkitError) return error;
    const { address, host, port } = this.#options;
    const place = `${host.includes(":") ? `[${host}]` : host}:${port}`;
    if (error.name === "NotCapable") {
      const words = `Deno lacks a permission for it. Run Deno with --allow-net=${place}`;
      return connectionFailure(address, "missing-permission", words);
    }
    const reason = failureOf((error as { code?: string }).code ?? "");
    const words = reason === "refused"
      ? `nothing listens at ${place}. Set core.https_address on the server, or name its port`
      : error.message;
    return connectionFailure(address, reason, words);
  }
}

function isCertificateError(error: unknown): boolean {
  const { code = "", message = "" } = error as { code?: string; message?: string };
  return /CERT|SIGNATURE|ISSUER|ALTNAME/.test(code) || /certificate|UnknownIssuer/i.test(message);
}
