import { Bell } from "./process/bell.ts";
import type { ServerSocket } from "./socket.ts";

/** The WebSockets of a session, as they come. */
export class SessionSockets {
  readonly #expected: readonly string[];
  readonly #sockets = new Map<string, ServerSocket>();
  readonly #came = new Bell();
  #finished = false;

  /** Those of these names. */
  constructor(expected: readonly string[]) {
    this.#expected = expected;
  }

  /** The one of a name, if it has come. */
  get(name: string): ServerSocket | undefined {
    return this.#sockets.get(name);
  }

  /** Takes one; one that is there already, or comes too late, is ended at once. */
  add(name: string, socket: ServerSocket): void {
    if (this.#finished || this.#sockets.has(name) || !this.#expected.includes(name)) {
      return socket.cut();
    }
    this.#sockets.set(name, socket);
    this.#came.ring();
  }

  /** Waits until all of these have come; rejects with the signal's reason. */
  async all(names: readonly string[], signal: AbortSignal): Promise<void> {
    while (!names.every((name) => this.#sockets.has(name))) await this.#came.wait(signal);
  }

  /** Ends all that are left without a close frame, as the daemons do. */
  finish(): void {
    this.#finished = true;
    for (const socket of this.#sockets.values()) socket.cut();
  }
}
