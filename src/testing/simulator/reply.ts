import type { OperationData } from "../../types/mod.ts";
import { etagOf } from "./etag.ts";
import { asRefusal } from "./refusal.ts";

/** What a reply that was done at once carries beside its metadata. */
export interface SyncOptions {
  /** The fields that the ETag is made of; without them there is none. */
  etag?: unknown;
  /** Where the thing that was made is; makes the status 201. */
  location?: string;
}

/** The envelope of what was done at once. */
export function syncBody(metadata: unknown): object {
  return {
    type: "sync",
    status: "Success",
    status_code: 200,
    operation: "",
    error_code: 0,
    error: "",
    metadata,
  };
}

/** The envelope of what was refused. */
export function errorBody(error_code: number, error: string): object {
  return {
    type: "error",
    status: "",
    status_code: 0,
    operation: "",
    error_code,
    error,
    metadata: null,
  };
}

/** What was done at once. */
export async function sync(metadata: unknown, options: SyncOptions = {}): Promise<Response> {
  const { etag, location } = options;
  const headers: Record<string, string> = {};
  if (etag !== undefined) headers.etag = `"${await etagOf(etag)}"`;
  if (location !== undefined) headers.location = location;
  return json(syncBody(metadata), location === undefined ? 200 : 201, headers);
}

/** What was done at once, with nothing to tell. */
export function done(): Promise<Response> {
  return sync({});
}

/** What was made, at its path. */
export function created(location: string): Promise<Response> {
  return sync(null, { location });
}

/** What goes on in the background. */
export function accepted(operation: OperationData): Response {
  const location = `/1.0/operations/${operation.id}`;
  const body = {
    type: "async",
    status: "Operation created",
    status_code: 100,
    operation: location,
    error_code: 0,
    error: "",
    metadata: operation,
  };
  return json(body, 202, { location });
}

/** What was refused. `status` is that of HTTP, where it is not that of the refusal. */
export function refused(error: unknown, status?: number): Response {
  const { status: code, message } = asRefusal(error);
  return json(errorBody(code, message), status ?? code, { "x-content-type-options": "nosniff" });
}

/** Bytes as they are, a piece at a time. */
export function bytes(body: Uint8Array<ArrayBuffer>, headers: HeadersInit = {}): Response {
  const response = new Response(inPieces(body), { headers });
  response.headers.set("content-type", "application/octet-stream");
  response.headers.set("content-length", String(body.length));
  return response;
}

const PIECE = 16 * 1024;

function inPieces(body: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at < body.length) controller.enqueue(body.slice(at, at += PIECE));
      if (at >= body.length) controller.close();
    },
  }, { highWaterMark: 0 });
}

function json(body: unknown, status: number, headers: Record<string, string>): Response {
  const text = `${JSON.stringify(body)}\n`;
  return new Response(text, {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}
