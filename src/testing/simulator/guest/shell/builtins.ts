import { deferred } from "../deferred.ts";
import { echo, printf } from "../programs/printf.ts";
import { bracket, test } from "../programs/condition.ts";
import { kill } from "../programs/processes.ts";
import type { Applet } from "../programs/applet.ts";
import { CommandError } from "../process/command_error.ts";
import { ProcessExit } from "../process/process.ts";
import { signalNumber, SIGNALS } from "../process/signals.ts";
import { FileError } from "../files/file_error.ts";
import { Break, Continue, Return } from "./control.ts";
import { parse } from "./parser.ts";
import { readLine } from "./read.ts";
import type { Shell } from "./shell.ts";

/** What runs within the shell's own process; gets its words with its own name first. */
export type Builtin = (shell: Shell, argv: string[]) => Promise<number> | number;

/** A small program within the shell. */
function within(applet: Applet): Builtin {
  return async (shell, argv) => {
    const { process } = shell;
    const before = process.argv;
    // What is wrong is told in the name of the shell.
    process.argv = [shell.name];
    try {
      return await applet(process, argv.slice(1));
    } finally {
      process.argv = before;
    }
  };
}

const numberOf = (text: string | undefined, fallback: number) =>
  text === undefined ? fallback : /^\d+$/.test(text) ? Number(text) : 2;

/** All of them, by name. */
export const builtins: Record<string, Builtin> = {
  ":": () => 0,
  true: () => 0,
  false: () => 1,
  echo: within(echo),
  printf: within(printf),
  test: within(test),
  "[": within(bracket),
  kill: within(kill),
  read: readLine,
  break: (_, [, depth]) => {
    throw new Break(numberOf(depth, 1));
  },
  continue: (_, [, depth]) => {
    throw new Continue(numberOf(depth, 1));
  },
  return: (shell, [, status]) => {
    throw new Return(numberOf(status, shell.status) & 0xff);
  },
  exit: (shell, [, status]) => {
    throw new ProcessExit(numberOf(status, shell.status) & 0xff);
  },
  eval: async (shell, [, ...words]) => await shell.runText(words.join(" ")),
  pwd: async ({ process }) => {
    await process.write(`${process.cwd}\n`);
    return 0;
  },
  cd: async (shell, [, path]) => {
    const { process, variables } = shell;
    const old = variables.get("OLDPWD");
    const target = path === "-" ? old ?? process.cwd : path ?? variables.get("HOME") ?? "/";
    const { files } = process.kernel;
    try {
      if (files.lookup(process.path(target)).type !== "directory") throw new FileError("ENOTDIR");
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      await shell.complain(`cd: line 0: can't cd to ${target}: ${error.printed}`);
      return 2;
    }
    variables.set("OLDPWD", process.cwd);
    process.cwd = files.resolve(process.path(target));
    variables.set("PWD", process.cwd);
    if (path === "-") await process.write(`${process.cwd}\n`);
    return 0;
  },
  command: async (shell, [, first, ...rest]) => {
    if (first === undefined) return 0;
    if (first === "-v" || first === "-V") return await typeOf(shell, rest, first === "-V");
    const argv = first === "-p" || first === "--" ? rest : [first, ...rest];
    const builtin = builtins[argv[0] ?? ""];
    if (builtin && Object.hasOwn(builtins, argv[0]!)) return await builtin(shell, argv);
    return await shell.runProgramOf(argv, shell.variables.environment());
  },
  type: (shell, [, ...names]) => typeOf(shell, names, true),
  exec: async (shell, [, ...argv]) => {
    if (argv.length === 0) return 0;
    const { process } = shell;
    process.environment = shell.variables.environment();
    try {
      const program = process.kernel.programs.find(process, argv);
      for (const signal of shell.traps.keys()) shell.trap(signal, undefined);
      process.argv = argv;
      throw new ProcessExit(await program(process));
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      await shell.complain(`exec: ${argv[0]}: ${error.message}`);
      throw new ProcessExit(error.code);
    }
  },
  export: async (shell, [, ...words]) => {
    if (words.length === 0 || words[0] === "-p") {
      const lines = [...shell.variables.environment()].map(([name, value]) =>
        `export ${name}=${quote(value)}\n`
      );
      await shell.process.write(lines.join(""));
    }
    return assign(
      shell,
      words.filter((word) => word !== "-p"),
      (name) => shell.variables.export(name),
    );
  },
  readonly: (shell, [, ...words]) =>
    assign(shell, words, undefined, (name) => shell.variables.protect(name)),
  local: (shell, [, ...words]) => assign(shell, words, (name) => shell.variables.local(name)),
  unset: (shell, [, ...names]) => {
    for (const name of names) {
      if (name === "-v" || name === "-f") continue;
      if (names[0] === "-f") shell.functions.delete(name);
      else if (shell.variables.get(name) === undefined) shell.functions.delete(name);
      if (names[0] !== "-f") shell.variables.unset(name);
    }
    return 0;
  },
  shift: (shell, [, count]) => {
    const number = numberOf(count, 1);
    if (number > shell.positional.length) return 1;
    shell.positional = shell.positional.slice(number);
    return 0;
  },
  set: async (shell, [, ...words]) => {
    if (words.length === 0) {
      const lines = shell.variables.list().map(([name, value]) => `${name}=${quote(value)}\n`);
      await shell.process.write(lines.join(""));
    }
    while (/^[-+][a-z]+$/.test(words[0] ?? "")) {
      const word = words.shift()!;
      for (const letter of word.slice(1)) {
        if (letter === "o") words.shift();
        else if (word.startsWith("-")) shell.options.add(letter);
        else shell.options.delete(letter);
      }
      if (words.length === 0) return 0;
    }
    if (words[0] === "--") words.shift();
    else if (words.length === 0) return 0;
    shell.positional = words;
    return 0;
  },
  trap: async (shell, [, ...words]) => {
    if (words[0] === "--") words.shift();
    if (words.length === 0) {
      for (const [signal, action] of shell.traps) {
        await shell.process.write(`trap -- ${quote(action)} ${signalName(signal)}\n`);
      }
      return 0;
    }
    const resets = words[0] === "-" || (words.length === 1 && signalOf(words[0]!) !== undefined);
    const action = resets ? undefined : words[0]!;
    for (const name of resets && words[0] !== "-" ? words : words.slice(1)) {
      const signal = signalOf(name);
      if (signal === undefined) {
        await shell.complain(`trap: ${name}: invalid signal specification`);
        return 1;
      }
      shell.trap(signal, action);
    }
    return 0;
  },
  umask: async ({ process }, [, mask]) => {
    if (mask === undefined) await process.write(`${process.umask.toString(8).padStart(4, "0")}\n`);
    else process.umask = parseInt(mask, 8) & 0o777;
    return 0;
  },
  wait: async (shell, [, ...pids]) => {
    const jobs = pids.length
      ? pids.map((pid) => shell.jobs.get(Number(pid)))
      : [...shell.jobs.values()];
    let status = 0;
    for (const job of jobs) {
      if (!job) {
        status = 127;
        continue;
      }
      const interrupted = shell.interrupted;
      const stop = deferred<undefined>();
      const abort = () => stop.resolve(undefined);
      interrupted.addEventListener("abort", abort);
      const code = await Promise.race([job.exited, stop.promise]);
      interrupted.removeEventListener("abort", abort);
      shell.process.dying.throwIfAborted();
      if (code === undefined) return 129;
      shell.jobs.delete(job.pid);
      await shell.tellDeath(job);
      status = code;
    }
    return pids.length ? status : 0;
  },
  jobs: async (shell) => {
    let number = 0;
    for (const { pid, argv } of shell.jobs.values()) {
      if (!shell.process.kernel.process(pid)) continue;
      await shell.process.write(`[${++number}]+  Running                 ${argv.join(" ")}\n`);
    }
    return 0;
  },
  times: async ({ process }) => {
    await process.write("0m0.00s 0m0.00s\n0m0.00s 0m0.00s\n");
    return 0;
  },
  ".": source,
  source,
  getopts,
};

async function source(shell: Shell, [name, path]: string[]): Promise<number> {
  if (path === undefined) return 2;
  const { process } = shell;
  const node = process.kernel.files.find(process.path(path));
  if (node?.type !== "file") {
    await shell.complain(`${name}: can't open '${path}': No such file or directory`);
    throw new ProcessExit(2);
  }
  try {
    return await shell.runSequence(parse(process.kernel.files.readText(process.path(path))));
  } catch (error) {
    if (error instanceof Return) return error.status;
    throw error;
  }
}

async function getopts(
  shell: Shell,
  [, letters = "", name = "", ...given]: string[],
): Promise<number> {
  const { variables } = shell;
  const words = given.length ? given : shell.positional;
  const index = Number(variables.get("OPTIND") ?? 1);
  const offset = Number(variables.get("_OPTOFFSET") ?? 1);
  const word = words[index - 1] ?? "";
  const letter = word[offset];
  if (!/^-./.test(word) || word === "--" || letter === undefined) {
    variables.set(name, "?");
    return 1;
  }
  const at = letters.indexOf(letter);
  const takes = at >= 0 && letter !== ":" && letters[at + 1] === ":";
  const ends = takes || offset + 1 >= word.length;
  let value = letter;
  let next = index + (ends ? 1 : 0);
  if (at < 0 || letter === ":") {
    value = "?";
    variables.unset("OPTARG");
    if (!letters.startsWith(":")) await shell.complain(`illegal option -${letter}`);
  } else if (takes) {
    const rest = word.slice(offset + 1);
    const argument = rest || words[next - 1];
    if (rest === "") next++;
    if (argument === undefined) {
      value = letters.startsWith(":") ? ":" : "?";
      if (value === "?") await shell.complain(`no arg for -${letter} option`);
    } else variables.set("OPTARG", argument);
  }
  variables.set("OPTIND", String(next));
  variables.set("_OPTOFFSET", String(ends ? 1 : offset + 1));
  variables.set(name, value);
  return 0;
}

function assign(
  shell: Shell,
  words: readonly string[],
  before?: (name: string) => void,
  after?: (name: string) => void,
): number {
  for (const word of words) {
    const [name = "", value] = word.split(/=(.*)/s);
    before?.(name);
    if (value !== undefined) shell.variables.set(name, value);
    after?.(name);
  }
  return 0;
}

/** What a name stands for: in words, or as what would be run. */
async function typeOf(shell: Shell, names: readonly string[], inWords: boolean): Promise<number> {
  let status = 0;
  for (const name of names) {
    const found = shell.functions.has(name)
      ? [name, "is a shell function"]
      : Object.hasOwn(builtins, name)
      ? [name, "is a shell builtin"]
      : [pathOf(shell, name), ""];
    const [path, kind] = found;
    if (path === undefined) {
      status = 127;
      if (inWords) await shell.process.write(`${name}: not found\n`);
    } else {
      await shell.process.write(inWords ? `${name} ${kind || `is ${path}`}\n` : `${path}\n`);
    }
  }
  return status;
}

function pathOf({ process, variables }: Shell, name: string): string | undefined {
  const folders = name.includes("/") ? [""] : (variables.get("PATH") ?? "").split(":");
  return folders.map((folder) => folder ? `${folder}/${name}` : name)
    .find((path) => {
      const node = process.kernel.files.find(process.path(path));
      return node?.type === "file" && node.mode & 0o111;
    });
}

function signalOf(name: string): number | undefined {
  return name === "EXIT" ? 0 : signalNumber(name);
}

function signalName(signal: number): string {
  if (signal === 0) return "EXIT";
  return Object.keys(SIGNALS).find((name) => SIGNALS[name] === signal) ?? String(signal);
}

/** A text as the shell would read it back. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}
