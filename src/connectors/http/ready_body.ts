import type { ConnectorRequest } from "../../connector.ts";

/** The body of a request that is ready to be sent. */
export interface ReadyBody {
  /** Its type, where it tells that itself. */
  type?: string;
  /** How many bytes it has; undefined where that is not known, or nothing need be said. */
  size?: number;
  /** The body where it is at hand. */
  bytes?: Uint8Array;
  /** The body where it is read while it is sent. */
  stream?: ReadableStream<Uint8Array>;
}

/** Makes a body ready to be sent. */
export function readyBody(method: string, body: ConnectorRequest["body"]): ReadyBody {
  if (body === undefined || body === null) {
    return method === "GET" || method === "HEAD" ? {} : { size: 0 };
  }
  if (typeof body === "string" || body instanceof Uint8Array) {
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
    return { size: bytes.length, bytes };
  }
  if (body instanceof ReadableStream) return { stream: body };
  // The platform knows how to write the other kinds of body.
  const written = new Response(body);
  return {
    type: written.headers.get("content-type") ?? undefined,
    size: body instanceof Blob ? body.size : undefined,
    stream: written.body!,
  };
}

/** The header fields that a body needs beside those of the caller, whose own type goes before. */
export function bodyFields(
  { type, size }: ReadyBody,
  headers: Record<string, string> = {},
): Record<string, string> {
  return {
    ...type === undefined ? {} : { "content-type": type },
    ...headers,
    ...size === undefined ? {} : { "content-length": String(size) },
  };
}
