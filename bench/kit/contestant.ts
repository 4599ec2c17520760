/**
 * Those who do the same work: processes of this package, of a bare client, of another client.
 *
 * @module
 */

import { toLines } from "./lines.ts";
import { peakOf } from "./measure.ts";

/** One who does the work. */
export interface Contestant extends AsyncDisposable {
  /** What the table calls it. */
  readonly name: string;
  /** Does the work once; gives the milliseconds that it took. */
  run(): Promise<number>;
  /** The memory of its process. */
  readonly memory: Memory;
}

/** The memory of a process, in MiB: the most that it has had by some moment. */
export interface Memory {
  /** Before the work; undefined where the start is part of it. */
  standing?: number;
  /** Once it had done the work one time. */
  once: number;
  /** Once it had done the work as often as it was asked to. */
  last: number;
}

/**
 * A process that lives through all rounds, so that its start is no part of a measurement, and that does
 * nothing else, so that its memory is that of the work. It writes a line when it is ready; then it reads a
 * line, does the work, and writes the milliseconds.
 */
class Worker implements Contestant {
  readonly name: string;
  readonly #child: Deno.ChildProcess;
  readonly #answers: AsyncGenerator<string, void>;
  readonly #orders: WritableStreamDefaultWriter<Uint8Array>;
  readonly memory: Memory = { once: 0, last: 0 };

  constructor(name: string, command: string, args: string[]) {
    this.name = name;
    this.#child = new Deno.Command(command, { args, stdin: "piped", stdout: "piped" }).spawn();
    this.#answers = toLines(this.#child.stdout);
    this.#orders = this.#child.stdin.getWriter();
  }

  async run(): Promise<number> {
    const { memory } = this;
    if (memory.standing === undefined) {
      await this.#answer();
      memory.standing = this.#peak;
    }
    await this.#orders.write(new TextEncoder().encode("go\n"));
    const time = Number(await this.#answer());
    memory.last = this.#peak;
    memory.once ||= memory.last;
    return time;
  }

  get #peak(): number {
    return peakOf(this.#child.pid);
  }

  async #answer(): Promise<string> {
    const { value } = await this.#answers.next();
    if (!value) throw new Error(`Cannot measure ${this.name}: its process ended`);
    return value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#orders.close().catch(() => {});
    await this.#answers.return();
    await this.#child.status;
  }
}

const path = (name: string) => new URL(`../work/${name}`, import.meta.url).pathname;

/** A worker that runs a function of `bench/work/<file>` in Deno. */
export function denoWorker(name: string, file: string, work: string, args: string[]): Contestant {
  const flags = ["run", "-A", "--no-check"];
  return new Worker(name, Deno.execPath(), [...flags, path("worker.ts"), file, work, ...args]);
}

/** A worker that runs this package. */
export function ours(work: string, ...args: string[]): Contestant {
  return denoWorker("this package", "ours.ts", work, args);
}

/** A worker that does with what Deno has what this package does. */
export function bare(name: string, work: string, ...args: string[]): Contestant {
  return denoWorker(name, "bare.ts", work, args);
}

/** The same in a process that has loaded this package, for the memory that its modules alone take. */
export function bareBeside(name: string, work: string, ...args: string[]): Contestant {
  return denoWorker(`${name}, this package's modules loaded`, "bare_beside.ts", work, args);
}

/** A worker that runs pylxd. */
export function pylxd(work: string, ...args: string[]): Contestant {
  return new Worker("pylxd", PYTHON, [path("pylxd_worker.py"), work, ...args]);
}

/** The Python that Debian's `python3-pylxd` is for. */
export const PYTHON = "/usr/bin/python3";

/** Whether pylxd can be had. */
export function hasPylxd(): boolean {
  try {
    const args = ["-c", "import pylxd"];
    return new Deno.Command(PYTHON, { args, stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

/** A command that a contestant runs. */
export interface Program {
  /** The command and its arguments. */
  argv: [string, ...string[]];
  /** What is added to the environment. */
  env?: Record<string, string>;
  /** A file for its standard input. Default: nothing. */
  stdin?: string;
}

/** Runs commands, one after the other; each is given what the one before it has written. */
class Commands implements Contestant {
  readonly name: string;
  readonly #programs: readonly ((written: string) => Program)[];
  readonly memory: Memory = { once: 0, last: 0 };

  constructor(name: string, programs: readonly ((written: string) => Program)[]) {
    this.name = name;
    this.#programs = programs;
  }

  async run(): Promise<number> {
    const start = performance.now();
    let written = "";
    for (const [index, program] of this.#programs.entries()) {
      const last = index === this.#programs.length - 1;
      written = await this.#once(program(written), last);
    }
    return performance.now() - start;
  }

  async #once({ argv, env, stdin }: Program, last: boolean): Promise<string> {
    const [command, ...args] = argv;
    // The shell opens the file: a pipe of ours would cost both sides.
    const child = new Deno.Command(stdin === undefined ? command : "sh", {
      args: stdin === undefined ? args : ["-c", `exec "$@" <'${stdin}'`, "sh", ...argv],
      env,
      stdin: "null",
      stdout: last ? "null" : "piped",
      stderr: "piped",
    }).spawn();
    const { memory } = this;
    const watch = setInterval(() => {
      memory.once = memory.last = Math.max(memory.last, peakOf(child.pid));
    }, 10);
    try {
      const [written, errors, { success }] = await Promise.all([
        last ? "" : new Response(child.stdout).text(),
        new Response(child.stderr).text(),
        child.status,
      ]);
      if (!success) throw new Error(`Cannot measure ${argv.join(" ")}: ${errors.trim()}`);
      return written;
    } finally {
      clearInterval(watch);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** A contestant that is a command, its start included. */
export function command(name: string, program: Program): Contestant {
  return new Commands(name, [() => program]);
}

/** A contestant that is several commands. */
export function commands(name: string, ...programs: ((written: string) => Program)[]): Contestant {
  return new Commands(name, programs);
}
