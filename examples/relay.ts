/**
 * What passes requests and WebSockets on to a daemon, for servers that decide by themselves who may
 * use it.
 *
 * @module
 */

import { ApiError, type Channel, type Connector } from "../mod.ts";

/** The header fields that go on to the daemon. */
const KEPT = /^(accept|content-type|if-match|range|x-(lxd|incus)-.+)$/;
/** So many bytes may wait for a slow reader of a WebSocket. */
const MOST_WAITING = 1024 * 1024;

/** Says whether a URL leads into the API, and nowhere else. */
export function isPathOfApi({ pathname }: URL): boolean {
  const path = decodeURIComponent(pathname);
  return /^\/1\.0(\/|$)/.test(path) && !path.split("/").includes("..");
}

/** Refuses a request in the form of the API. */
export function refuse(status: number, error: string): Response {
  return Response.json({ type: "error", error, error_code: status }, { status });
}

/** Passes a request on, and the answer back. */
export async function passOn(connector: Connector, request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const path = pathname + search;
  const { method, body, headers } = request;
  if (headers.get("upgrade") === "websocket") return await open(connector, request, path);
  const kept = Object.fromEntries([...headers].filter(([name]) => KEPT.test(name)));
  const answer = await connector.fetch(path, { method, headers: kept, body });
  // Of an answer without a body Deno would say that it has 0 bytes.
  const empty = () => new ReadableStream({ start: (controller) => controller.close() });
  const unsized = method === "HEAD" && !answer.headers.has("content-length");
  return new Response(unsized ? empty() : answer.body, answer);
}

async function open(connector: Connector, request: Request, path: string): Promise<Response> {
  try {
    return relay(request, await connector.webSocket(path));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return refuse(error.status, error.serverMessage);
  }
}

/**
 * Passes messages on between the two. What the daemon just drops at its end, some callers would drop
 * unread: here it ends with a close frame.
 */
function relay(request: Request, channel: Channel): Response {
  const { socket, response } = Deno.upgradeWebSocket(request);
  const writer = channel.writable.getWriter();
  socket.binaryType = "arraybuffer";
  socket.onmessage = ({ data }) => {
    writer.write(typeof data === "string" ? data : new Uint8Array(data)).catch(() => {});
  };
  socket.onclose = () => channel.close();
  socket.onopen = async () => {
    for await (const message of channel.readable) {
      socket.send(message);
      while (socket.bufferedAmount > MOST_WAITING) await new Promise((go) => setTimeout(go, 5));
    }
    socket.close();
  };
  return response;
}
