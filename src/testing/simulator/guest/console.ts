import { deferred } from "./deferred.ts";
import { obey } from "./control.ts";
import { Terminal } from "./process/terminal.ts";
import type { GuestSession, SessionResult } from "./session.ts";
import { SessionSockets } from "./session_sockets.ts";
import type { ServerSocket } from "./socket.ts";
import { type Bytes, concat } from "./text.ts";

/** How much of what was shown is kept, in bytes, as by LXC. */
const LOG_SIZE = 128 * 1024;

const never = new AbortController().signal;

/** The console of an instance: its terminal while it runs, and what was shown on it. */
export class GuestConsole {
  /** The terminal, while the instance runs. */
  terminal: Terminal | undefined;
  #log: Bytes = new Uint8Array();
  readonly #watchers = new Set<ConsoleSession>();

  /** Begins with the instance. */
  start(): Terminal {
    this.terminal = new Terminal("/dev/console", 80, 24);
    this.#log = new Uint8Array();
    this.#show(this.terminal);
    return this.terminal;
  }

  /** Ends with the instance, and whoever is attached with it. */
  stop(): void {
    this.terminal?.hangUp();
    this.terminal = undefined;
    for (const session of this.#watchers) session.cancel();
  }

  /** What was shown since the start, the last part of it. */
  log(): Bytes {
    return this.#log.slice();
  }

  /** Forgets what was shown. */
  clearLog(): void {
    this.#log = new Uint8Array();
  }

  /** Gives a session what is shown from now on. */
  watch(session: ConsoleSession): void {
    this.#watchers.add(session);
  }

  /** Gives a session nothing any longer. */
  leave(session: ConsoleSession): void {
    this.#watchers.delete(session);
  }

  async #show(terminal: Terminal): Promise<void> {
    while (true) {
      const bytes = await terminal.shown.read(65_536, never);
      if (!bytes || this.terminal !== terminal) return;
      this.#log = concat([this.#log, bytes]).slice(-LOG_SIZE);
      for (const session of this.#watchers) await session.show(bytes);
    }
  }
}

/** A client at the console. */
export class ConsoleSession implements GuestSession {
  /** The names of its WebSockets. */
  readonly fds: readonly string[] = ["0", "control"];
  readonly #console: GuestConsole;
  readonly #size: { width?: number; height?: number };
  readonly #sockets = new SessionSockets(this.fds);
  readonly #end = new AbortController();
  #writer: WritableStreamDefaultWriter<Bytes | string> | undefined;

  /** A client that is to come, with a window of this size. */
  constructor(console: GuestConsole, size: { width?: number; height?: number }) {
    this.#console = console;
    this.#size = size;
  }

  /** Takes one of the WebSockets. */
  connect(fd: string, socket: ServerSocket): void {
    this.#sockets.add(fd, socket);
    if (fd !== "control") return;
    obey(socket, {
      resize: (columns, rows) => this.#console.terminal?.resize(columns, rows),
      gone: () => this.cancel(),
    }).catch(() => {});
  }

  /** Lasts until either side leaves. */
  async run(): Promise<SessionResult> {
    const { signal } = this.#end;
    try {
      await this.#sockets.all(["0"], signal);
    } catch {
      return {};
    }
    const socket = this.#sockets.get("0")!;
    const { terminal } = this.#console;
    if (!terminal) return {};
    const { width = 0, height = 0 } = this.#size;
    if (width > 0 && height > 0) terminal.resize(width, height);
    this.#writer = socket.writable.getWriter();
    this.#console.watch(this);
    this.#type(socket, terminal).catch(() => {}).finally(() => this.cancel());
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener("abort", () => resolve(), { once: true });
    });
    this.#console.leave(this);
    return {};
  }

  /** Shows what is written on the console; waits for a client that is slow. */
  async show(bytes: Bytes): Promise<void> {
    const { signal } = this.#end;
    const ended = deferred<void>();
    const end = () => ended.resolve();
    signal.addEventListener("abort", end);
    await Promise.race([this.#writer?.write(bytes).catch(() => this.cancel()), ended.promise]);
    signal.removeEventListener("abort", end);
  }

  /** Ends the WebSockets. */
  finish(): void {
    this.#sockets.finish();
  }

  /** Ends it from outside. */
  cancel(): void {
    this.#end.abort();
  }

  async #type(socket: ServerSocket, terminal: Terminal): Promise<void> {
    for await (const message of socket.readable) {
      if (typeof message === "string") return;
      await terminal.type(message, this.#end.signal);
    }
  }
}
