import type { ServerSocket } from "./socket.ts";

/** What is told over a control WebSocket. */
export interface ControlHandlers {
  /** The window has another size. */
  resize(columns: number, rows: number): void;
  /** A signal is to be sent. */
  signal?(signal: number): void;
  /** The client has gone. */
  gone(): void;
}

/** Obeys a control WebSocket until its end. What makes no sense is passed over, as by the daemons. */
export async function obey(socket: ServerSocket, handlers: ControlHandlers): Promise<void> {
  for await (const message of socket.readable) {
    const text = typeof message === "string" ? message : new TextDecoder().decode(message);
    let told: { command?: unknown; args?: Record<string, string> | null; signal?: unknown };
    try {
      told = JSON.parse(text) ?? {};
    } catch {
      continue;
    }
    if (told.command === "window-resize") {
      const columns = Number(told.args?.width), rows = Number(told.args?.height);
      if (columns > 0 && rows > 0) handlers.resize(columns, rows);
    } else if (told.command === "signal" && typeof told.signal === "number") {
      handlers.signal?.(told.signal);
    }
  }
  handlers.gone();
}
