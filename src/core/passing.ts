import { ApiError, ConnectionError, ProtocolError, TimeoutError } from "../errors.ts";

/**
 * Whether what failed is worth another attempt: the server may be about to come back. One that starts or
 * stops answers 5xx, as does a proxy before it, in words of its own.
 */
export function isPassing(error: unknown): boolean {
  if (error instanceof ApiError || error instanceof ProtocolError) {
    return error.status !== undefined && error.status >= 500;
  }
  return error instanceof ConnectionError || error instanceof TimeoutError;
}
