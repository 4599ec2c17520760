import type {
  ByteHash,
  Channel,
  Connector,
  ConnectorRequest,
  Upgraded,
  UpgradeRequest,
  WebSocketRequest,
} from "../../connector.ts";
import { needNodeModules, type NodeAgent, type NodeModules, type NodeSocket } from "./api.ts";
import { rawConnection } from "./connection.ts";
import { nodeFetch } from "./fetch.ts";
import { nodeSha256 } from "./sha256.ts";
import { dialSocket, explain } from "./socket.ts";
import { RawSockets } from "../raw/sockets.ts";
import { checkPath } from "../http/request_path.ts";
import { socketFailure } from "../raw/failure.ts";

/** Where a daemon listens on this machine. */
export interface NodeUnixConnectorOptions {
  /** The path of the daemon's Unix socket, such as `/var/lib/incus/unix.socket`. */
  socket: string;
}

/** What the daemon is called in the head of a request. It does not look at it. */
const HOST = "127.0.0.1";

/**
 * Makes a connector to a daemon's Unix socket for Node and Bun. Nothing is dialled before the first
 * request.
 *
 * @example
 * ```ts
 * import { connect } from "@lxkit/client";
 * import { nodeUnixConnector } from "@lxkit/client/node";
 *
 * const connector = nodeUnixConnector({ socket: "/var/lib/incus/unix.socket" });
 * await using client = await connect({ connector });
 * ```
 *
 * @throws {TypeError} when the runtime has no modules of Node, or the path is empty.
 */
export function nodeUnixConnector(options: NodeUnixConnectorOptions): Connector {
  return new NodeUnixConnector(needNodeModules(), options.socket);
}

class NodeUnixConnector implements Connector {
  readonly address: string;
  readonly #node: NodeModules;
  readonly #socket: string;
  readonly #agent: NodeAgent;
  readonly #sockets: RawSockets;
  readonly #open = new Set<NodeSocket>();
  #closed = false;

  constructor(node: NodeModules, socket: string) {
    if (!socket) throw new TypeError("Cannot reach a daemon: the path of its socket is empty");
    this.address = `unix:${socket}`;
    this.#node = node;
    this.#socket = socket;
    // A pool keeps the connection of a request that was given up before it was sent, open and
    // silent: that freezes the daemon for everyone.
    this.#agent = new node.http.Agent({ keepAlive: false });
    this.#agent.createConnection = (_, created) => {
      this.#dial().then((socket) => created(null, socket), created);
    };
    this.#sockets = new RawSockets({
      address: this.address,
      host: HOST,
      dial: async () => rawConnection(await this.#dial()),
    });
  }

  async fetch(path: string, request: ConnectorRequest = {}): Promise<Response> {
    checkPath(path);
    const headers = { host: HOST, ...request.headers };
    const target = { host: HOST, port: 80, path, agent: this.#agent };
    try {
      return await nodeFetch(this.#node.http, target, { ...request, headers });
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
    this.#sockets.close();
    this.#agent.destroy();
    for (const socket of this.#open) socket.destroy();
  }

  async #dial(): Promise<NodeSocket> {
    if (this.#closed) {
      throw socketFailure(this.address, "unreachable", "the connector was closed");
    }
    const socket = await dialSocket(this.#node, this.#socket);
    this.#open.add(socket);
    socket.once("close", () => this.#open.delete(socket));
    return socket;
  }
}
