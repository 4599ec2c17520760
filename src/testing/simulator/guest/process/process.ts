import { deferred } from "../deferred.ts";
import { FileError } from "../files/file_error.ts";
import { type Bytes, encode } from "../text.ts";
import { CommandError } from "./command_error.ts";
import type { Kernel } from "./kernel.ts";
import type { Descriptor, OpenFile } from "./open_file.ts";
import { isDeadly, SIGNALS } from "./signals.ts";
import { turn } from "../turn.ts";
import type { Terminal } from "./terminal.ts";

/** After how many bytes that are written the rest of the program gets a turn. */
const WRITTEN_IN_A_ROW = 16 * 1024 * 1024;
/** For how many bytes a write counts beside its own. */
const WRITE_COST = 4096;

/** What a process runs; gives its exit code. */
export type Program = (process: Process) => Promise<number> | number;

/** How a process starts; what is left out is inherited. */
export interface ProcessStart {
  /** What it is called with, its own name first. */
  argv: readonly string[];
  /** Its environment. */
  environment: ReadonlyMap<string, string>;
  /** The directory that it is in. */
  cwd: string;
  /** The id of the user that it runs as. */
  uid: number;
  /** The id of the group that it runs as. */
  gid: number;
  /** What it has open; it takes these over. */
  descriptors: Map<number, Descriptor>;
  /** The terminal that its signals come from. */
  terminal?: Terminal;
  /** The group of processes that it belongs to; a new one by default. */
  group?: number;
}

/** Ends a process from within. */
export class ProcessExit extends Error {
  override name = "ProcessExit";
  /** The exit code. */
  readonly code: number;

  /** With an exit code. */
  constructor(code: number) {
    super(`the process exits with ${code}`);
    this.code = code;
  }
}

/** A process in a simulated instance. */
export class Process {
  /** Its number. */
  readonly pid: number;
  /** What it belongs to. */
  readonly kernel: Kernel;
  /** What it was called with, its own name first. */
  argv: readonly string[];
  /** Its environment. */
  environment: Map<string, string>;
  /** The directory that it is in. */
  cwd: string;
  /** The id of the user that it runs as. */
  readonly uid: number;
  /** The id of the group that it runs as. */
  readonly gid: number;
  /** The bits that are taken from the modes of what it makes. */
  umask = 0o022;
  /** What it has open, by number. */
  readonly descriptors: Map<number, Descriptor>;
  /** The terminal that its signals come from. */
  readonly terminal: Terminal | undefined;
  /** The group of processes that it belongs to. */
  group: number;
  /** What it does at a signal in place of what is usual; null ignores it. */
  readonly handlers: Map<number, (() => void) | null> = new Map();
  /** The signal that ended it, if one did. */
  killedBy: number | undefined;
  /** Resolves with its exit code, 128 + n after signal n. */
  readonly exited: Promise<number>;
  readonly #end = deferred<number>();
  readonly #dying = new AbortController();
  #ended = false;
  #written = 0;

  /** Made by the kernel. */
  constructor(kernel: Kernel, pid: number, start: ProcessStart) {
    this.kernel = kernel;
    this.pid = pid;
    this.argv = start.argv;
    this.environment = new Map(start.environment);
    this.cwd = start.cwd;
    this.uid = start.uid;
    this.gid = start.gid;
    this.descriptors = start.descriptors;
    this.terminal = start.terminal;
    this.group = start.group ?? pid;
    this.exited = this.#end.promise;
  }

  /** Aborted when it dies: whatever waits inside it ends by this. */
  get dying(): AbortSignal {
    return this.#dying.signal;
  }

  /** Runs a program, and ends with it. */
  async run(program: Program): Promise<void> {
    let code: number;
    try {
      code = await program(this);
    } catch (error) {
      code = await this.#codeOf(error);
    }
    this.#finish(code & 0xff);
  }

  /** Takes a signal. */
  kill(signal: number): void {
    if (this.#ended || signal === 0) return;
    const handler = signal === SIGNALS.KILL ? undefined : this.handlers.get(signal);
    if (handler === null) return;
    if (handler) return handler();
    if (!isDeadly(signal)) return;
    this.killedBy = signal;
    this.#dying.abort(new ProcessExit(128 + signal));
    this.#finish(128 + signal);
  }

  /** What it has open under a number. */
  open(number: number): OpenFile {
    const descriptor = this.descriptors.get(number);
    if (!descriptor || this.#ended) throw new FileError("EBADF");
    return descriptor.file;
  }

  /** Puts something under a number; what was there is closed. */
  setDescriptor(number: number, descriptor: Descriptor | undefined): void {
    this.descriptors.get(number)?.release();
    if (descriptor) this.descriptors.set(number, descriptor);
    else this.descriptors.delete(number);
  }

  /** Up to so many bytes of what is open under a number; null at the end. */
  async read(number = 0, max = 65_536): Promise<Bytes | null> {
    if (this.kernel.frozen) await this.kernel.thawed(this.dying);
    return await this.open(number).read(max, this.dying);
  }

  /** Writes bytes or text to what is open under a number. */
  async write(data: Uint8Array | string, number = 1): Promise<void> {
    if (this.kernel.frozen) await this.kernel.thawed(this.dying);
    const bytes = typeof data === "string" ? encode(data) : data as Bytes;
    if (bytes.length === 0) return;
    await this.open(number).write(bytes, this.dying);
    this.#written += bytes.length + WRITE_COST;
    if (this.#written < WRITTEN_IN_A_ROW) return;
    this.#written = 0;
    await turn(this.dying);
  }

  /** Lets time pass. */
  async sleep(milliseconds: number): Promise<void> {
    await this.kernel.clock.sleep(milliseconds, this.dying);
    if (this.kernel.frozen) await this.kernel.thawed(this.dying);
  }

  /** A path as this process means it. */
  path(path: string): string {
    return path.startsWith("/") || path === "" ? path : `${this.cwd}/${path}`;
  }

  async #codeOf(error: unknown): Promise<number> {
    if (error instanceof ProcessExit) return error.code;
    if (error instanceof FileError && error.errno === "EPIPE") {
      this.killedBy = SIGNALS.PIPE;
      return 128 + SIGNALS.PIPE!;
    }
    const words = error instanceof FileError
      ? error.printed
      : error instanceof Error
      ? error.message
      : String(error);
    await this.write(`${this.argv[0]}: ${words}\n`, 2).catch(() => {});
    return error instanceof CommandError ? error.code : 1;
  }

  #finish(code: number): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const descriptor of this.descriptors.values()) descriptor.release();
    this.descriptors.clear();
    this.kernel.forget(this);
    this.#end.resolve(code);
  }
}
