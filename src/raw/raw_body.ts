import type { SessionRequest } from "../core/session.ts";
import type { RouteBytes } from "../types/mod.ts";

/** A body for a raw request: text, bytes and streams are sent as they are, anything else as JSON. */
export type RawBody = RouteBytes | object;

/** The part of a request that carries a body. */
export function carry(body: RawBody | undefined): Pick<SessionRequest, "bytes" | "json"> {
  if (body === undefined) return {};
  if (body instanceof ArrayBuffer) return { bytes: new Uint8Array(body) };
  const plain = typeof body === "string" || ArrayBuffer.isView(body) || body instanceof Blob ||
    body instanceof ReadableStream || body instanceof FormData;
  return plain ? { bytes: body as BodyInit } : { json: body };
}
