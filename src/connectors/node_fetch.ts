import type { ConnectorRequest } from "../connector.ts";
import { chunksOf } from "../core/streams.ts";
import type { NodeAgent, NodeAnswer, NodeModules, NodeRequest } from "./node_api.ts";

/** What is received ahead of the consumer, in bytes. */
const READ_AHEAD = 64 * 1024;
/** Statuses whose answers have no body. */
const BODILESS = new Set([101, 204, 205, 304]);

/** Sends a request by `node:https` over an agent's connections; rejects with Node's own errors. */
export async function nodeFetch(
  https: NodeModules["https"],
  options: { host: string; port: number; path: string; agent: NodeAgent },
  request: ConnectorRequest,
): Promise<Response> {
  const { method = "GET", signal } = request;
  const body = readyBody(request);
  const sent = https.request({ ...options, method, headers: asWritten(body.headers) });
  const abort = () => sent.destroy(asError(signal!.reason));
  signal?.addEventListener("abort", abort);
  const unlink = () => signal?.removeEventListener("abort", abort);
  try {
    const answered = new Promise<NodeAnswer>((resolve, reject) => {
      sent.on("response", resolve);
      // An error may also follow the answer, whose own reader learns of it.
      sent.on("error", reject);
    });
    if (body.stream) send(sent, body.stream);
    else sent.end(body.bytes);
    return respond(await answered, method, unlink, signal);
  } catch (error) {
    unlink();
    throw error;
  }
}

/** Header values hold a byte in each character. Deno writes characters as UTF-8, Node as bytes. */
function asWritten(headers: Record<string, string>): Record<string, string> {
  if (!("Deno" in globalThis)) return headers;
  const decoder = new TextDecoder();
  const written = Object.entries(headers).map(([name, value]) => {
    return [name, decoder.decode(Uint8Array.from(value, (it) => it.charCodeAt(0)))];
  });
  return Object.fromEntries(written);
}

interface ReadyBody {
  headers: Record<string, string>;
  bytes?: Uint8Array;
  stream?: ReadableStream<Uint8Array>;
}

/** The body with the header fields that it needs. */
function readyBody({ body, headers = {} }: ConnectorRequest): ReadyBody {
  if (body === undefined || body === null) {
    return { headers: { "content-length": "0", ...headers } };
  }
  if (typeof body === "string" || body instanceof Uint8Array) {
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
    return { headers: { ...headers, "content-length": String(bytes.length) }, bytes };
  }
  // The platform knows how to write the other kinds of body.
  const written = new Response(body);
  const type = written.headers.get("content-type");
  const own: Record<string, string> = type ? { "content-type": type } : {};
  if (body instanceof Blob) own["content-length"] = String(body.size);
  return {
    headers: { ...own, ...headers },
    stream: written.body!,
  };
}

/** Sends a stream as fast as the connection takes it. */
async function send(request: NodeRequest, stream: ReadableStream<Uint8Array>): Promise<void> {
  let closed = false;
  let wake = () => {};
  request.on("drain", () => wake());
  request.on("close", () => {
    closed = true;
    wake();
  });
  try {
    for await (const chunk of chunksOf(stream)) {
      if (!request.write(chunk)) await new Promise<void>((resolve) => wake = resolve);
      if (closed) return;
    }
    request.end();
  } catch (error) {
    // The source failed: the server must not take what it got for the whole.
    request.destroy(asError(error));
  }
}

function respond(
  answer: NodeAnswer,
  method: string,
  unlink: () => void,
  signal: AbortSignal | undefined,
): Response {
  const headers = new Headers();
  for (let i = 0; i < answer.rawHeaders.length; i += 2) {
    headers.append(answer.rawHeaders[i]!, answer.rawHeaders[i + 1]!);
  }
  const init = { status: answer.statusCode, statusText: answer.statusMessage, headers };
  answer.on("close", unlink);
  if (method === "HEAD" || BODILESS.has(answer.statusCode)) {
    answer.resume();
    return new Response(null, init);
  }
  return new Response(bodyOf(answer, signal), init);
}

function bodyOf(
  answer: NodeAnswer,
  signal: AbortSignal | undefined,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let done = false;
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      const fail = (error: unknown) => {
        if (done) return;
        done = true;
        controller.error(signal?.aborted ? signal.reason : error);
      };
      answer.on("data", (chunk: Uint8Array<ArrayBuffer>) => {
        if (done) return;
        controller.enqueue(chunk);
        if (controller.desiredSize! <= 0) answer.pause();
      });
      answer.on("end", () => {
        if (!answer.complete) return fail(new Error("the connection ended within the body"));
        if (done) return;
        done = true;
        controller.close();
      });
      answer.on("error", fail);
      answer.on("close", () => fail(new Error("the connection ended within the body")));
      answer.pause();
    },
    pull() {
      answer.resume();
    },
    cancel() {
      done = true;
      answer.destroy();
    },
  }, new ByteLengthQueuingStrategy({ highWaterMark: READ_AHEAD }));
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error("the request was aborted", { cause: reason });
}
