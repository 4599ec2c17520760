import type {
  ByteHash,
  Channel,
  Connector,
  ConnectorRequest,
  ConnectorResponse,
  Upgraded,
  UpgradeRequest,
  WebSocketRequest,
} from "../connector.ts";
import { HttpClient } from "./http/client.ts";
import { nodeSha256 } from "./node/sha256.ts";
import type { RawConnection } from "./raw/connection.ts";
import { RawSockets } from "./raw/sockets.ts";

/** A server behind a Unix socket has no name: any will do. */
const HOST = "localhost";

/** What a connector to a Unix socket needs of a runtime. */
export interface UnixConnectorOptions {
  /** The path of the socket. */
  socket: string;
  /**
   * Opens a connection to it.
   *
   * @throws {ConnectionError} when it cannot.
   */
  dial(socket: string): Promise<RawConnection>;
}

/** A connector to a daemon's Unix socket, over the raw connections of any runtime. */
export class UnixConnector implements Connector {
  readonly address: string;
  readonly reportsSent = true;
  readonly #http: HttpClient;
  readonly #sockets: RawSockets;

  /** @throws {TypeError} when the path is empty. */
  constructor({ socket, dial }: UnixConnectorOptions) {
    if (!socket) throw new TypeError("Cannot reach a daemon: the path of its socket is empty");
    this.address = `unix:${socket}`;
    const options = { address: this.address, host: HOST, dial: () => dial(socket) };
    // Not by the runtime's own client: a pool dials while it waits for a connection to come back, or keeps
    // the one of a request that was given up before it was sent. Open and silent, such a one freezes the
    // daemon for everyone.
    // One more connection costs little here: what changes something always has its own.
    this.#http = new HttpClient({ ...options, trustedFor: 0 });
    this.#sockets = new RawSockets(options);
  }

  fetch(path: string, request?: ConnectorRequest): Promise<ConnectorResponse> {
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
