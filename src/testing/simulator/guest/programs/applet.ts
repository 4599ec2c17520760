import { FileError } from "../files/file_error.ts";
import { openPath } from "../process/open_path.ts";
import type { Process } from "../process/process.ts";
import { type Bytes, concat, decode } from "../text.ts";

/** A small program: gets its process and its arguments without its name, and gives its exit code. */
export type Applet = (process: Process, args: string[]) => Promise<number> | number;

/** What options a command line holds, and what else. */
export interface Options {
  /** The letters that are there. */
  flags: Set<string>;
  /** The values of the letters that take one. */
  values: Map<string, string>;
  /** All that is no option. */
  operands: string[];
  /** The first letter that is not known. */
  unknown?: string;
}

/**
 * Reads options of one letter, those in `valued` with a value. Long ones are known by the letter that
 * `long` gives them.
 */
export function readOptions(
  args: readonly string[],
  known: string,
  { valued = "", long = {} }: { valued?: string; long?: Record<string, string> } = {},
): Options {
  const options: Options = { flags: new Set(), values: new Map(), operands: [] };
  for (let at = 0; at < args.length; at++) {
    let arg = args[at]!;
    if (arg === "--") {
      options.operands.push(...args.slice(at + 1));
      break;
    }
    const [name = "", value] = arg.startsWith("--") ? arg.slice(2).split(/=(.*)/s) : [];
    const letter = long[name];
    if (letter) {
      if (valued.includes(letter)) options.values.set(letter, value ?? args[++at] ?? "");
      else options.flags.add(letter);
      continue;
    }
    if (!arg.startsWith("-") || arg === "-") {
      options.operands.push(arg);
      continue;
    }
    for (arg = arg.slice(1); arg !== ""; arg = arg.slice(1)) {
      const letter = arg[0]!;
      if (valued.includes(letter)) {
        options.values.set(letter, arg.slice(1) || (args[++at] ?? ""));
        break;
      }
      if (!known.includes(letter)) options.unknown ??= letter;
      options.flags.add(letter);
    }
  }
  return options;
}

/** Tells on standard error what is wrong, with the name of the program; gives exit code 1. */
export async function fail(process: Process, message: string): Promise<number> {
  await process.write(`${nameOf(process)}: ${message}\n`, 2);
  return 1;
}

/** Tells that an option is not known; gives exit code 1. */
export async function badOption(process: Process, letter: string): Promise<number> {
  return await fail(process, `invalid option -- '${letter}'`);
}

/** What a program was called. */
export function nameOf(process: Process): string {
  return process.argv[0]?.split("/").at(-1) ?? "";
}

/** Does something with each of some paths; tells what fails of it, as `program: told 'path': reason`. */
export async function forEach(
  process: Process,
  paths: readonly string[],
  run: (path: string) => Promise<number | void> | number | void,
  told: (path: string, reason: string) => string = (path, reason) => `${path}: ${reason}`,
): Promise<number> {
  let code = 0;
  for (const path of paths) {
    try {
      code = await run(path) || code;
    } catch (error) {
      if (!(error instanceof FileError) || error.errno === "EPIPE") throw error;
      code = await fail(process, told(path, error.printed));
    }
  }
  return code;
}

/** The bytes of a file as they come; `-` is standard input. */
export async function* chunksOf(process: Process, path: string): AsyncGenerator<Bytes, void> {
  const file = path === "-" ? process.open(0) : openPath(process, path, "read");
  try {
    while (true) {
      const bytes = await file.read(65_536, process.dying);
      if (!bytes) return;
      yield bytes;
    }
  } finally {
    if (path !== "-") file.close?.();
  }
}

/** The lines of a file as they come, each with its newline where it has one. */
export async function* linesOf(process: Process, path: string): AsyncGenerator<string, void> {
  let rest: Uint8Array = new Uint8Array();
  for await (const chunk of chunksOf(process, path)) {
    const bytes = rest.length ? concat([rest, chunk]) : chunk;
    const end = bytes.lastIndexOf(10) + 1;
    for (let at = 0; at < end;) {
      const stop = bytes.indexOf(10, at) + 1;
      yield decode(bytes.subarray(at, stop));
      at = stop;
    }
    rest = bytes.slice(end);
  }
  if (rest.length) yield decode(rest);
}

/** A whole file as text. */
export async function textOf(process: Process, path: string): Promise<string> {
  return decode(concat(await listOf(chunksOf(process, path))));
}

/** How the busybox programs tell that a file cannot be read. */
export function cannotOpen(path: string, reason: string): string {
  const unread = reason === "Is a directory" || reason === "Bad file descriptor";
  return unread ? `read error: ${reason}` : `can't open '${path}': ${reason}`;
}

/** All that comes of something, as one list. */
export async function listOf<T>(source: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const it of source) list.push(it);
  return list;
}
