import type { InstanceExecPost } from "../../../types/instances.ts";
import { obey } from "./control.ts";
import { BytePipe } from "./process/byte_pipe.ts";
import { CommandError } from "./process/command_error.ts";
import { devices } from "./process/devices.ts";
import type { Kernel } from "./process/kernel.ts";
import { Descriptor, type OpenFile, unreadable } from "./process/open_file.ts";
import type { Process } from "./process/process.ts";
import { Terminal } from "./process/terminal.ts";
import type { GuestSession, SessionResult } from "./session.ts";
import { SessionSockets } from "./session_sockets.ts";
import type { ServerSocket } from "./socket.ts";
import { type Bytes, concat } from "./text.ts";

/** How long the client has to connect all WebSockets, in milliseconds. */
const CONNECT_LIMIT_MS = 5000;
/** How long what a command left behind may go on to write after its end, in milliseconds. */
const FINISH_LIMIT_MS = 1000;
/** The path that commands are looked for in where the request names none. */
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** How much of the output goes in one message, in bytes. */
const MESSAGE = 128 * 1024;

/** Runs a command for an `exec` operation: over WebSockets, recorded, or with its output thrown away. */
export class ExecSession implements GuestSession {
  /** The names of its WebSockets. */
  readonly fds: readonly string[];
  readonly #kernel: Kernel;
  readonly #request: InstanceExecPost;
  readonly #sockets: SessionSockets;
  readonly #cancelled = new AbortController();
  #process: Process | undefined;

  /** A command that is to run in an instance. */
  constructor(kernel: Kernel, request: InstanceExecPost) {
    this.#kernel = kernel;
    this.#request = request;
    const streams = request.interactive ? ["0", "control"] : ["0", "1", "2", "control"];
    this.fds = request["wait-for-websocket"] ? streams : [];
    this.#sockets = new SessionSockets(this.fds);
  }

  /** Takes one of the WebSockets. */
  connect(fd: string, socket: ServerSocket): void {
    this.#sockets.add(fd, socket);
  }

  /** Runs the command to its end. */
  async run(): Promise<SessionResult> {
    if ((this.#request.command ?? []).length === 0) {
      return { error: "Failed to retrieve PID of executing child process" };
    }
    if (this.fds.length === 0) return await this.#runAlone();
    const required = this.#request.interactive ? this.fds : ["0", "1", "2"];
    if (!await this.#connected(required)) {
      return { error: "Timed out waiting for websockets to connect" };
    }
    return this.#request.interactive ? await this.#runInTerminal() : await this.#runPiped();
  }

  /** Ends the WebSockets that are left. */
  finish(): void {
    this.#sockets.finish();
  }

  /** Kills the command. */
  cancel(): void {
    this.#cancelled.abort();
    this.#process?.kill(9);
  }

  async #connected(names: readonly string[]): Promise<boolean> {
    const over = new AbortController();
    const stop = AbortSignal.any([over.signal, this.#cancelled.signal]);
    this.#kernel.clock.deadline(CONNECT_LIMIT_MS, over.signal).then(() => over.abort(), () => {});
    try {
      await this.#sockets.all(names, stop);
      return true;
    } catch {
      return false;
    } finally {
      over.abort();
    }
  }

  /** Without WebSockets: there is no input, and the output is kept or thrown away. */
  async #runAlone(): Promise<SessionResult> {
    const recorded = this.#request["record-output"] === true;
    const outputs = [new Recording(), new Recording()] as const;
    const [stdout, stderr]: readonly OpenFile[] = recorded
      ? outputs
      : [devices.null!, devices.null!];
    const result = await this.#start([devices.null!, stdout!, stderr!]);
    const { return: code, error } = await result;
    if (!recorded) return { return: code, error };
    return { return: code, error, output: { "1": outputs[0].bytes, "2": outputs[1].bytes } };
  }

  async #runPiped(): Promise<SessionResult> {
    const [input, output, errors] = [new BytePipe(), new BytePipe(), new BytePipe()];
    const ending = this.#start([input.reader, output.writer, errors.writer]);
    const control = this.#sockets.get("control");
    const kill = () => this.#process?.kill(9);
    if (control) {
      const signal = (signal: number) => this.#process?.kill(signal);
      ignore(obey(control, { resize: () => {}, signal, gone: kill }));
    } else {
      // Whoever has no control connection goes by leaving the output.
      ignore(this.#sockets.get("1")!.closed.then(kill));
    }
    ignore(
      feed(
        this.#sockets.get("0")!,
        (bytes) => input.write(bytes, never),
        () => input.closeWriter(),
      ),
    );
    const finished = new AbortController();
    const mirrors = ([["1", output], ["2", errors]] as const).map(([fd, pipe]) => {
      return mirror(pipe, this.#sockets.get(fd)!, finished.signal);
    });
    const result = await ending;
    control?.cut();
    const drained = new AbortController();
    if (output.writing || errors.writing) {
      const limit = this.#kernel.clock.sleep(FINISH_LIMIT_MS, drained.signal);
      limit.then(() => finished.abort(), () => {});
    }
    await Promise.all(mirrors);
    drained.abort();
    return result;
  }

  async #runInTerminal(): Promise<SessionResult> {
    const { width = 0, height = 0 } = this.#request;
    const terminal = this.#kernel.addTerminal((name) => new Terminal(name, width, height));
    const control = this.#sockets.get("control")!;
    const socket = this.#sockets.get("0")!;
    const ending = this.#start([terminal.file, terminal.file, terminal.file], terminal);
    ignore(obey(control, {
      resize: (columns, rows) => terminal.resize(columns, rows),
      signal: (signal) => this.#process?.kill(signal),
      gone: () => this.#process?.kill(9),
    }));
    const typed = feed(socket, (bytes) => terminal.type(bytes, never), () => {});
    ignore(typed);
    const shown = mirror(terminal.shown, socket, never);
    const result = await ending;
    control.cut();
    terminal.shown.closeWriter();
    await shown;
    terminal.hangUp();
    this.#kernel.removeTerminal(terminal);
    // The operation goes on until the client has left its side, too.
    await Promise.race([typed.catch(() => {}), aborted(this.#cancelled.signal)]);
    return result;
  }

  /** Starts the command; resolves with how it ended. */
  async #start(files: OpenFile[], terminal?: Terminal): Promise<SessionResult> {
    const { command, environment = {}, user = 0, group = 0 } = this.#request;
    const variables = new Map([
      ["PATH", PATH],
      ["container", "lxc"],
      ...Object.entries(environment),
    ]);
    const descriptors = new Map<number, Descriptor>();
    files.forEach((file, number) => descriptors.set(number, new Descriptor(file)));
    let error: string | undefined;
    const start = {
      argv: command,
      environment: variables,
      cwd: this.#directory(variables),
      uid: user,
      gid: group,
      descriptors,
      terminal,
    };
    const process = this.#kernel.start(start, (process) => {
      this.#process = process;
      if (terminal) terminal.foreground = process.group;
      try {
        return this.#kernel.programs.find(process, command)(process);
      } catch (failure) {
        if (!(failure instanceof CommandError)) throw failure;
        error = failure.code === 127 ? "Command not found" : "Command not executable";
        return failure.code;
      }
    });
    const code = await process.exited;
    return error === undefined ? { return: code } : { return: code, error };
  }

  #directory(environment: ReadonlyMap<string, string>): string {
    const wanted = this.#request.cwd || environment.get("HOME") || "/";
    const path = wanted.startsWith("/") ? wanted : `/${wanted}`;
    const { files } = this.#kernel;
    return files.find(path)?.type === "directory" ? files.resolve(path) : "/";
  }
}

/** What is never aborted: the end of a connection ends these on their own. */
const never = new AbortController().signal;

function ignore(promise: Promise<unknown>): void {
  promise.catch(() => {});
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Gives a process what comes over a WebSocket, up to a text message or the end. */
async function feed(
  socket: ServerSocket,
  take: (bytes: Bytes) => Promise<void>,
  end: () => void,
): Promise<void> {
  try {
    for await (const message of socket.readable.values({ preventCancel: true })) {
      if (typeof message === "string") break;
      if (message.length > 0) await take(message);
    }
  } finally {
    end();
  }
}

/**
 * Sends what is written into a pipe, and an empty text message at its end. From `finished` on, what is
 * in the pipe by then is the end.
 */
async function mirror(pipe: BytePipe, socket: ServerSocket, finished: AbortSignal): Promise<void> {
  const writer = socket.writable.getWriter();
  try {
    while (true) {
      const bytes = await next(pipe, finished);
      if (!bytes) break;
      await writer.write(bytes);
    }
    await writer.write("");
  } catch {
    // The client has gone: whoever goes on to write finds the pipe broken.
  } finally {
    pipe.closeReader();
    writer.releaseLock();
  }
}

async function next(pipe: BytePipe, finished: AbortSignal): Promise<Bytes | null> {
  try {
    return await pipe.read(MESSAGE, finished);
  } catch (error) {
    if (finished.aborted) return null;
    throw error;
  }
}

/** Keeps what is written. */
class Recording implements OpenFile {
  readonly #parts: Bytes[] = [];

  /** Refuses. */
  read(): Promise<null> {
    return unreadable();
  }

  /** Keeps the bytes. */
  write(bytes: Bytes): Promise<void> {
    this.#parts.push(bytes.slice());
    return Promise.resolve();
  }

  /** All that was written. */
  get bytes(): Bytes {
    return concat(this.#parts);
  }
}
