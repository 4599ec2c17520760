import type { ConnectorResponse, FilledResult, FillingReader } from "../../connector.ts";
import type { Bytes } from "../../core/streams.ts";
import { ProtocolError } from "../../errors.ts";
import type { ByteReader } from "../raw/byte_reader.ts";
import { BodyReader } from "./body.ts";
import { isBodyless } from "./bodyless.ts";
import { readHead } from "./head.ts";
import type { ReadyRequest } from "./request.ts";
import { RequestSender } from "./sender.ts";
import type { RawConnection } from "../raw/connection.ts";

/** The most that one piece of a body has, and the most JSON that needs no stream, in bytes. */
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
): Promise<ConnectorResponse> {
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
      const filling = new AnswerBody(body, signal, end);
      return Object.assign(new Response(filling.stream(), head), { filling });
    }
    settle(keeps);
    return new Response(whole, head);
  } catch (error) {
    settle(false);
    signal?.throwIfAborted();
    throw error;
  }
}

/** The body of an answer, for a reader with buffers of its own or as a stream; `end` is told whether all of it came. */
class AnswerBody implements FillingReader {
  readonly #body: BodyReader;
  readonly #signal: AbortSignal | undefined;
  readonly #end: (whole: boolean) => void;

  constructor(body: BodyReader, signal: AbortSignal | undefined, end: (whole: boolean) => void) {
    this.#body = body;
    this.#signal = signal;
    this.#end = end;
  }

  async read(view: Bytes): Promise<FilledResult> {
    const count = await this.#step(() => this.#body.nextInto(view));
    return { done: count === undefined, value: view.subarray(0, count ?? 0) };
  }

  cancel(): Promise<void> {
    this.#end(false);
    return Promise.resolve();
  }

  /** The same as a stream of the pieces that come. */
  stream(): ReadableStream<Bytes> {
    return new ReadableStream({
      type: "bytes",
      pull: async (controller) => {
        const piece = await this.#step(() => this.#body.next(PIECE));
        if (piece) controller.enqueue(piece.slice());
        if (!this.#body.ended) return;
        controller.close();
        // A reader that still waits with its buffer learns of the end by this alone.
        controller.byobRequest?.respond(0);
      },
      cancel: () => this.cancel(),
    });
  }

  async #step<T>(read: () => Promise<T>): Promise<T> {
    try {
      this.#signal?.throwIfAborted();
      const result = await read();
      if (this.#body.ended) this.#end(true);
      return result;
    } catch (error) {
      this.#end(false);
      this.#signal?.throwIfAborted();
      throw error;
    }
  }
}
