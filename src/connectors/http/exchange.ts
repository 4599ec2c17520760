import { ProtocolError } from "../../errors.ts";
import type { ByteReader } from "../raw/byte_reader.ts";
import { AnswerBody, HttpAnswer } from "./answer.ts";
import { BodyReader } from "./body.ts";
import { isBodyless } from "./bodyless.ts";
import { readHead } from "./head.ts";
import type { ReadyRequest } from "./request.ts";
import { RequestSender } from "./sender.ts";
import type { RawConnection } from "../raw/connection.ts";

/** A connection, and what came over it beyond the last answer. */
export interface Link {
  /** The connection. */
  readonly connection: RawConnection;
  /** Reads it. */
  readonly reader: ByteReader;
  /** Whether the last answer refused: a server may end the connection after such a one without a word. */
  refused: boolean;
}

/** The connection ended before the head of the answer did. */
export class LostError extends Error {}

/** How long a server is given to be done with a request that broke off, in milliseconds. */
const BREAK_OFF_LIMIT_MS = 1000;

/**
 * Sends a request over a connection, and gives the answer as soon as its head came. `release` is called
 * once, when all of the answer was read or nobody wants more of it: with whether another request may
 * follow.
 *
 * What changes something and breaks off before the answer ends when the server is done with it: else that would be
 * mixed with what the next request brings. After a second the server is not waited for any more.
 *
 * @throws {LostError} when the connection ends before the answer.
 * @throws {ProtocolError} when the answer is not one of HTTP/1.1.
 */
export async function exchange(
  link: Link,
  request: ReadyRequest,
  release: (reusable: boolean) => void,
): Promise<HttpAnswer> {
  const { connection, reader } = link;
  const { signal, what, method, changes } = request;
  const sender = new RequestSender(connection, request);
  let answered = false;
  let limit: ReturnType<typeof setTimeout> | undefined;
  const breakOff = () => {
    if (answered || !changes) return connection.close();
    if (limit !== undefined) return;
    limit = setTimeout(() => connection.close(), BREAK_OFF_LIMIT_MS);
    sender.stop();
    connection.closeWrite().catch(() => connection.close());
  };
  signal?.addEventListener("abort", breakOff);
  let settled = false;
  const settle = (reusable: boolean) => {
    if (settled) return;
    settled = true;
    // The first use of a timer, also to clear none, costs a script of Deno 7 ms.
    if (limit !== undefined) clearTimeout(limit);
    signal?.removeEventListener("abort", breakOff);
    sender.stop();
    release(reusable && sender.complete);
  };
  const answer = readHead(reader, what).catch((error) => {
    throw error instanceof ProtocolError ? error : new LostError(error.message);
  });
  try {
    const head = await Promise.race([answer, sender.failure]);
    signal?.throwIfAborted();
    answered = true;
    const { status, keeps } = head;
    if (status === 101) throw new ProtocolError(`${what}: the server changed the protocol unasked`);
    link.refused = status >= 400;
    // A server that refuses reads no further.
    if (link.refused) sender.stop();
    const body = new BodyReader(reader, head.fields, what);
    const end = (whole: boolean) => settle(whole && keeps && body.framed);
    const none = method === "HEAD" || isBodyless(status) || body.ended;
    if (none) settle(keeps);
    return new HttpAnswer(head, none ? undefined : new AnswerBody(body, signal, end));
  } catch (error) {
    breakOff();
    await answer.catch(() => {});
    settle(false);
    signal?.throwIfAborted();
    throw error;
  }
}
