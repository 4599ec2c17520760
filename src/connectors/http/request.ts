import type { ConnectorRequest } from "../../connector.ts";
import { withoutQuery } from "../../core/path.ts";
import { concat } from "../../core/streams.ts";
import { encodeHead } from "./head.ts";
import { bodyFields, readyBody } from "./ready_body.ts";

/** The largest body that is copied so that it goes out with the head, in bytes. */
const MAX_JOINED = 64 * 1024;

/** A request that is ready to be sent. */
export interface ReadyRequest {
  /** The HTTP method. */
  method: string;
  /** Whether it may change something. */
  changes: boolean;
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
  const body = readyBody(method, request.body);
  const { size, bytes, stream } = body;
  const chunked = stream !== undefined && size === undefined;
  const framing: Record<string, string> = chunked ? { "transfer-encoding": "chunked" } : {};
  const head = encodeHead(method, path, { host, ...bodyFields(body, headers), ...framing });
  const joined = bytes && bytes.length <= MAX_JOINED ? [concat([head, bytes])] : undefined;
  return {
    method,
    changes: method !== "GET" && method !== "HEAD",
    what: `Cannot ${method} ${withoutQuery(path)}`,
    parts: joined ?? (bytes ? [head, bytes] : [head]),
    stream,
    chunked,
    onSent,
    signal,
  };
}
