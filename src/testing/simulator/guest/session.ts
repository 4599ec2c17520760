import type { ServerSocket } from "./socket.ts";
import type { Bytes } from "./text.ts";

/** How a session with something inside an instance ended. */
export interface SessionResult {
  /** The exit code, where there is one. */
  return?: number;
  /** Why the operation failed, in the daemons' words. */
  error?: string;
  /** What was written to standard output and error, where that was to be recorded. */
  output?: { "1": Bytes; "2": Bytes };
}

/** What runs inside an instance for an operation, and the WebSockets that it is spoken with over. */
export interface GuestSession {
  /** The names of the WebSockets; none where it goes without. */
  readonly fds: readonly string[];
  /** Takes one of the WebSockets; one that is there already, or comes too late, is ended at once. */
  connect(fd: string, socket: ServerSocket): void;
  /** Does it all; resolves when the operation is to end. */
  run(): Promise<SessionResult>;
  /** Ends the WebSockets that are left, once the operation has ended. */
  finish(): void;
  /** Ends it from outside. */
  cancel(): void;
}
