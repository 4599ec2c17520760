import type { Channel, Upgraded, UpgradeRequest, WebSocketRequest } from "../../connector.ts";
import { type ConnectionError, LxkitError, ProtocolError } from "../../errors.ts";
import { withoutQuery } from "../../core/path.ts";
import { ByteReader } from "./byte_reader.ts";
import { dialFor, type RawEndpoint } from "./dial.ts";
import { CLOSED, connectionFailure } from "./failure.ts";
import { encodeUpgrade, readUpgradeAnswer, type UpgradeHead } from "../http/upgrade.ts";
import type { Fields } from "../http/fields.ts";
import { type RawConnection, writeAll } from "./connection.ts";
import { Rfc6455Channel } from "../websocket/rfc6455.ts";
import { UpgradedConnection } from "./upgraded.ts";

/** What raw sockets need of a runtime. */
export interface RawSocketsOptions extends RawEndpoint {
  /** Gives the header fields of a request, such as `authorization`. Default: none. */
  headers?(signal: AbortSignal | undefined): Promise<Record<string, string>>;
}

/** What a server may choose of what was offered: nothing was. */
const NOT_OFFERED = ["sec-websocket-extensions", "sec-websocket-protocol"];

interface Handshake {
  connection: RawConnection;
  reader: ByteReader;
  fields: Fields;
}

/** The WebSockets and upgrades of a connector that has raw connections, as long as they are open. */
export class RawSockets {
  readonly #options: RawSocketsOptions;
  readonly #open = new Set<{ close(): void }>();
  #closed = false;

  constructor(options: RawSocketsOptions) {
    this.#options = options;
  }

  /** Opens a WebSocket. */
  async webSocket(path: string, request: WebSocketRequest = {}): Promise<Channel> {
    const { signal, answerPings } = request;
    const key = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
    const { address } = this.#options;
    // Before the handshake: whoever closes or aborts has to find the channel at its end.
    const accepted = await acceptOf(key);
    const { connection, reader, fields } = await this.#handshake({
      method: "GET",
      path,
      host: this.#options.host,
      protocol: "websocket",
      headers: {
        ...await this.#options.headers?.(signal),
        "sec-websocket-key": key,
        "sec-websocket-version": "13",
      },
    }, signal);
    const broken = fields.get("sec-websocket-accept") !== accepted
      ? "the server's handshake does not fit the one that was sent"
      : NOT_OFFERED.some((it) => fields.get(it) !== undefined)
      ? "the server chose an extension or protocol that was not offered"
      : undefined;
    if (broken) {
      connection.close();
      throw new ProtocolError(`Cannot open ${withoutQuery(path)}: ${broken}`, { status: 101 });
    }
    const channel = new Rfc6455Channel(connection, { address, reader, answerPings });
    this.#open.add(channel);
    channel.closed.then(() => this.#open.delete(channel));
    return channel;
  }

  /** Asks for a raw connection. */
  async upgrade(path: string, protocol: string, request: UpgradeRequest = {}): Promise<Upgraded> {
    const { address, host } = this.#options;
    const { signal } = request;
    const { connection, reader } = await this.#handshake({
      method: request.method ?? "GET",
      path,
      host,
      protocol,
      headers: await this.#options.headers?.(signal),
      body: request.body,
    }, signal);
    const upgraded: Upgraded = new UpgradedConnection(connection, {
      address,
      reader,
      signal,
      onEnd: () => this.#open.delete(upgraded),
    });
    this.#open.add(upgraded);
    return upgraded;
  }

  /** Ends everything that is open or being opened. */
  close(): void {
    this.#closed = true;
    for (const open of this.#open) open.close();
    this.#open.clear();
  }

  async #handshake(request: UpgradeHead, signal?: AbortSignal): Promise<Handshake> {
    signal?.throwIfAborted();
    // Before the dial: nothing may come between a connection and its first byte.
    const bytes = encodeUpgrade(request);
    const connection = await dialFor(this.#options, () => this.#closed, signal);
    const abort = () => connection.close();
    signal?.addEventListener("abort", abort, { once: true });
    this.#open.add(connection);
    try {
      await writeAll(connection, bytes);
      const reader = new ByteReader(connection);
      const fields = await readUpgradeAnswer(reader, request);
      signal?.throwIfAborted();
      return { connection, reader, fields };
    } catch (error) {
      connection.close();
      signal?.throwIfAborted();
      throw error instanceof LxkitError ? error : this.#lost(error as Error);
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#open.delete(connection);
    }
  }

  #lost(cause: Error): ConnectionError {
    const words = this.#closed ? CLOSED : cause.message;
    return connectionFailure(this.#options.address, "lost", words, cause);
  }
}

/** What a server must answer to a handshake's key. */
async function acceptOf(key: string): Promise<string> {
  const text = new TextEncoder().encode(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
  const digest = await crypto.subtle.digest("SHA-1", text);
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}
