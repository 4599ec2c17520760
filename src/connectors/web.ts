/**
 * Reaches a server through the platform's own `fetch` and `WebSocket`: from browsers, from edge
 * workers, and from anywhere that a plain URL leads to a server.
 *
 * Browsers are let in from the server's own origin only, or through a reverse proxy that makes one
 * origin of the page and the server.
 *
 * @example
 * ```ts
 * import { connect } from "@lxkit/client";
 * import { webConnector } from "@lxkit/client/web";
 *
 * await using client = await connect({ connector: webConnector({ url: "/lxd/" }) });
 * ```
 *
 * @module
 */

import type {
  AccessToken,
  Channel,
  Connector,
  ConnectorRequest,
  WebSocketRequest,
} from "../connector.ts";
import { withQuery } from "../core/path.ts";
import { ConnectionError, LxkitError } from "../errors.ts";
import { asWritten } from "./web/as_written.ts";
import { Credentials } from "./http/credentials.ts";
import { openFetchChannel } from "./web/fetch_channel.ts";
import { checkPath } from "./http/request_path.ts";
import { failureIn, withoutUrl } from "./raw/failure.ts";
import { openWebChannel, type WebSocketConstructor } from "./web/channel.ts";
import { sendByXhr, type Xhr } from "./web/xhr.ts";

export type { WebSocketConstructor };

/** How the platform reaches a server. */
export interface WebConnectorOptions {
  /**
   * The server, such as `https://10.0.0.5:8443`; also one behind a path, such as
   * `https://example.org/lxd/`. In a browser it may be relative to the page: `/`.
   */
  url: string | URL;
  /**
   * Sends the requests, such as the `fetch` of a binding: `(url, init) => env.LXD.fetch(url, init)`.
   * Default: the platform's.
   */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /**
   * Opens the WebSockets. Default: the platform's `WebSocket`; on workerd `fetch`, which carries header
   * fields there and goes through bindings.
   */
  WebSocket?: WebSocketConstructor;
  /**
   * Whether requests carry the browser's cookies and client certificates. Default: to the page's own
   * origin. WebSockets carry those of the origin that they go to whatever it says.
   */
  credentials?: RequestInit["credentials"];
  /**
   * A token by which the server knows the caller. Browsers' WebSockets carry no header fields: they
   * send it as the query parameter `access_token`, which newer Incus takes there for a token made by
   * `clientToken()`. Incus 6.0 and LXD take tokens in the header alone: they need a reverse proxy that
   * puts it there, for `events()`, commands and consoles.
   */
  accessToken?: AccessToken;
  /** Header fields of every request. Browsers' WebSockets do not carry them. */
  headers?: Record<string, string>;
}

/**
 * Makes a connector from the platform's `fetch` and `WebSocket`.
 *
 * What the platform cannot do: its WebSocket takes messages in as fast as they come, so a slow
 * consumer costs memory; it hides pings; and, save on workerd, it does not tell why one could not be
 * opened. There are no raw connections: `upgrade` is absent. A body that is a stream is sent only
 * where the platform can do so, which in browsers means Chromium over HTTP/2; a `Blob` or `File` works
 * everywhere and is never read into memory here. How much of one was sent pages and web workers tell
 * as it goes, unless `fetch` is given or `credentials` is `omit`; all else tells it at the end.
 *
 * @throws {TypeError} when the URL is not one of HTTP or HTTPS, or has a query, a fragment, or a user.
 */
export function webConnector(options: WebConnectorOptions): Connector {
  return new WebConnector(options);
}

class WebConnector implements Connector {
  readonly address: string;
  readonly reportsSent = true;
  readonly #options: WebConnectorOptions;
  readonly #credentials: Credentials;
  readonly #channels = new Set<Channel>();

  constructor(options: WebConnectorOptions) {
    this.#options = options;
    this.#credentials = new Credentials(options);
    this.address = baseOf(options.url);
  }

  async fetch(path: string, { onSent, ...request }: ConnectorRequest = {}): Promise<Response> {
    const url = this.url(path).href;
    const { credentials } = this.#options;
    const { body, signal, method = "GET" } = request;
    const given = { ...await this.#credentials.headers(signal), ...request.headers };
    const headers = onWorkerd() ? asWritten(given) : given;
    const watched = onSent && body instanceof Blob ? { body, onSent } : undefined;
    const xhr = watched && this.#xhr();
    if (xhr) {
      const withCredentials = credentials === "include";
      const failure = () => this.#unreachable(new TypeError("the platform does not tell why"));
      const all = { url, method, headers, ...watched, withCredentials, signal, failure };
      return await sendByXhr(xhr, all);
    }
    const init: RequestInit & { duplex: "half" } = {
      ...request,
      headers,
      // Streams as bodies need it where they work at all; elsewhere it is ignored.
      duplex: "half",
    };
    if (credentials) init.credentials = credentials;
    const response = await this.#reach(this.#fetch(url, init), signal);
    watched?.onSent(watched.body.size);
    return response;
  }

  async webSocket(path: string, { signal }: WebSocketRequest = {}): Promise<Channel> {
    const channel = await this.#channel(path, signal);
    this.#channels.add(channel);
    channel.closed.then(() => this.#channels.delete(channel));
    return channel;
  }

  url(path: string, scheme: "http" | "ws" = "http"): URL {
    checkPath(path);
    // "http" becomes "ws", and "https" becomes "wss".
    return new URL(
      scheme === "ws" ? this.address.replace(/^http/, "ws") + path : this.address + path,
    );
  }

  close(): void {
    for (const channel of this.#channels) channel.close();
  }

  async #channel(path: string, signal: AbortSignal | undefined): Promise<Channel> {
    const { address } = this;
    const { WebSocket } = this.#options;
    if (!WebSocket && onWorkerd()) {
      const headers = await this.#credentials.headers(signal);
      const options = { url: this.url(path), address, headers, signal };
      return await this.#reach(openFetchChannel(this.#fetch, options), signal);
    }
    const access_token = await this.#credentials.token(signal);
    const url = this.url(withQuery(path, { access_token }), "ws");
    return await openWebChannel(WebSocket ?? globalThis.WebSocket, { url, address, signal });
  }

  get #fetch(): NonNullable<WebConnectorOptions["fetch"]> {
    return this.#options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  }

  /** What tells how much of a body was sent, where there is such a thing and it sends as `fetch` would. */
  #xhr(): (new () => Xhr) | undefined {
    const { fetch, credentials } = this.#options;
    if (fetch || credentials === "omit") return undefined;
    return (globalThis as { XMLHttpRequest?: new () => Xhr }).XMLHttpRequest;
  }

  /** What comes of an attempt, whose failure is told as what it is. */
  async #reach<T>(attempt: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    try {
      return await attempt;
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof LxkitError ? error : this.#unreachable(error);
    }
  }

  #unreachable(error: unknown): unknown {
    if (!(error instanceof Error)) return error;
    const words = error.cause instanceof Error ? error.cause.message : error.message;
    return new ConnectionError(`Cannot reach ${this.address}: ${withoutUrl(words)}`, {
      reason: failureIn(words),
      address: this.address,
    });
  }
}

/** The URL that paths are put behind: without a slash at its end. */
function baseOf(url: string | URL): string {
  const page = (globalThis as { location?: { href: string } }).location?.href;
  let base: URL;
  try {
    base = new URL(url, page);
  } catch {
    throw new TypeError(`Cannot use ${JSON.stringify(url)} as the URL of a server: it is not one`);
  }
  const problem = !/^https?:$/.test(base.protocol)
    ? "it is neither http nor https"
    : base.username || base.password
    ? "it holds a user or password. Use headers"
    : base.search || base.hash
    ? "it has a query or a fragment"
    : undefined;
  if (problem) {
    throw new TypeError(`Cannot use "${base.host || base.protocol}" as a server: ${problem}`);
  }
  return base.href.replace(/\/+$/, "");
}

function onWorkerd(): boolean {
  return "WebSocketPair" in globalThis;
}
