/**
 * Reaches a local daemon from Deno, over its Unix socket.
 *
 * ```ts
 * import { denoUnixConnector } from "@lxkit/client/deno";
 *
 * const connector = denoUnixConnector({ socket: "/var/lib/incus/unix.socket" });
 * const response = await connector.fetch("/1.0");
 * console.log(await response.json());
 * connector.close();
 * ```
 *
 * @module
 */

import type {
  Channel,
  Connector,
  ConnectorRequest,
  Upgraded,
  UpgradeRequest,
} from "../connector.ts";
import { ConnectionError } from "../errors.ts";
import { type DenoApi, denoApi, type DenoHttpClient } from "./deno_api.ts";
import type { RawConnection } from "./raw_connection.ts";
import { RawSockets } from "./raw_sockets.ts";
import { checkPath } from "./request_path.ts";
import { failureIn, socketFailure } from "./socket_failure.ts";

/** Where a daemon listens on this machine. */
export interface DenoUnixConnectorOptions {
  /** The path of the daemon's Unix socket, such as `/var/lib/incus/unix.socket`. */
  socket: string;
}

/**
 * Makes a connector to a daemon's Unix socket. Nothing is dialled before the first request.
 *
 * Needs the permissions `--allow-read=SOCKET --allow-write=SOCKET` and
 * `--allow-net=unix:SOCKET,127.0.0.1:80`; without one of them the first call throws a
 * {@linkcode ConnectionError} that names them all.
 *
 * @throws {TypeError} when the runtime is not Deno, or the path is empty.
 */
export function denoUnixConnector(options: DenoUnixConnectorOptions): Connector {
  return new DenoUnixConnector(denoApi(), options.socket);
}

/**
 * The host of every request. Deno looks the host up even where a socket is dialled: a made-up
 * name costs a DNS query, and leaves connections open and silent, which freezes the daemon.
 */
const HOST = "127.0.0.1";

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
      dial: () => this.#dial(),
    });
  }

  async fetch(path: string, request: ConnectorRequest = {}): Promise<Response> {
    checkPath(path);
    request.signal?.throwIfAborted();
    try {
      // Deno reads `client`, other runtimes need `duplex`; the platform's types know neither.
      const init: RequestInit & { client: DenoHttpClient; duplex: "half" } = {
        ...request,
        client: this.#httpClient(),
        duplex: "half",
      };
      return await fetch(`http://${HOST}${path}`, init);
    } catch (error) {
      request.signal?.throwIfAborted();
      throw this.#explain(error, path);
    }
  }

  webSocket(path: string, options: { signal?: AbortSignal } = {}): Promise<Channel> {
    return this.#sockets.webSocket(path, options.signal);
  }

  upgrade(path: string, protocol: string, request?: UpgradeRequest): Promise<Upgraded> {
    return this.#sockets.upgrade(path, protocol, request);
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
    });
  }

  async #dial(): Promise<RawConnection> {
    try {
      return closedOnce(await this.#deno.connect({ transport: "unix", path: this.#socket }));
    } catch (error) {
      throw this.#explain(error);
    }
  }

  /** Turns what Deno throws into this package's words. */
  #explain(error: unknown, path?: string): unknown {
    if (!(error instanceof Error) || error instanceof ConnectionError) return error;
    if (error.name === "NotCapable") return missingPermissions(this.#socket);
    // A `TypeError` without a cause tells of a bad argument, such as a header's name.
    if (path !== undefined && error.cause === undefined) return error;
    const words = error.cause instanceof Error ? error.cause.message : error.message;
    // The URL is left out, and Deno's own error with it: its query may hold a secret.
    const shown = words.replace(/^error sending request for url \(.*?\): /, "");
    return socketFailure(this.address, failureIn(words), shown);
  }
}

/** Deno throws when a connection is closed twice. */
function closedOnce(connection: RawConnection): RawConnection {
  let open = true;
  return {
    read: (buffer) => connection.read(buffer),
    write: (bytes) => connection.write(bytes),
    close() {
      if (open) connection.close();
      open = false;
    },
  };
}

function missingPermissions(socket: string): ConnectionError {
  const address = `unix:${socket}`;
  return socketFailure(
    address,
    "missing-permission",
    "Deno was started without the permissions for it. Run it with " +
      `--allow-read=${socket} --allow-write=${socket} --allow-net=${address},${HOST}:80`,
  );
}
