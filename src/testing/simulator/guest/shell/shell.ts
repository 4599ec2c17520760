import { deaths } from "../process/signals.ts";
import { runCompound } from "./compound.ts";
import { runSimple } from "./simple.ts";
import { turn } from "../turn.ts";
import { deferred } from "../deferred.ts";
import { FileError } from "../files/file_error.ts";
import { BytePipe } from "../process/byte_pipe.ts";
import { CommandError } from "../process/command_error.ts";
import { Descriptor } from "../process/open_file.ts";
import { type Process, ProcessExit, type Program } from "../process/process.ts";
import { concat, decode } from "../text.ts";
import { Break, Continue, Return } from "./control.ts";
import { parse } from "./parser.ts";
import { redirect, RedirectFailure } from "./redirects.ts";
import {
  type AndOr,
  type Command,
  type Pipeline,
  type Sequence,
  ShellSyntaxError,
} from "./syntax.ts";
import { VariableError, Variables } from "./variables.ts";

/** After how many commands the rest of the world gets a turn: a busy loop must not stop it. */
const TURN = 200;
/** How deep functions may call each other. */
const MAX_DEPTH = 400;

/** How a shell starts. */
export interface ShellStart {
  /** What it calls itself. */
  name: string;
  /** What it is given. */
  positional: string[];
}

/** Runs shell commands as one process. */
export class Shell {
  /** The process that it is. */
  readonly process: Process;
  /** `$0`. */
  readonly name: string;
  /** `$$`: the process of the first shell, whichever subshell this is. */
  readonly rootPid: number;
  /** `$1` and so on. */
  positional: string[];
  /** The variables. */
  variables: Variables;
  /** The functions. */
  functions: Map<string, Command> = new Map();
  /** The letters of `set` that are on. */
  options: Set<string> = new Set();
  /** `$?`. */
  status = 0;
  /** `$!`. */
  lastJob: number | undefined;
  /** What runs in the background. */
  readonly jobs: Map<number, Process> = new Map();
  /** What is to be run at a signal, by its number, or at 0 at the end. */
  readonly traps: Map<number, string> = new Map();
  /** Whether it is in the condition of something, where `set -e` does not count. */
  #conditions = 0;
  #depth = 0;
  #ran = 0;
  readonly #pending: number[] = [];
  #interrupt = new AbortController();
  #broken = false;

  /** A shell in a process. */
  constructor(process: Process, { name, positional }: ShellStart) {
    this.process = process;
    this.name = name;
    this.rootPid = process.pid;
    this.positional = positional;
    this.variables = new Variables(process.environment);
    this.variables.set("PWD", process.cwd);
    this.variables.export("PWD");
    this.variables.set("SHLVL", String(Number(this.variables.get("SHLVL") ?? 0) + 1));
    this.variables.export("SHLVL");
  }

  /** Runs a text to its end; what is wrong with it is told, and is status 2. */
  async runText(text: string): Promise<number> {
    let sequence: Sequence;
    try {
      sequence = parse(text);
    } catch (error) {
      if (!(error instanceof ShellSyntaxError)) throw error;
      await this.complain(error.message);
      return this.status = 2;
    }
    return await this.runSequence(sequence);
  }

  /** Runs a text as all that the process does, with the trap for its end. */
  async runProgram(run: () => Promise<number>): Promise<number> {
    try {
      await this.#guarded(run);
    } finally {
      if (!this.process.dying.aborted) await this.#runTrap(0);
    }
    return this.status;
  }

  /** Runs commands one after the other. */
  async runSequence(sequence: Sequence): Promise<number> {
    for (const andOr of sequence) {
      if (andOr.background) this.#runInBackground(andOr);
      else await this.#runAndOr(andOr);
    }
    return this.status;
  }

  /** What commands write, without the newlines at its end. */
  async capture(body: Sequence): Promise<string> {
    const pipe = new BytePipe();
    const child = this.fork((shell) => shell.runSequence(body), (process) => {
      process.setDescriptor(1, new Descriptor(pipe.writer));
    });
    const parts: Uint8Array[] = [];
    while (true) {
      const bytes = await pipe.read(65_536, this.process.dying);
      if (!bytes) break;
      parts.push(bytes);
    }
    this.status = await this.#waitFor(child);
    return decode(concat(parts)).replace(/\n+$/, "");
  }

  /** Starts a subshell. `prepare` changes what its process has open. */
  fork(run: (shell: Shell) => Promise<number>, prepare?: (process: Process) => void): Process {
    return this.#start(this.process.argv, async (process) => {
      const shell = new Shell(process, this);
      Object.assign(shell, { rootPid: this.rootPid, status: this.status, lastJob: this.lastJob });
      shell.variables = this.variables.clone();
      shell.functions = new Map(this.functions);
      shell.options = new Set([...this.options].filter((it) => it !== "i"));
      shell.#conditions = this.#conditions;
      return await shell.runProgram(() => run(shell));
    }, prepare);
  }

  /** Waits for a process to end; the traps of signals that come are run after. */
  async waitFor(child: Process): Promise<number> {
    const status = await this.#waitFor(child);
    if (this.#broken) throw new SignalArrived();
    await this.tellDeath(child);
    await this.#runPending();
    return status;
  }

  /** Tells of a process that a signal ended, where that is no everyday one. */
  async tellDeath({ killedBy = 0 }: Process): Promise<void> {
    const words = deaths[killedBy];
    if (words) await this.process.write(`${words}\n`, 2);
  }

  /** Aborted when a signal comes that has a trap, or that ends the process. */
  get interrupted(): AbortSignal {
    return AbortSignal.any([this.#interrupt.signal, this.process.dying]);
  }

  /** Sets or forgets what is done at a signal: 0 is the end of the shell. */
  trap(signal: number, action: string | undefined): void {
    if (action === undefined) this.traps.delete(signal);
    else this.traps.set(signal, action);
    if (signal === 0) return;
    const { handlers } = this.process;
    if (action === undefined) handlers.delete(signal);
    else if (action === "") handlers.set(signal, null);
    else {
      handlers.set(signal, () => {
        this.#pending.push(signal);
        this.#interrupt.abort(new SignalArrived());
      });
    }
  }

  /** Tells what is wrong. */
  async complain(message: string): Promise<void> {
    await this.process.write(`${this.name}: ${message}\n`, 2);
  }

  /** Calls a function. */
  async call(body: Command, args: string[]): Promise<number> {
    if (++this.#depth > MAX_DEPTH) {
      await this.complain("too many functions within each other");
      throw new ProcessExit(2);
    }
    const before = this.positional;
    this.positional = args;
    this.variables.enter();
    try {
      return await this.#runCommand(body);
    } catch (error) {
      if (error instanceof Return) return this.status = error.status;
      throw error;
    } finally {
      this.variables.leave();
      this.positional = before;
      this.#depth--;
    }
  }

  /** Runs a program with its own process and waits for it. */
  async runProgramOf(argv: string[], environment: Map<string, string>): Promise<number> {
    let program: Program;
    try {
      program = this.process.kernel.programs.find(this.process, argv);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      await this.complain(`${argv[0]}: ${error.message}`);
      return error.code;
    }
    const child = this.#start(argv, program, (process) => process.environment = environment);
    return await this.waitFor(child);
  }

  async #guarded(run: () => Promise<number>): Promise<void> {
    try {
      this.status = await run();
    } catch (error) {
      if (error instanceof ProcessExit && !this.process.dying.aborted) this.status = error.code;
      else if (error instanceof Return) this.status = error.status;
      else if (!(error instanceof Break || error instanceof Continue)) throw error;
    }
  }

  #start(argv: readonly string[], program: Program, prepare?: (process: Process) => void): Process {
    const { kernel, environment, cwd, uid, gid, terminal, group, umask } = this.process;
    const descriptors = new Map<number, Descriptor>();
    for (const [number, it] of this.process.descriptors) descriptors.set(number, it.share());
    const start = { argv, environment, cwd, uid, gid, descriptors, terminal, group };
    return kernel.start(start, (process) => {
      process.umask = umask;
      for (const [signal, handler] of this.process.handlers) {
        if (handler === null) process.handlers.set(signal, null);
      }
      prepare?.(process);
      return program(process);
    });
  }

  async #waitFor(child: Process): Promise<number> {
    const { dying } = this.process;
    dying.throwIfAborted();
    const killed = deferred<never>();
    const abort = () => killed.reject(dying.reason);
    dying.addEventListener("abort", abort);
    try {
      return await Promise.race([child.exited, killed.promise]);
    } finally {
      dying.removeEventListener("abort", abort);
    }
  }

  #runInBackground(andOr: AndOr): void {
    const child = this.fork(
      (shell) => shell.#runAndOr({ ...andOr, background: false }),
      (process) => {
        if (!this.options.has("i")) process.setDescriptor(0, nothing());
      },
    );
    this.lastJob = child.pid;
    this.jobs.set(child.pid, child);
    this.status = 0;
  }

  async #runAndOr({ first, rest }: AndOr): Promise<number> {
    await this.#turn();
    const conditional = rest.length > 0;
    await this.#runPipeline(first, conditional);
    for (const [i, { operator, pipeline }] of rest.entries()) {
      if ((this.status === 0) !== (operator === "&&")) continue;
      await this.#runPipeline(pipeline, i < rest.length - 1);
    }
    return this.status;
  }

  async #runPipeline({ commands, negated }: Pipeline, conditional: boolean): Promise<void> {
    const condition = conditional || negated;
    if (condition) this.#conditions++;
    try {
      const [only] = commands;
      this.status = commands.length === 1
        ? await this.#runCommand(only!)
        : await this.#runPiped(commands);
    } finally {
      if (condition) this.#conditions--;
    }
    if (negated) this.status = this.status === 0 ? 1 : 0;
    else if (this.status !== 0 && !condition) this.#checkFailure();
    await this.#runPending();
  }

  /** With `set -e`, what fails outside of a condition is the end. */
  #checkFailure(): void {
    if (this.options.has("e") && this.#conditions === 0) throw new ProcessExit(this.status);
  }

  async #runPiped(commands: readonly Command[]): Promise<number> {
    const children: Process[] = [];
    let input: Descriptor | undefined;
    for (const [i, command] of commands.entries()) {
      const pipe = i < commands.length - 1 ? new BytePipe() : undefined;
      const from = input;
      children.push(this.fork((shell) => shell.#runCommand(command), (process) => {
        if (from) process.setDescriptor(0, from);
        if (pipe) process.setDescriptor(1, new Descriptor(pipe.writer));
      }));
      input = pipe && new Descriptor(pipe.reader);
    }
    let status = 0;
    for (const child of children) status = await this.#waitFor(child);
    return status;
  }

  async #runCommand(command: Command): Promise<number> {
    if (command.kind === "simple") return await runSimple(this, command);
    if (command.kind === "function") {
      this.functions.set(command.name, command.body);
      return 0;
    }
    try {
      const restore = await redirect(this, command.redirects);
      try {
        return this.status = await runCompound(this, command);
      } finally {
        restore();
      }
    } catch (error) {
      return await this.failed(error);
    }
  }

  /** Runs something as a condition, in which `set -e` does not count. */
  async inCondition<T>(run: () => Promise<T>): Promise<T> {
    this.#conditions++;
    try {
      return await run();
    } finally {
      this.#conditions--;
    }
  }

  /** Tells what failed, gives the status of it, and throws on what is no failure of a command. */
  async failed(error: unknown): Promise<number> {
    if (error instanceof RedirectFailure) return this.status = 1;
    if (error instanceof ShellSyntaxError || error instanceof VariableError) {
      await this.complain(error.message);
      if (this.options.has("i")) return this.status = 2;
      throw new ProcessExit(2);
    }
    if (error instanceof FileError && error.errno !== "EPIPE") {
      await this.complain(`write error: ${error.printed}`).catch(() => {});
      return this.status = 1;
    }
    throw error;
  }

  /** Ends what the shell runs, not the shell: what a person's interrupt does. */
  interrupt(): void {
    this.#broken = true;
    this.#interrupt.abort(new SignalArrived());
  }

  /** Forgets an interrupt. */
  resume(): void {
    this.#broken = false;
    this.#interrupt = new AbortController();
  }

  async #turn(): Promise<void> {
    this.process.dying.throwIfAborted();
    if (this.#broken) throw new SignalArrived();
    if (++this.#ran % TURN === 0) await turn(this.process.dying);
  }

  async #runPending(): Promise<void> {
    while (this.#pending.length) {
      this.#interrupt = new AbortController();
      await this.#runTrap(this.#pending.shift()!);
    }
  }

  async #runTrap(signal: number): Promise<void> {
    const action = this.traps.get(signal);
    if (!action) return;
    if (signal === 0) this.traps.delete(0);
    const { status } = this;
    if (signal === 0) await this.#guarded(async () => (await this.runText(action), status));
    else {
      await this.runText(action);
      this.status = status;
    }
  }
}

/** A signal with a trap has come. */
class SignalArrived extends Error {
  override name = "SignalArrived";
}

function nothing(): Descriptor {
  return new Descriptor({ read: () => Promise.resolve(null), write: () => Promise.resolve() });
}
