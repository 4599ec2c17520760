import type { ServerEvent } from "../../types/mod.ts";
import type { Clock } from "./clock.ts";
import type { ServerSocket } from "./guest/socket.ts";
import { timeOf } from "./times.ts";

/** What a listener asked for. */
export interface EventFilter {
  /** The types of events. */
  types: ReadonlySet<string>;
  /** The project; undefined for all of them. */
  project: string | undefined;
}

interface Listener extends EventFilter {
  socket: ServerSocket;
  writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer> | string>;
}

/** The event streams of a simulated server: each gets all that it asked for, in the order of what happens. */
export class Events {
  readonly #clock: Clock;
  readonly #clustered: () => string | undefined;
  readonly #listeners = new Set<Listener>();

  /** `location` tells the cluster member that events come from, where there is a cluster. */
  constructor(clock: Clock, location: () => string | undefined) {
    this.#clock = clock;
    this.#clustered = location;
  }

  /** Sends what is asked for to a socket, until it ends. */
  listen(socket: ServerSocket, filter: EventFilter): void {
    const writer = socket.writable.getWriter();
    writer.closed.catch(() => {});
    const listener = { ...filter, socket, writer };
    this.#listeners.add(listener);
    socket.closed.then(() => this.#listeners.delete(listener));
    this.#endAtMessage(socket);
  }

  /** Cuts all streams, as a server does that goes away. */
  cut(): void {
    for (const { socket } of this.#listeners) socket.cut();
  }

  /** Whether anybody would hear of an event; it need not be made otherwise. */
  heard(type: string, project?: string): boolean {
    for (const listener of this.#listeners) if (wants(listener, type, project)) return true;
    return false;
  }

  /** Tells an event to all who asked for such. */
  tell(type: ServerEvent["type"], metadata: unknown, project?: string): void {
    if (!this.heard(type, project)) return;
    const location = this.#clustered();
    const event = {
      type,
      timestamp: timeOf(this.#clock.now()),
      metadata,
      ...location !== undefined && { location },
      ...project !== undefined && { project },
    };
    const text = JSON.stringify(event);
    for (const listener of this.#listeners) {
      if (wants(listener, type, project)) listener.writer.write(text).catch(() => {});
    }
  }

  /** A client has nothing to say here: the daemons end the stream of one that does. */
  async #endAtMessage(socket: ServerSocket): Promise<void> {
    const reader = socket.readable.getReader();
    const { done } = await reader.read();
    if (!done) socket.cut();
  }
}

/** Logging has no project: whoever asked for it gets it. */
function wants(filter: EventFilter, type: string, project: string | undefined): boolean {
  if (!filter.types.has(type)) return false;
  return filter.project === undefined || project === undefined || filter.project === project;
}
