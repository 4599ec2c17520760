import type { Channel, ChannelMessage } from "../../connector.ts";
import { OperationError, ProtocolError, TruncatedError } from "../../errors.ts";
import { delay } from "../../core/call.ts";
import type { Operation } from "../../core/operation.ts";
import { type Signal, signalNumber, signalOf } from "../../core/signals.ts";
import type { Bytes } from "../../core/streams.ts";
import { reasonOf } from "./process_failure.ts";
import { discard, inputStream, outputStream } from "./process_streams.ts";

/**
 * How far apart the ends of two connections may be seen that a server ends at once, in milliseconds, on a
 * machine that is busy. A process that ends sooner after its input was cut off cannot be told from one
 * that needed no more.
 */
const CLOSE_GRACE_MS = 300;
/** How long a terminal outlasts its control connection, in milliseconds. */
const HANG_UP_PAUSE_MS = 50;
/** How long a process that was disposed of is given to end, in milliseconds. */
const KILL_LIMIT_MS = 1000;

/** The size of a terminal, in characters. */
export interface TerminalSize {
  /** The width. */
  columns: number;
  /** The height. */
  rows: number;
}

/** How a process ended. */
export interface ProcessStatus {
  /** Whether the exit code is 0. */
  success: boolean;
  /** The exit code; 126 where the command cannot be run, 127 where there is none of that name. */
  code: number;
  /**
   * The signal that the exit code stands for, or null. The servers report a death by signal as 128
   * plus its number, which a command can also return by itself.
   */
  signal: Signal | null;
}

/** The websockets of a process. */
export interface ProcessChannels {
  /** Takes signals and sizes. */
  control: Channel;
  /** Its input; in a terminal, its output too. */
  stdin: Channel;
  /** Its output, where it has no terminal. */
  stdout?: Channel;
  /** Its error output, where it has no terminal. */
  stderr?: Channel;
}

/**
 * A process inside an instance, in the words of `Deno.ChildProcess`. Made by `instance.spawn()`.
 *
 * Its output waits on the server until it is read, and the process waits with it: read `stdout`
 * and `stderr`, or cancel them. Disposing of it kills what still runs, and waits for its end.
 */
export class InstanceProcess implements AsyncDisposable {
  /**
   * Its standard input. A write resolves when the connection took it; closing it is the end of the
   * input. A terminal has no such end: write `\x04` there, as a person would.
   */
  readonly stdin: WritableStream<Uint8Array>;
  /**
   * Its standard output; in a terminal, all output. Fails with a {@linkcode TruncatedError} where
   * the connection ends before the output does. In Deno, Node and Bun it fills the buffer of a reader that
   * brings one (`getReader({ mode: "byob" })`), which is faster and takes less memory.
   */
  readonly stdout: ReadableStream<Bytes>;
  /** Its standard error, as `stdout`; empty in a terminal. */
  readonly stderr: ReadableStream<Bytes>;
  /**
   * Resolves when it has ended; its last output may still wait to be read then. Rejects with an
   * {@linkcode OperationError} when it could not be started or its end cannot be known, with a
   * {@linkcode ConnectionError} when the server is gone, with a {@linkcode TruncatedError} when the
   * connection of its input is lost, and with the signal's reason after an abort.
   */
  readonly status: Promise<ProcessStatus>;

  readonly #label: string;
  readonly #operation: Operation;
  readonly #ending: Promise<unknown>;
  readonly #channels: ProcessChannels;
  readonly #stop: AbortController;
  readonly #over = new AbortController();
  /** Held for good, so that commands given at once wait for each other. */
  readonly #commands: WritableStreamDefaultWriter<ChannelMessage>;
  #fed = false;
  #hungUp: Promise<void> | undefined;

  /**
   * `stop` ends the wait for the operation.
   *
   * @ignore
   */
  constructor(
    label: string,
    operation: Operation,
    ending: Promise<unknown>,
    channels: ProcessChannels,
    stop: AbortController,
  ) {
    this.#label = label;
    this.#operation = operation;
    this.#ending = ending;
    this.#channels = channels;
    this.#stop = stop;
    const { control, stdin, stdout, stderr } = channels;
    this.#commands = control.writable.getWriter();
    discard(control);
    if (stdout) discard(stdin);
    const truncated = () => this.#truncated(ending);
    this.stdin = inputStream(stdin, label, () => this.#fed = true);
    this.stdout = outputStream(stdout ?? stdin, stop.signal, truncated);
    this.stderr = stderr ? outputStream(stderr, stop.signal, truncated) : new Blob([]).stream();
    const input = stdout ? this.#inputCut() : new Promise<never>(() => {});
    this.status = this.#end(Promise.race([ending, input]));
    input.catch(() => {});
    this.status.catch(() => {});
    const hangUp = () => this.#hungUp = this.#hangUp();
    if (stop.signal.aborted) hangUp();
    else stop.signal.addEventListener("abort", hangUp);
  }

  /**
   * Sends it a signal.
   *
   * @throws {TypeError} when it has ended.
   */
  async kill(signal: Signal = "SIGTERM"): Promise<void> {
    await this.#command("send a signal", { command: "signal", signal: signalNumber(signal) });
  }

  /**
   * Tells its terminal the size of the window. Nothing happens where it has no terminal.
   *
   * @throws {TypeError} when it has ended.
   */
  async resize(size: TerminalSize): Promise<void> {
    const args = { width: String(size.columns), height: String(size.rows) };
    await this.#command("resize the terminal", { command: "window-resize", args });
  }

  /**
   * Kills it where it still runs, and ends its streams. Waits until the server says that it has ended, for
   * a second at most.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new DOMException(`${this.#label} was disposed of`, "AbortError"));
    await Promise.allSettled([this.status, this.#ending]);
    if (this.#operation.ended) return;
    await this.#operation.wait({ timeout: KILL_LIMIT_MS }).catch(() => {});
  }

  async #end(ending: Promise<unknown>): Promise<ProcessStatus> {
    try {
      await ending.catch((error) => {
        // A command that cannot be run is a failed operation, and has an exit code all the same.
        if (!(error instanceof OperationError) || this.#code === undefined) throw error;
      });
      const code = this.#code;
      if (code === undefined) {
        throw new ProtocolError(
          `Cannot tell how ${this.#label} ended: the server gave no exit code`,
        );
      }
      return { success: code === 0, code, signal: signalOf(code) };
    } finally {
      this.#over.abort();
      await this.#hungUp;
      this.#channels.control.close();
      if (this.#channels.stdout) this.#channels.stdin.close();
    }
  }

  get #code(): number | undefined {
    const code = (this.#operation.data.metadata as { return?: unknown } | null)?.return;
    return typeof code === "number" ? code : undefined;
  }

  /**
   * Rejects where the connection of the input is lost while the process runs: it has taken that for the end
   * of its input. Servers end that connection and the control connection at once, when it has ended.
   */
  async #inputCut(): Promise<never> {
    const { control, stdin } = this.#channels;
    let running = true;
    control.closed.then(() => running = false);
    await stdin.closed;
    const over = this.#over.signal;
    if (this.#fed && running) await delay(CLOSE_GRACE_MS, over).catch(() => {});
    if (!this.#fed || !running || over.aborted) return await new Promise<never>(() => {});
    throw new TruncatedError(
      `Cannot write the whole input of ${this.#label}: the connection ended before the command did`,
    );
  }

  /** Why output broke off: what the caller did, else what the server says, else that it did. */
  async #truncated(ending: Promise<unknown>): Promise<unknown> {
    this.#stop.signal.throwIfAborted();
    const reason = await reasonOf(ending);
    if (reason instanceof OperationError && reason.outcome !== "unknown") return reason;
    return new TruncatedError(
      `Cannot read the whole output of ${this.#label}: the connection ended before it did`,
      { cause: reason },
    );
  }

  /** The server kills a process whose control connection ends. */
  async #hangUp(): Promise<void> {
    const { control, stdin, stdout, stderr } = this.#channels;
    control.close();
    // Over HTTPS LXD 5.0 keeps the operation for good where a terminal ends before the command is killed.
    if (!stdout && !this.#over.signal.aborted) await delay(HANG_UP_PAUSE_MS);
    for (const channel of [stdin, stdout, stderr]) channel?.close();
  }

  async #command(what: string, message: unknown): Promise<void> {
    if (this.#over.signal.aborted) {
      throw new TypeError(`Cannot ${what} to ${this.#label}: it has ended`);
    }
    await this.#commands.write(JSON.stringify(message));
  }
}
