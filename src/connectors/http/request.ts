import type { ConnectorRequest } from "../../connector.ts";
import { withoutQuery } from "../../core/path.ts";
import { concat } from "../../core/streams.ts";
import { encodeHead } from "./head.ts";

/** The largest body that is copied so that it goes out with the head, in bytes. */
const MAX_JOINED = 64 * 1024;

/** A request that is ready to be sent. */
export interface ReadyRequest {
  /** The HTTP method. */
  method: string;
  /** What messages begin with, such as `Cannot GET /1.0`. */
  what: string;
  /** The head, and the body where it is at hand, as they are written one after the other. */
  parts: Uint8Array[];
  /** The body where it is read while it is sent. */
  stream?: ReadableStream<Uint8Array>;
  /** Whether the stream is sent in chunks, as its length is not known. */
  chunked: boolean;
  /** Called with how many bytes of the stream were sent so far. */
  onSent?: (bytes: number) => void;
  /** Ends the request, and the reading of the answer. */
  signal?: AbortSignal;
}

/**
 * Makes a request ready to be sent.
 *
 * @throws {TypeError} when its path, method or a field cannot stand in a request.
 */
export function readyRequest(host: string, path: string, request: ConnectorRequest): ReadyRequest {
  const { method = "GET", headers, onSent, signal } = request;
  const { type, length, bytes, stream } = readyBody(method, request.body);
  const head = encodeHead(method, path, { host, ...type, ...headers, ...length });
  const joined = bytes && bytes.length <= MAX_JOINED ? [concat([head, bytes])] : undefined;
  return {
    method,
    what: `Cannot ${method} ${withoutQuery(path)}`,
    parts: joined ?? (bytes ? [head, bytes] : [head]),
    stream,
    chunked: "transfer-encoding" in length,
    onSent,
    signal,
  };
}

type Fields = Record<string, string>;

interface ReadyBody {
  /** Says what it is, where the caller does not. */
  type?: Fields;
  /** Says how long it is. */
  length: Fields;
  bytes?: Uint8Array;
  stream?: ReadableStream<Uint8Array>;
}

function readyBody(method: string, body: ConnectorRequest["body"]): ReadyBody {
  if (body === undefined || body === null) {
    return { length: method === "GET" || method === "HEAD" ? {} : { "content-length": "0" } };
  }
  if (typeof body === "string" || body instanceof Uint8Array) {
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
    return { length: { "content-length": String(bytes.length) }, bytes };
  }
  const chunked = { "transfer-encoding": "chunked" };
  if (body instanceof ReadableStream) return { length: chunked, stream: body };
  // The platform knows how to write the other kinds of body.
  const written = new Response(body);
  const type = written.headers.get("content-type");
  return {
    type: type ? { "content-type": type } : {},
    length: body instanceof Blob ? { "content-length": String(body.size) } : chunked,
    stream: written.body!,
  };
}
