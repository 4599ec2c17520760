import type { GuestSession } from "../guest/session.ts";
import type { ServerSocket } from "../guest/socket.ts";
import { type Random, randomHex } from "../ids.ts";

/** The websockets of a session, by the secrets that were given out for them. */
export class SessionSockets {
  /** What the operation tells: the secrets by the names of the sockets. */
  readonly fds: Record<string, string>;
  readonly #session: GuestSession;
  readonly #names: ReadonlyMap<string, string>;

  /** Gives out secrets for the sockets of a session. */
  constructor(session: GuestSession, random: Random) {
    this.#session = session;
    this.fds = Object.fromEntries(session.fds.map((name) => [name, randomHex(random, 64)]));
    this.#names = new Map(Object.entries(this.fds).map(([name, secret]) => [secret, name]));
  }

  /** Whether there is a socket of this secret. */
  has(secret: string): boolean {
    return this.#names.has(secret);
  }

  /** Connects one. */
  connect(secret: string, socket: ServerSocket): void {
    this.#session.connect(this.#names.get(secret)!, socket);
  }
}
