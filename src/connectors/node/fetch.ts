import type { ConnectorRequest } from "../../connector.ts";
import { chunksOf } from "../../core/streams.ts";
import { asWritten } from "../http/as_written.ts";
import { isBodyless } from "../http/bodyless.ts";
import { bodyFields, readyBody } from "../http/ready_body.ts";
import type { NodeAgent, NodeAnswer, NodeHttps, NodeRequest, NodeSocket } from "./api.ts";
import type { Flow } from "./connection.ts";

/** What is received ahead of the consumer, in bytes. */
const READ_AHEAD = 64 * 1024;

/** Where a request of Node's goes, and over what. */
export interface NodeTarget {
  /** The server's name or address. */
  host: string;
  /** Its port. */
  port: number;
  /** The path with its query. */
  path: string;
  /** Makes and keeps the connections. */
  agent: NodeAgent;
  /** Gives what makes the server wait for a slow reader of an answer. */
  flowOf(answer: NodeAnswer): Flow;
  /** The connections that an answer came over. `reusedSocket` of Deno 2.9 does not always tell them. */
  used: WeakSet<NodeSocket>;
}

/**
 * Sends a request by `node:https` over an agent's connections; rejects with Node's own errors. What changes
 * nothing is sent anew where the server turns out to have closed a connection that was kept.
 */
export async function nodeFetch(
  https: NodeHttps,
  target: NodeTarget,
  request: ConnectorRequest,
): Promise<Response> {
  const { method = "GET", signal } = request;
  signal?.throwIfAborted();
  const body = readyBody(method, request.body);
  const fields = bodyFields(body, request.headers);
  const { flowOf, used, ...place } = target;
  const headers = "Deno" in globalThis ? asWritten(fields) : fields;
  // Ends the making of a connection for a call that is aborted; of one that fails the agent gives it to others.
  const making = new AbortController();
  const sent = https.request({ ...place, method, headers, wanted: making.signal });
  let unlink = () => {};
  let unwatch = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  let reused = false;
  try {
    const answer = await new Promise<NodeAnswer>((resolve, reject) => {
      // Not every runtime tells a request of its own destruction.
      const abort = () => {
        sent.destroy();
        reject(signal!.reason);
      };
      signal?.addEventListener("abort", abort);
      unlink = () => signal?.removeEventListener("abort", abort);
      sent.on("response", resolve);
      // An error may also follow the answer, whose own reader learns of it.
      sent.on("error", reject);
      // Deno 2.9 tells a request whose connection has ended of no error.
      sent.on("socket", (socket: NodeSocket) => {
        reused ||= used.has(socket);
        const lose = () => {
          timer = setTimeout(() => {
            reject(lost());
            sent.destroy();
          });
        };
        socket.on("close", lose);
        unwatch = () => socket.off("close", lose);
      });
      if (body.stream) send(sent, body.stream, signal).catch(reject);
      else sent.end(body.bytes);
    });
    used.add(answer.socket);
    return respond(answer, method, flowOf(answer), signal);
  } catch (error) {
    if (signal?.aborted) {
      making.abort(signal.reason);
      throw signal.reason;
    }
    const repeatable = !request.body && (method === "GET" || method === "HEAD");
    if (!repeatable || !reused) throw error;
  } finally {
    unlink();
    unwatch();
    clearTimeout(timer);
  }
  return await nodeFetch(https, target, request);
}

function lost(): Error {
  return Object.assign(new Error("the connection ended before the answer"), { code: "ECONNRESET" });
}

/** Sends a stream as fast as the connection takes it; rejects with what the source fails by. */
async function send(
  request: NodeRequest,
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let ended = false;
  let wake = () => {};
  const end = () => {
    ended = true;
    wake();
  };
  request.on("drain", () => wake());
  request.on("close", end);
  signal?.addEventListener("abort", end);
  try {
    for await (const chunk of chunksOf(stream)) {
      if (ended) return;
      if (!request.write(chunk)) await new Promise<void>((resolve) => wake = resolve);
      if (ended) return;
    }
    request.end();
  } catch (error) {
    // The server must not take what it got for the whole.
    request.destroy();
    throw error;
  } finally {
    signal?.removeEventListener("abort", end);
  }
}

function respond(
  answer: NodeAnswer,
  method: string,
  flow: Flow,
  signal: AbortSignal | undefined,
): Response {
  const headers = new Headers();
  for (let i = 0; i < answer.rawHeaders.length; i += 2) {
    headers.append(answer.rawHeaders[i]!, answer.rawHeaders[i + 1]!);
  }
  const init = { status: answer.statusCode, statusText: answer.statusMessage, headers };
  if (method === "HEAD" || isBodyless(answer.statusCode)) {
    answer.resume();
    return new Response(null, init);
  }
  return new Response(bodyOf(answer, flow, signal), init);
}

function bodyOf(
  answer: NodeAnswer,
  flow: Flow,
  signal: AbortSignal | undefined,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let done = false;
  let abort = () => {};
  const finish = () => {
    done = true;
    // The connection goes on to the next request.
    flow.resume();
    signal?.removeEventListener("abort", abort);
  };
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      const fail = (error: unknown) => {
        if (done) return;
        finish();
        controller.error(error);
      };
      abort = () => {
        fail(signal!.reason);
        answer.destroy();
      };
      signal?.addEventListener("abort", abort);
      answer.on("data", (chunk: Uint8Array<ArrayBuffer>) => {
        if (done) return;
        controller.enqueue(chunk);
        if (controller.desiredSize! <= 0) flow.pause();
      });
      answer.on("end", () => {
        if (!answer.complete) return fail(new Error("the connection ended within the body"));
        if (done) return;
        finish();
        controller.close();
      });
      answer.on("error", fail);
      answer.on("close", () => fail(new Error("the connection ended within the body")));
    },
    pull() {
      flow.resume();
    },
    cancel() {
      finish();
      answer.destroy();
    },
  }, new ByteLengthQueuingStrategy({ highWaterMark: READ_AHEAD }));
}
