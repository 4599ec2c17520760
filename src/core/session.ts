import type {
  Channel,
  Connector,
  ConnectorRequest,
  ConnectorResponse,
  Upgraded,
} from "../connector.ts";
import { ConnectionError, LxkitError, UnsupportedError } from "../errors.ts";
import { type CallOptions, limited } from "./call.ts";
import type { Dialect } from "./dialect.ts";
import { type Envelope, readEnvelope, refuse, type RequestName, whatOf } from "./envelope.ts";
import { type Query, withoutQuery, withQuery } from "./path.ts";
import { Outgoing } from "./streams.ts";

/** Where in a server calls go. */
export interface Scope {
  /** The project; the server's own default when left out. */
  project?: string;
  /** The cluster member. */
  target?: string;
}

/** What a session knows of its server; shared by all scopes of one connection. */
export interface ServerFacts {
  /** Which daemon it is. */
  dialect: Dialect;
  /** The API extensions that it offers. */
  extensions: ReadonlySet<string>;
}

/** What a request carries beside its method and path. */
export interface SessionRequest extends CallOptions {
  /** Query parameters. `project` and `target` of the scope are added where they are not given. */
  query?: Query;
  /** Header fields. */
  headers?: Record<string, string>;
  /** What it is for, where the path does not tell; completes the sentence "Cannot ...". */
  what?: string;
  /** A body to be sent as JSON. */
  json?: unknown;
  /** A body to be sent as it is, of type `application/octet-stream` unless the headers say otherwise. */
  bytes?: RequestInit["body"];
  /** Called with how many of the bytes were sent so far, where the connector has `reportsSent`. */
  onSent?: (bytes: number) => void;
}

/** An envelope and what the response's head says of it. */
export type Answer<T> = Envelope<T> & {
  /** The version of the thing that was read, for `If-Match`. */
  etag: string | undefined;
  /** The path of the thing that was made, where the server tells. */
  location: string | undefined;
};

/** A connector, a scope and what is known of the server: all that resources know. */
export class Session {
  /** The way to the server. */
  readonly connector: Connector;
  /** Where in the server calls go. */
  readonly scope: Scope;
  /** What is known of the server. */
  readonly facts: ServerFacts;

  constructor(connector: Connector, facts: ServerFacts, scope: Scope = {}) {
    this.connector = connector;
    this.facts = facts;
    this.scope = scope;
  }

  /** The same connection with another scope. */
  scoped(scope: Scope): Session {
    return new Session(this.connector, this.facts, { ...this.scope, ...scope });
  }

  /** Sends a request and reads its envelope. */
  async send<T>(method: string, path: string, request: SessionRequest = {}): Promise<Answer<T>> {
    const name = { method, path: withoutQuery(path), what: request.what };
    return await this.#limited(name, request, async (signal) => {
      const response = await this.#fetch(method, path, request, signal);
      return {
        ...await this.#read(name, signal, readEnvelope<T>(response, name)),
        etag: response.headers.get("etag") ?? undefined,
        location: response.headers.get("location") ?? undefined,
      };
    });
  }

  /** Reads something that the server has at hand: what a GET answers with. */
  async get<T>(path: string, request: SessionRequest = {}): Promise<T> {
    return (await this.send<T>("GET", path, request)).metadata as T;
  }

  /**
   * Sends a request whose good answer is no envelope, and gives the response as it is. The call's
   * limits end with the response's head; its body is the caller's to consume or cancel, and only
   * `signal` still reaches it.
   */
  async exchange(
    method: string,
    path: string,
    request: SessionRequest = {},
  ): Promise<ConnectorResponse> {
    const name = { method, path: withoutQuery(path), what: request.what };
    return await this.#limited(name, request, async (signal) => {
      const response = await this.#fetch(method, path, request, signal);
      return response.ok ? response : await this.#read(name, signal, refuse(response, name));
    });
  }

  /**
   * Sends a request whose good answer may be of either form: of JSON, which is an envelope, gives the
   * metadata, and anything else as the response that it is, as `exchange` does.
   */
  async receive<T>(
    method: string,
    path: string,
    request: SessionRequest = {},
  ): Promise<T | Response> {
    const name = { method, path: withoutQuery(path), what: request.what };
    return await this.#limited(name, request, async (signal) => {
      const response = await this.#fetch(method, path, request, signal);
      if (!response.ok) return await this.#read(name, signal, refuse(response, name));
      const type = response.headers.get("content-type") ?? "";
      if (method === "HEAD" || !type.startsWith("application/json")) return plain(response);
      const { metadata } = await this.#read(name, signal, readEnvelope<T>(response, name));
      return metadata as T;
    });
  }

  /** Sends a request and gives the response whatever it says. */
  async fetch(method: string, path: string, request: SessionRequest = {}): Promise<Response> {
    return await this.#limited(
      { method, path: withoutQuery(path) },
      request,
      async (signal) => plain(await this.#fetch(method, path, request, signal)),
    );
  }

  /** Opens a WebSocket. The call's limits end once it is open. */
  async webSocket(
    path: string,
    options: CallOptions & { query?: Query; answerPings?: boolean } = {},
  ): Promise<Channel> {
    const { answerPings } = options;
    const full = withQuery(path, options.query ?? {});
    return await this.#limited(
      { method: "open", path: withoutQuery(path) },
      options,
      (signal) => this.connector.webSocket(full, { signal, answerPings }),
    );
  }

  /**
   * Asks for a raw connection. The call's limits end once it stands.
   *
   * @throws {UnsupportedError} when the runtime offers no raw connections, as browsers do not.
   */
  async upgrade(
    path: string,
    protocol: string,
    request: CallOptions & { method?: string; query?: Query; json?: unknown } = {},
  ): Promise<Upgraded> {
    const { connector } = this;
    if (!connector.upgrade) {
      throw new UnsupportedError(
        `Cannot open ${path}: the connector to ${connector.address} offers no raw connections`,
      );
    }
    const { method, query, json } = request;
    const full = withQuery(path, this.scopeQuery(query));
    const body = json === undefined ? undefined : JSON.stringify(json);
    return await this.#limited(
      { method: "open", path },
      request,
      (signal) => connector.upgrade!(full, protocol, { method, body, signal }),
    );
  }

  /**
   * The full address of a path, for what fetches or plays it by itself; the scope belongs to that of a
   * request alone, as for `webSocket`.
   *
   * @throws {UnsupportedError} when the connector has no addresses, as over a Unix socket.
   */
  url(path: string, query: Query = {}, scheme: "http" | "ws" = "http"): URL {
    const { connector } = this;
    const full = withQuery(path, scheme === "http" ? this.scopeQuery(query) : query);
    if (connector.url) return connector.url(full, scheme);
    throw new UnsupportedError(
      `Cannot give a URL of ${path}: the connector to ${connector.address} has none`,
    );
  }

  /** The query that carries this scope; nothing of the project where all are asked for. */
  scopeQuery(query: Query = {}): Query {
    const { project, target } = this.scope;
    return {
      project: query["all-projects"] ? undefined : project,
      target,
      ...query,
    };
  }

  /**
   * Makes sure that the server offers an API extension.
   *
   * @throws {UnsupportedError} when it does not; `what` completes the sentence "Cannot ...".
   */
  require(extension: string, what: string): void {
    if (this.facts.extensions.has(extension)) return;
    throw new UnsupportedError(
      `Cannot ${what}: the server lacks the API extension "${extension}"`,
      { extension },
    );
  }

  async #fetch(
    method: string,
    path: string,
    request: SessionRequest,
    signal: AbortSignal | undefined,
  ): Promise<ConnectorResponse> {
    const sent: ConnectorRequest = { method, headers: headersOf(request), signal };
    if (request.json !== undefined) {
      sent.headers!["content-type"] ??= "application/json";
      sent.body = JSON.stringify(request.json);
    } else if (request.bytes !== undefined) {
      // Only a form's type, which names its boundary, is the platform's to say.
      if (!(request.bytes instanceof FormData)) {
        sent.headers!["content-type"] ??= "application/octet-stream";
      }
      sent.body = request.bytes;
      sent.onSent = request.onSent;
    }
    const outgoing = sent.body instanceof ReadableStream ? new Outgoing(sent.body) : undefined;
    if (outgoing) sent.body = outgoing.readable;
    const full = withQuery(path, this.scopeQuery(request.query));
    let response: ConnectorResponse;
    try {
      response = await this.connector.fetch(full, sent);
    } catch (error) {
      // What broke is the caller's stream then, not the connection.
      const broken = outgoing?.end();
      throw broken ? broken.reason : error;
    }
    // A server that refuses reads no further.
    if (!response.ok) outgoing?.end();
    else if (outgoing?.broken) {
      // Workerd takes a stream that breaks off for one that has ended.
      await response.body?.cancel();
      throw outgoing.broken.reason;
    }
    return response;
  }

  #limited<T>(
    name: RequestName,
    options: CallOptions,
    run: (signal: AbortSignal | undefined) => Promise<T>,
  ): Promise<T> {
    return limited(options, `${whatOf(name)} at ${this.connector.address}`, run);
  }

  /** Reads a body, and says so when the connection breaks before its end. */
  async #read<T>(name: RequestName, signal: AbortSignal | undefined, read: Promise<T>): Promise<T> {
    try {
      return await read;
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof LxkitError) throw error;
      throw new ConnectionError(
        `Cannot ${
          whatOf(name)
        } at ${this.connector.address}: the connection broke within the answer`,
        { reason: "lost", address: this.connector.address, cause: error },
      );
    }
  }
}

/** What connectors give as what everyone knows. */
function plain(response: ConnectorResponse): Response {
  return response instanceof Response ? response : new Response(response.body, response);
}

/** The header fields, with ETags as the server gave them: proxies that compress mark them as weak. */
function headersOf({ headers = {} }: SessionRequest): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const field = name.toLowerCase();
      return [field, field === "if-match" ? value.replace(/^W\//, "") : value];
    }),
  );
}
