import { turn } from "../turn.ts";
import { deferred } from "../deferred.ts";
import { FileError } from "../files/file_error.ts";
import { BytePipe } from "../process/byte_pipe.ts";
import { CommandError } from "../process/command_error.ts";
import { Descriptor } from "../process/open_file.ts";
import { type Process, ProcessExit, type Program } from "../process/process.ts";
import { concat, decode } from "../text.ts";
import { builtins } from "./builtins.ts";
import { Break, Continue, Return } from "./control.ts";
import { expandPattern, expandText, expandWords } from "./expansion.ts";
import { parse } from "./parser.ts";
import { patternSource } from "./pattern.ts";
import { redirect, RedirectFailure } from "./redirects.ts";
import {
  type AndOr,
  type Command,
  type CompoundCommand,
  type Pipeline,
  type Sequence,
  ShellSyntaxError,
  type SimpleCommand,
} from "./syntax.ts";
import { VariableError, Variables } from "./variables.ts";

/** After how many commands the rest of the world gets a turn: a busy loop must not stop it. */
const TURN = 200;
/** How the end by a signal is told; those that people and pipes send are not. */
const DEATHS: Record<number, string> = {
  1: "Hangup",
  3: "Quit",
  4: "Illegal instruction",
  6: "Aborted",
  8: "Floating point exception",
  9: "Killed",
  10: "User defined signal 1",
  11: "Segmentation fault",
  12: "User defined signal 2",
  14: "Alarm clock",
  15: "Terminated",
};
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
    const words = DEATHS[killedBy];
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
    if (command.kind === "simple") return await this.#runSimple(command);
    if (command.kind === "function") {
      this.functions.set(command.name, command.body);
      return 0;
    }
    try {
      const restore = await redirect(this, command.redirects);
      try {
        return this.status = await this.#runCompound(command);
      } finally {
        restore();
      }
    } catch (error) {
      return await this.#failed(error);
    }
  }

  async #runCompound(command: CompoundCommand): Promise<number> {
    switch (command.kind) {
      case "group":
        return await this.runSequence(command.body);
      case "subshell":
        return await this.waitFor(this.fork((shell) => shell.runSequence(command.body)));
      case "if":
        for (const { condition, body } of command.branches) {
          if (await this.#holds(condition)) return await this.#runBody(body);
        }
        return command.otherwise ? await this.#runBody(command.otherwise) : 0;
      case "loop":
        return await this.#loop(command.body, async () => {
          return await this.#holds(command.condition) !== command.until;
        });
      case "for": {
        const words = command.words ? await expandWords(this, command.words) : [...this.positional];
        return await this.#loop(command.body, () => {
          const word = words.shift();
          if (word === undefined) return Promise.resolve(false);
          this.variables.set(command.name, word);
          return Promise.resolve(true);
        });
      }
      case "case": {
        const subject = await expandText(this, command.subject);
        for (const { patterns, body } of command.branches) {
          for (const pattern of patterns) {
            const source = patternSource(await expandPattern(this, pattern));
            if (new RegExp(`^(?:${source})$`, "u").test(subject)) return await this.#runBody(body);
          }
        }
        return 0;
      }
    }
  }

  /** A body without commands is status 0. */
  async #runBody(body: Sequence): Promise<number> {
    this.status = 0;
    return await this.runSequence(body);
  }

  async #holds(condition: Sequence): Promise<boolean> {
    this.#conditions++;
    try {
      return await this.runSequence(condition) === 0;
    } finally {
      this.#conditions--;
    }
  }

  async #loop(body: Sequence, more: () => Promise<boolean>): Promise<number> {
    let status = 0;
    try {
      while (await more()) {
        try {
          status = await this.#runBody(body);
        } catch (error) {
          if (!(error instanceof Continue)) throw error;
          if (error.depth > 1) throw new Continue(error.depth - 1);
          status = this.status;
        }
      }
    } catch (error) {
      if (!(error instanceof Break)) throw error;
      if (error.depth > 1) throw new Break(error.depth - 1);
      status = 0;
    }
    return status;
  }

  async #runSimple(command: SimpleCommand): Promise<number> {
    const before = this.status;
    try {
      const argv = await expandWords(this, command.words);
      const assignments: [string, string][] = [];
      this.status = before;
      let captured = false;
      for (const [name, word] of command.assignments) {
        assignments.push([name, await expandText(this, word)]);
        captured ||= word.some(({ kind }) => kind === "command");
      }
      if (this.options.has("x")) {
        const told = [
          ...assignments.map(([name, value]) => `${name}=${quoteIfNeeded(value)}`),
          ...argv.map(quoteIfNeeded),
        ];
        await this.process.write(`+ ${told.join(" ")}\n`, 2);
      }
      const restore = await redirect(this, command.redirects);
      try {
        if (argv.length === 0) {
          for (const [name, value] of assignments) this.variables.set(name, value);
          return captured ? this.status : 0;
        }
        return await this.#runArgv(argv, assignments);
      } finally {
        // What `exec` alone redirects stays so.
        if (argv[0] !== "exec" || argv.length > 1) restore();
        else restore.keep();
      }
    } catch (error) {
      return await this.#failed(error);
    }
  }

  async #runArgv(argv: string[], assignments: [string, string][]): Promise<number> {
    const [name = ""] = argv;
    const defined = this.functions.get(name);
    const builtin = builtins[name];
    if (!defined && !builtin) {
      const environment = this.variables.environment();
      for (const [variable, value] of assignments) environment.set(variable, value);
      return await this.runProgramOf(argv, environment);
    }
    const run = () => defined ? this.call(defined, argv.slice(1)) : builtin!(this, argv);
    if (assignments.length === 0) return await run();
    // Around what runs in the shell itself, assignments hold for that long.
    this.variables.enter();
    try {
      for (const [variable, value] of assignments) {
        this.variables.local(variable);
        this.variables.set(variable, value);
        this.variables.export(variable);
      }
      return await run();
    } finally {
      this.variables.leave();
    }
  }

  async #failed(error: unknown): Promise<number> {
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

/** A text as it is told, in quotes where it would not be one word without. */
function quoteIfNeeded(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
}

/** A signal with a trap has come. */
class SignalArrived extends Error {
  override name = "SignalArrived";
}

function nothing(): Descriptor {
  return new Descriptor({ read: () => Promise.resolve(null), write: () => Promise.resolve() });
}
