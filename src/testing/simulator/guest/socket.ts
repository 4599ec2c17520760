import type { Bytes } from "./text.ts";

/** A WebSocket message: bytes of a binary one, a string of a text one. */
export type SocketMessage = Bytes | string;

/** How a WebSocket ended. */
export interface SocketEnd {
  /** The close code; 1006 where the connection ended without a close frame. */
  code: number;
  /** The reason in the close frame. */
  reason: string;
}

/** The server's end of a WebSocket. */
export interface ServerSocket {
  /** The messages from the client. Ends however the connection does. */
  readonly readable: ReadableStream<SocketMessage>;
  /** The messages to the client. A write resolves when there is room for it; it fails after the end. */
  readonly writable: WritableStream<SocketMessage>;
  /** Resolves when the connection has ended; never rejects. */
  readonly closed: Promise<SocketEnd>;
  /** Ends it with a close frame. */
  close(code?: number, reason?: string): void;
  /** Ends it without a close frame, as the daemons often do. */
  cut(): void;
}

/** Bytes both ways, without messages. */
export interface ByteDuplex {
  /** The bytes from the other end. */
  readonly readable: ReadableStream<Bytes>;
  /** The bytes to the other end. */
  readonly writable: WritableStream<Bytes>;
  /** Ends it, both ways. */
  close(): void;
}
