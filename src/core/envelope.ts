import type { ConnectorResponse } from "../connector.ts";
import { ApiError, ProtocolError } from "../errors.ts";
import type { OperationData } from "../types/mod.ts";

/** A finished answer. */
export interface SyncEnvelope<T> {
  /** Tells the kinds of envelope apart. */
  type: "sync";
  /** What was asked for. */
  metadata: T;
}

/** The answer of a server that goes on working in the background. */
export interface AsyncEnvelope {
  /** Tells the kinds of envelope apart. */
  type: "async";
  /** The operation as it was when the server answered. */
  metadata: OperationData;
}

/** What the servers wrap every JSON answer in, save refusals: those are thrown. */
export type Envelope<T> = SyncEnvelope<T> | AsyncEnvelope;

/** Names a request in messages: its path never holds a query, since queries carry secrets. */
export interface RequestName {
  /** The HTTP method. */
  method: string;
  /** The path without its query. */
  path: string;
  /** What it is for, where the path does not tell; completes the sentence "Cannot ...". */
  what?: string;
}

/** What may be in an envelope: nothing of it is sure before it was looked at. */
interface WireEnvelope {
  type?: unknown;
  error_code?: unknown;
  error?: unknown;
  metadata?: unknown;
}

/**
 * Reads a response's envelope. The body's own `type` decides, also under HTTP 200, since the
 * servers commit the status of a wait before they know its result.
 *
 * @throws {ApiError} when the body says that the request failed.
 * @throws {ProtocolError} when the body is no envelope.
 */
export async function readEnvelope<T>(
  response: ConnectorResponse,
  request: RequestName,
): Promise<Envelope<T>> {
  const text = await response.text();
  const envelope = parse(text);
  switch (envelope?.type) {
    case "sync":
      return { type: "sync", metadata: envelope.metadata as T };
    case "async":
      if (!isOperation(envelope.metadata)) break;
      return { type: "async", metadata: envelope.metadata };
    case "error": {
      const { error, error_code: code } = envelope;
      throw ApiError.of({
        ...request,
        status: Number.isInteger(code) && code !== 0 ? code as number : response.status,
        serverMessage: typeof error === "string" && error || response.statusText ||
          "no reason given",
      });
    }
  }
  throw notAnEnvelope(response, request, text);
}

/**
 * Reads why a server refused a request whose good answer is no envelope.
 *
 * @throws {ApiError | ProtocolError} always.
 */
export async function refuse(response: ConnectorResponse, request: RequestName): Promise<never> {
  if (request.method === "HEAD") {
    throw ApiError.of({ ...request, status: response.status, serverMessage: wordsOf(response) });
  }
  await readEnvelope(response, request);
  throw new ProtocolError(
    `Cannot ${
      whatOf(request)
    }: the server sent status ${response.status} with a body that tells of success`,
    { status: response.status },
  );
}

function parse(text: string): WireEnvelope | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether something is an operation, as far as all else depends on it. */
function isOperation(value: unknown): value is OperationData {
  if (typeof value !== "object" || value === null) return false;
  const { id, status_code } = value as Partial<OperationData>;
  return typeof id === "string" && typeof status_code === "number";
}

const SHOWN_CHARACTERS = 200;

function notAnEnvelope(
  response: ConnectorResponse,
  request: RequestName,
  text: string,
): ProtocolError {
  const start = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text;
  return new ProtocolError(
    `Cannot ${whatOf(request)}: the answer is not in the form of LXD and Incus: ` +
      `status ${response.status} "${wordsOf(response)}", ` +
      (text === "" ? "empty body" : `body starts ${JSON.stringify(start)}`),
    { status: response.status },
  );
}

/** What a request is called in messages; completes the sentence "Cannot ...". */
export function whatOf({ what, method, path }: RequestName): string {
  return what ?? `${method} ${path}`;
}

function wordsOf(response: ConnectorResponse): string {
  return response.statusText || (response.status === 404 ? "Not Found" : "no reason given");
}
