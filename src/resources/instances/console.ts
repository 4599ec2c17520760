import { OperationError, ProtocolError, TruncatedError } from "../../errors.ts";
import type { Channel, ChannelMessage } from "../../connector.ts";
import { type CallOptions, delay } from "../../core/call.ts";
import type { Operation } from "../../core/operation.ts";
import type { Session } from "../../core/session.ts";
import type { Bytes } from "../../core/streams.ts";
import type { InstanceConsolePost } from "../../types/mod.ts";
import type { TerminalSize } from "./process.ts";
import { attach, type Attachment } from "./process_start.ts";
import { discard, inputStream, outputStream } from "./process_streams.ts";

/** Options of attaching to a console. */
export interface ConsoleOptions extends CallOptions {
  /** Detaches, also after it was attached; the streams then fail with the signal's reason. */
  signal?: AbortSignal;
  /** The most that attaching may take, in milliseconds. Default: no limit. */
  timeout?: number;
  /**
   * Takes the console over from whoever is attached to it; needs the API extension `console_force`.
   * Default: false.
   */
  force?: boolean;
}

/** Options of attaching to the text console. */
export interface TextConsoleOptions extends ConsoleOptions {
  /** The size of the terminal. Default: the server's. */
  tty?: TerminalSize;
}

/** What a console closes its control connection with, as the servers' own tools do. */
const DETACHING = "Detaching from console";
/** How long the server is given to see one connection end before the other, in milliseconds. */
const LEAVE_PAUSE_MS = 100;

/**
 * The text console of an instance, as a person at its keyboard has it. Made by `instance.console()`.
 * Its output waits on the server until it is read.
 */
export class InstanceConsole implements AsyncDisposable {
  /** What is written on the console; ends as `ended` does. */
  readonly readable: ReadableStream<Bytes>;
  /** What is typed at the console. */
  readonly writable: WritableStream<Uint8Array>;
  /**
   * Resolves when it is detached, others take it over, or the instance stops. Rejects with an
   * {@linkcode OperationError} when it failed, with a {@linkcode ConnectionError} when the server is
   * gone, and with the signal's reason after an abort.
   */
  readonly ended: Promise<void>;
  readonly #label: string;
  readonly #control: Channel;
  /** Held for good, so that commands given at once wait for each other. */
  readonly #commands: WritableStreamDefaultWriter<ChannelMessage>;
  readonly #terminal: Channel;
  readonly #left: Promise<void>;
  /** The code with which its output ended; 1000 where that was in order. */
  #finished: number | undefined;

  /** @ignore */
  constructor(label: string, { channels, ending, stop: { signal } }: Attachment) {
    this.#label = label;
    this.#control = controlOf(channels, label);
    this.#commands = this.#control.writable.getWriter();
    this.#terminal = channels.get("0")!;
    this.readable = outputStream(this.#terminal, signal, () => this.#broken(signal));
    this.writable = inputStream(this.#terminal, label);
    // The server ends the session with its control connection alone.
    this.#left = this.#terminal.closed.then(({ code }) => this.#leave(code));
    this.ended = this.#end(ending);
    this.ended.catch(() => {});
    if (signal.aborted) this.#terminal.close();
    else signal.addEventListener("abort", () => this.#terminal.close());
  }

  /** Tells it the size of the terminal. */
  async resize(size: TerminalSize): Promise<void> {
    const args = { width: String(size.columns), height: String(size.rows) };
    try {
      await this.#commands.write(JSON.stringify({ command: "window-resize", args }));
    } catch (cause) {
      throw new TruncatedError(`Cannot resize ${this.#label}: it was detached`, { cause });
    }
  }

  /**
   * Leaves the console; the instance goes on. By a fault of liblxc, Incus 6.0 stops a container now and
   * then (2 of 600 times) when somebody leaves its console.
   */
  async detach(): Promise<void> {
    this.#terminal.close();
    await this.ended;
  }

  /** Leaves the console; the instance goes on. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.detach().catch(() => {});
  }

  /** The server ends the session with its control connection alone. */
  async #leave(code: number): Promise<void> {
    this.#finished = code;
    // LXD 5.0 crashes as a whole when both end at once: it says farewell on the terminal, unless that
    // has ended, while it still copies output there.
    await delay(LEAVE_PAUSE_MS);
    this.#control.close(1000, DETACHING);
  }

  async #end(ending: Promise<unknown>): Promise<void> {
    try {
      await ending;
    } catch (error) {
      const outcome = error instanceof OperationError ? error.outcome : undefined;
      // Taken over by others.
      if (outcome === "cancelled") return;
      // After the output's end LXD may fail to write to the terminal, which is gone.
      if (outcome !== "failure" || this.#finished !== 1000) throw error;
    } finally {
      this.#terminal.close();
      await this.#left;
    }
  }

  /** Why the output broke off, or undefined where the console was just detached. */
  async #broken(stop: AbortSignal): Promise<unknown> {
    const reason = await this.ended.then(() => undefined, (error) => error);
    if (stop.aborted) return stop.reason;
    const told = reason instanceof OperationError && reason.outcome !== "unknown";
    if (reason === undefined || told) return reason;
    return new TruncatedError(
      `Cannot read the whole output of ${this.#label}: the connection ended before it did`,
      { cause: reason },
    );
  }
}

/**
 * The graphical console of a virtual machine, which speaks SPICE. Made by `instance.vga()`. Each
 * connection to it is one channel of a SPICE client.
 */
export class VgaConsole implements AsyncDisposable {
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  readonly #session: Session;
  readonly #operation: Operation;
  readonly #control: Channel;
  readonly #secret: string;

  /** @ignore */
  constructor(
    session: Session,
    label: string,
    { operation, channels, ending, stop: { signal } }: Attachment,
  ) {
    this.#session = session;
    this.#operation = operation;
    this.#control = controlOf(channels, label);
    this.#secret = (operation.data.metadata as { fds: Record<string, string> }).fds["0"]!;
    this.ended = ending.then(() => {});
    this.ended.catch(() => {});
    signal.addEventListener("abort", () => this.#control.close());
  }

  /** Opens one more connection: raw bytes of SPICE in binary messages. */
  connect(options: CallOptions = {}): Promise<Channel> {
    return this.#operation.webSocket(this.#secret, options);
  }

  /**
   * The WebSocket URL of further connections, for a SPICE client of another make. It opens the console to
   * whoever has it and the caller's own credentials.
   *
   * @throws {UnsupportedError} when the connector has no URLs, as over a Unix socket.
   */
  get url(): URL {
    return this.#operation.webSocketUrl(this.#secret);
  }

  /** Ends it with all its connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#control.close(1000, DETACHING);
    await this.ended.catch(() => {});
  }
}

/** Attaches to the text console at the `console` path of an instance. */
export async function attachConsole(
  session: Session,
  path: string,
  label: string,
  options: TextConsoleOptions,
): Promise<InstanceConsole> {
  const { tty } = options;
  const body = consoleBody(session, "console", label, options);
  const json = { ...body, width: tty?.columns, height: tty?.rows };
  return new InstanceConsole(
    label,
    await attach(session, path, json, `attach to ${label}`, options),
  );
}

/** Attaches to the graphical console at the `console` path of an instance. */
export async function attachVga(
  session: Session,
  path: string,
  label: string,
  options: ConsoleOptions,
): Promise<VgaConsole> {
  session.require("console_vga_type", `attach to ${label}`);
  const json = consoleBody(session, "vga", label, options);
  const what = `attach to ${label}`;
  return new VgaConsole(
    session,
    label,
    await attach(session, path, json, what, options, "control"),
  );
}

function consoleBody(
  session: Session,
  type: "console" | "vga",
  label: string,
  { force }: ConsoleOptions,
): InstanceConsolePost {
  session.require("console", `attach to ${label}`);
  if (force) session.require("console_force", `take over ${label}`);
  return { type, force };
}

/** The control connection, whose messages do not matter. */
function controlOf(channels: Attachment["channels"], label: string): Channel {
  const control = channels.get("control");
  if (control) {
    discard(control);
    return control;
  }
  for (const channel of channels.values()) channel.close();
  throw new ProtocolError(
    `Cannot attach to ${label}: the server took no control connection`,
  );
}
