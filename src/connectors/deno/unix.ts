import type {
  ByteHash,
  Channel,
  Connector,
  ConnectorRequest,
  Upgraded,
  UpgradeRequest,
  WebSocketRequest,
} from "../../connector.ts";
import { type DenoApi, denoApi } from "./api.ts";
import { dialSocket } from "./socket.ts";
import { HttpClient } from "../http/client.ts";
import { nodeSha256 } from "../node/sha256.ts";
import { RawSockets } from "../raw/sockets.ts";

/** A server behind a Unix socket has no name: any will do. */
const HOST = "localhost";

/** Where a daemon listens on this machine. */
export interface DenoUnixConnectorOptions {
  /** The path of the daemon's Unix socket, such as `/var/lib/incus/unix.socket`. */
  socket: string;
}

/**
 * Makes a connector to a daemon's Unix socket. Nothing is dialled before the first request.
 *
 * Needs the permissions `--allow-read=SOCKET --allow-write=SOCKET --allow-net=unix:SOCKET`; without one
 * of them calls throw a {@linkcode ConnectionError} that names them all.
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
  readonly reportsSent = true;
  readonly #http: HttpClient;
  readonly #sockets: RawSockets;

  constructor(deno: DenoApi, socket: string) {
    if (!socket) throw new TypeError("Cannot reach a daemon: the path of its socket is empty");
    this.address = `unix:${socket}`;
    const options = { address: this.address, host: HOST, dial: () => dialSocket(deno, socket) };
    // Not by the platform's `fetch`: its pool dials while it waits for a connection to come back, takes
    // whichever is first and keeps the other, open and silent, and that freezes the daemon for everyone.
    this.#http = new HttpClient(options);
    this.#sockets = new RawSockets(options);
  }

  fetch(path: string, request?: ConnectorRequest): Promise<Response> {
    return this.#http.fetch(path, request);
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
    this.#http.close();
    this.#sockets.close();
  }
}
