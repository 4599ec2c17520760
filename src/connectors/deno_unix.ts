import type {
  ByteHash,
  Channel,
  Connector,
  ConnectorRequest,
  Upgraded,
  UpgradeRequest,
  WebSocketRequest,
} from "../connector.ts";
import { type DenoApi, denoApi, type DenoHttpClient } from "./deno_api.ts";
import { dialSocket, explain, HOST } from "./deno_socket.ts";
import { nodeSha256 } from "./node_sha256.ts";
import { RawSockets } from "./raw_sockets.ts";
import { checkPath } from "./request_path.ts";
import { socketFailure } from "./socket_failure.ts";

/** Where a daemon listens on this machine. */
export interface DenoUnixConnectorOptions {
  /** The path of the daemon's Unix socket, such as `/var/lib/incus/unix.socket`. */
  socket: string;
}

/**
 * Makes a connector to a daemon's Unix socket. Nothing is dialled before the first request.
 *
 * Needs the permissions `--allow-read=SOCKET --allow-write=SOCKET` and
 * `--allow-net=unix:SOCKET,127.0.0.1:80`; without one of them calls throw a
 * {@linkcode ConnectionError} that names them all.
 *
 * @example
 * ```ts
 * import { connect } from "@lxkit/client";
 * import { denoUnixConnector } from "@lxkit/client/deno";
 *
 * const connector = denoUnixConnector({ socket: "/var/lib/incus/unix.socket" });
 * await using client = await connect({ connector });
 * ```
 *
 * @throws {TypeError} when the runtime is not Deno, or the path is empty.
 */
export function denoUnixConnector(options: DenoUnixConnectorOptions): Connector {
  return new DenoUnixConnector(denoApi(), options.socket);
}

class DenoUnixConnector implements Connector {
  readonly address: string;
  readonly #deno: DenoApi;
  readonly #socket: string;
  readonly #sockets: RawSockets;
  #client: DenoHttpClient | undefined;
  #closed = false;

  constructor(deno: DenoApi, socket: string) {
    if (!socket) throw new TypeError("Cannot reach a daemon: the path of its socket is empty");
    this.address = `unix:${socket}`;
    this.#deno = deno;
    this.#socket = socket;
    this.#sockets = new RawSockets({
      address: this.address,
      host: HOST,
      dial: () => dialSocket(deno, socket),
    });
  }

  async fetch(path: string, request: ConnectorRequest = {}): Promise<Response> {
    checkPath(path);
    try {
      const init = { ...request, duplex: "half", client: this.#httpClient() };
      return await fetch(`http://${HOST}${path}`, init as RequestInit);
    } catch (error) {
      request.signal?.throwIfAborted();
      throw explain(error, this.#socket);
    }
  }

  webSocket(path: string, request?: WebSocketRequest): Promise<Channel> {
    return this.#sockets.webSocket(path, request);
  }

  upgrade(path: string, protocol: string, request?: UpgradeRequest): Promise<Upgraded> {
    return this.#sockets.upgrade(path, protocol, request);
  }

  sha256(): ByteHash {
    return nodeSha256();
  }

  close(): void {
    this.#closed = true;
    this.#client?.close();
    this.#client = undefined;
    this.#sockets.close();
  }

  #httpClient(): DenoHttpClient {
    if (this.#closed) {
      throw socketFailure(this.address, "unreachable", "the connector was closed");
    }
    return this.#client ??= this.#deno.createHttpClient({
      proxy: { transport: "unix", path: this.#socket },
      // A pool dials while it waits for a connection to come back, takes whichever is first and
      // keeps the other, open and silent: that freezes the daemon for everyone.
      poolMaxIdlePerHost: 0,
    });
  }
}
