import type { ServerSocket } from "./socket.ts";

/** What goes on inside behind the websockets of an operation. */
export interface GuestSession {
  /** The names of its websockets. */
  readonly fds: readonly string[];
  /** Takes one of them, once the client has it. */
  connect(fd: string, socket: ServerSocket): void;
  /** Runs it; resolves when its operation is to end. */
  run(): Promise<SessionResult>;
  /** Ends what is left of its websockets, once the operation has ended. */
  finish(): void;
  /** Ends it early. */
  cancel?(): void;
}

/** How it ended. */
export interface SessionResult {
  /** The exit code. */
  return?: number;
  /** What went wrong. */
  error?: string;
  /** The output, where it was to be kept. */
  output?: { "1": Uint8Array; "2": Uint8Array };
}
