import type { Channel } from "../connector.ts";

/** Turns a request into a WebSocket of the runtime, as `Deno.upgradeWebSocket` does. */
export type UpgradeWebSocket = (request: Request) => { socket: WebSocket; response: Response };

/** Past so many bytes that the connection has not taken yet, the simulator waits. */
const SEND_MARK = 1024 * 1024;
/** How often it looks again, in milliseconds: the platform gives no event. */
const SEND_POLL_MS = 5;

/** Carries a channel of the simulator over a WebSocket of the runtime, until either ends. */
export function carry(channel: Channel, socket: WebSocket): void {
  socket.binaryType = "arraybuffer";
  const writer = channel.writable.getWriter();
  writer.closed.catch(() => {});
  socket.onmessage = ({ data }) => {
    const message = typeof data === "string" ? data : new Uint8Array(data);
    writer.write(message).catch(() => {});
  };
  socket.onclose = ({ code, reason }) => channel.close(code, reason);
  socket.onopen = () => void send(channel, socket);
}

async function send(channel: Channel, socket: WebSocket): Promise<void> {
  for await (const message of channel.readable) {
    while (socket.bufferedAmount > SEND_MARK) {
      await new Promise((resolve) => setTimeout(resolve, SEND_POLL_MS));
    }
    if (socket.readyState !== WebSocket.OPEN) return channel.close();
    socket.send(message);
  }
  const { code, reason } = await channel.closed;
  // No server may name 1006: that is what a client sees where there was no close frame.
  socket.close(code === 1006 ? 1001 : code, reason);
}
