/**
 * A connector without a server: what it answers is written down in the test, and every request is kept.
 *
 * @module
 */

import type { Channel, Connector, ConnectorRequest, OperationData } from "../../mod.ts";
import { FakeChannel } from "./fake_channel.ts";

/** A request as it arrived. */
export interface FakeRequest {
  /** The HTTP method. */
  method: string;
  /** The path without its query, as it would go over the wire. */
  path: string;
  /** The query. */
  query: URLSearchParams;
  /** The header fields. */
  headers: Headers;
  /** The body; empty where there was none. */
  body: Uint8Array<ArrayBuffer>;
  /** The body read as JSON; undefined where there was none. */
  // deno-lint-ignore no-explicit-any
  json: any;
}

/** A response that can be given again and again. */
export interface FakeResponse {
  /** The HTTP status; 200 by default. */
  status?: number;
  /** The words after it. */
  statusText?: string;
  /** The header fields. */
  headers?: Record<string, string>;
  /** The body: bytes, text and streams are sent as they are, anything else as JSON. */
  body?: unknown;
}

/** What a route answers: a response, an error to reject with, or what finds one out. */
export type FakeAnswer =
  | FakeResponse
  | Error
  | ((request: FakeRequest) => FakeAnswer | Promise<FakeAnswer>);

/** What the server of a channel does; it may go on after the channel was given out. */
export type FakeChannelScript = (channel: FakeChannel) => void | Promise<void>;

/** What the server of a {@linkcode FakeConnector} is. */
export interface FakeServer {
  /** Which server it is; `incus` by default. */
  kind?: "lxd" | "incus";
  /** The API extensions that it names; none by default. */
  extensions?: readonly string[];
}

/** A connector whose routes answer as they were told. `GET /1.0` is answered from the start. */
export class FakeConnector implements Connector {
  /** What messages show. */
  readonly address = "fake:";
  /** All requests so far, those of channels not among them. */
  readonly requests: FakeRequest[] = [];
  /** All channels that were opened so far. */
  readonly channels: FakeChannel[] = [];
  /** Whether it was closed. */
  closed = false;
  readonly #routes = new Map<string, FakeAnswer[]>();
  readonly #channelRoutes = new Map<string, (FakeChannelScript | Error)[]>();

  /** A server of the kind that is given. */
  constructor(server: FakeServer = {}) {
    const { kind = "incus", extensions = [] } = server;
    this.on(
      "GET /1.0",
      sync({
        api_version: "1.0",
        auth: "trusted",
        api_extensions: extensions,
        environment: { server: kind },
      }),
    );
  }

  /**
   * Tells a route, such as `GET /1.0/instances/web`, what to answer, one after the other; the last
   * answer is given again and again. A route that names a query is asked before one without.
   */
  on(route: string, ...answers: FakeAnswer[]): this {
    this.#routes.set(route, answers);
    return this;
  }

  /** Tells what happens on the channels of a path, in the manner of `on`; an error refuses one. */
  onChannel(path: string, ...scripts: (FakeChannelScript | Error)[]): this {
    this.#channelRoutes.set(path, scripts);
    return this;
  }

  /** The requests of a method and path, such as `GET /1.0`. */
  sent(route: string): FakeRequest[] {
    return this.requests.filter(({ method, path }) => `${method} ${path}` === route);
  }

  /** All requests as `METHOD path`, that of connecting left out. */
  get log(): string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`)
      .filter((line) => line !== "GET /1.0");
  }

  /** Answers a request as its route was told. */
  async fetch(path: string, request: ConnectorRequest = {}): Promise<Response> {
    request.signal?.throwIfAborted();
    return await orAbort(this.#answer(path, request), request.signal);
  }

  async #answer(path: string, request: ConnectorRequest): Promise<Response> {
    const { method = "GET", signal } = request;
    const [bare = "", query = ""] = path.split("?");
    const body = new Uint8Array(await new Response(request.body).arrayBuffer());
    const headers = new Headers(request.headers);
    const seen: FakeRequest = {
      method,
      path: bare,
      query: new URLSearchParams(query),
      headers,
      body,
      json: headers.get("content-type") === "application/json"
        ? JSON.parse(new TextDecoder().decode(body))
        : undefined,
    };
    this.requests.push(seen);
    const answer = next(this.#routes, [`${method} ${path}`, `${method} ${bare}`]);
    return await respond(answer, seen, signal);
  }

  /** Opens a channel as its path was told. */
  async webSocket(path: string, options: { signal?: AbortSignal } = {}): Promise<Channel> {
    options.signal?.throwIfAborted();
    const script = next(this.#channelRoutes, [path, path.split("?")[0]!]);
    await Promise.resolve();
    if (script instanceof Error) throw script;
    const channel = new FakeChannel(path);
    this.channels.push(channel);
    script(channel);
    return channel;
  }

  /** Closes all channels. */
  close(): void {
    this.closed = true;
    for (const channel of this.channels) channel.close();
  }
}

/** An answer of a server that finished at once. */
export function sync(metadata: unknown = null, headers: Record<string, string> = {}): FakeResponse {
  const body = { type: "sync", status: "Success", status_code: 200, metadata };
  return { headers, body };
}

/** An answer of a server that goes on in the background. */
export function background(operation: OperationData): FakeResponse {
  const url = `/1.0/operations/${operation.id}`;
  const body = { type: "async", status_code: 100, operation: url, metadata: operation };
  return { status: 202, headers: { location: url }, body };
}

/** A refusal; `httpStatus` is for servers that commit to another status before they refuse. */
export function refusal(status: number, error: string, httpStatus: number = status): FakeResponse {
  return { status: httpStatus, body: { type: "error", error, error_code: status } };
}

/** An operation that runs, with the given fields changed. */
export function operationData(fields: Partial<OperationData> = {}): OperationData {
  return {
    id: "0b1c",
    class: "task",
    description: "Doing things",
    created_at: "2026-01-01T00:00:00Z",
    updated_at: "2026-01-01T00:00:00Z",
    status: "Running",
    status_code: 103,
    resources: null,
    metadata: null,
    may_cancel: true,
    err: "",
    location: "none",
    ...fields,
  };
}

/** An operation that ended well. */
export function succeeded(fields: Partial<OperationData> = {}): OperationData {
  return operationData({ status: "Success", status_code: 200, ...fields });
}

/** An operation that ended badly. */
export function failed(err: string, fields: Partial<OperationData> = {}): OperationData {
  return operationData({ status: "Failure", status_code: 400, err, ...fields });
}

/** An answer that never comes. */
export function never(): Promise<FakeAnswer> {
  return new Promise(() => {});
}

function next<T>(routes: Map<string, T[]>, names: string[]): T {
  const name = names.find((name) => routes.has(name));
  const answers = name === undefined ? [] : routes.get(name)!;
  const answer = answers.length > 1 ? answers.shift() : answers[0];
  if (answer === undefined) throw new Error(`Cannot answer "${names.at(-1)}": no such route`);
  return answer;
}

async function respond(
  answer: FakeAnswer,
  request: FakeRequest,
  signal: AbortSignal | undefined,
): Promise<Response> {
  if (typeof answer === "function") return await respond(await answer(request), request, signal);
  if (answer instanceof Error) throw answer;
  const { status = 200, statusText, headers, body } = answer;
  const init = { status, statusText, headers };
  if (body instanceof ReadableStream) {
    return new Response(body.pipeThrough(new TransformStream(), { signal }), init);
  }
  const plain = typeof body === "string" || body instanceof Uint8Array || body === undefined;
  return new Response(plain ? body as BodyInit | undefined : JSON.stringify(body), init);
}

async function orAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return await promise;
  let abort: () => void;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", abort!);
  }
}
