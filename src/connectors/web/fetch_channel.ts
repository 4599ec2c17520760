import type { Channel } from "../../connector.ts";
import { refuse } from "../../core/envelope.ts";
import { WebChannel } from "./channel.ts";

/** A WebSocket as workerd gives it with the answer of a `fetch`. */
interface AcceptedSocket extends WebSocket {
  /** Starts it. */
  accept(): void;
}

/** What is opened, and for whom. */
export interface FetchChannelOptions {
  /** The full address, of HTTP. */
  url: URL;
  /** The server as people write it; for messages only. */
  address: string;
  /** Header fields of the request. */
  headers: Record<string, string>;
  /** Ends the attempt. */
  signal: AbortSignal | undefined;
}

/**
 * Opens a WebSocket as workerd does, by a `fetch` that asks for the upgrade: it carries header fields,
 * goes through bindings, and tells why the server refuses.
 */
export async function openFetchChannel(
  fetch: (url: string, init: RequestInit) => Promise<Response>,
  { url, address, headers, signal }: FetchChannelOptions,
): Promise<Channel> {
  signal?.throwIfAborted();
  // The caller's own would end the socket after it has opened, too.
  const attempt = new AbortController();
  const abort = () => attempt.abort(signal!.reason);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    const response = await fetch(url.href, {
      headers: { ...headers, upgrade: "websocket" },
      signal: attempt.signal,
    });
    const { webSocket } = response as { webSocket?: AcceptedSocket };
    if (!webSocket) return await refuse(response, { method: "open", path: url.pathname });
    webSocket.binaryType = "arraybuffer";
    webSocket.accept();
    return new WebChannel(webSocket, address);
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}
