import { ProtocolError } from "../../errors.ts";
import type { ByteReader } from "../raw/byte_reader.ts";
import { BodyReader } from "./body.ts";
import { isBodyless } from "./bodyless.ts";
import { readHead } from "./head.ts";
import type { ReadyRequest } from "./request.ts";
import { RequestSender } from "./sender.ts";
import type { RawConnection } from "../raw/connection.ts";

/** The most that one read of a body gives to who brings no buffer, and the most JSON that needs no stream, in bytes. */
const PIECE = 256 * 1024;

/** A connection, and what came over it beyond the last answer. */
export interface Link {
  /** The connection. */
  readonly connection: RawConnection;
  /** Reads it. */
  readonly reader: ByteReader;
}

/** The connection ended before the head of the answer did. */
export class LostError extends Error {}

/**
 * Sends a request over a connection, and gives the answer as soon as its head came. `release` is called
 * once, when all of the answer was read or nobody wants more of it: with whether another request may
 * follow.
 *
 * @throws {LostError} when the connection ends before the answer.
 * @throws {ProtocolError} when the answer is not one of HTTP/1.1.
 */
export async function exchange(
  { connection, reader }: Link,
  request: ReadyRequest,
  release: (reusable: boolean) => void,
): Promise<Response> {
  const { signal, what, method } = request;
  const abort = () => connection.close();
  signal?.addEventListener("abort", abort);
  const sender = new RequestSender(connection, request);
  let settled = false;
  const settle = (reusable: boolean) => {
    if (settled) return;
    settled = true;
    signal?.removeEventListener("abort", abort);
    sender.stop();
    release(reusable && sender.complete);
  };
  try {
    const answer = readHead(reader, what).catch((error) => {
      throw error instanceof ProtocolError ? error : new LostError(error.message);
    });
    const head = await Promise.race([answer, sender.failure]);
    const { status, keeps } = head;
    if (status === 101) throw new ProtocolError(`${what}: the server changed the protocol unasked`);
    // A server that refuses reads no further.
    if (status >= 400) sender.stop();
    const body = new BodyReader(reader, head.headers, what);
    const none = method === "HEAD" || isBodyless(status);
    // Of JSON all is wanted; anything else is a stream, which can fill the buffer of its reader.
    const json = head.headers.get("content-type")?.startsWith("application/json");
    const whole = none ? null : json ? await body.whole(PIECE) : undefined;
    if (whole === undefined) {
      const end = (whole: boolean) => settle(whole && keeps && body.framed);
      return new Response(bodyStream(body, signal, end), head);
    }
    settle(keeps);
    return new Response(whole, head);
  } catch (error) {
    settle(false);
    signal?.throwIfAborted();
    throw error;
  }
}

/** A body as it comes; `end` is told whether the whole of it came. */
function bodyStream(
  body: BodyReader,
  signal: AbortSignal | undefined,
  end: (whole: boolean) => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    type: "bytes",
    async pull(controller) {
      try {
        signal?.throwIfAborted();
        const request = controller.byobRequest;
        if (request) {
          const count = await body.nextInto(request.view as Uint8Array);
          if (count) request.respond(count);
        } else {
          const piece = await body.next(PIECE);
          if (piece) controller.enqueue(piece.slice());
        }
        if (!body.ended) return;
        end(true);
        controller.close();
        // A reader that still waits with its buffer learns of the end by this alone.
        controller.byobRequest?.respond(0);
      } catch (error) {
        end(false);
        signal?.throwIfAborted();
        throw error;
      }
    },
    cancel: () => end(false),
  });
}
