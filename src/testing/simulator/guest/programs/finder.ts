import { PROGRAM } from "../files/seed.ts";
import { CommandError } from "../process/command_error.ts";
import type { ProgramFinder } from "../process/kernel.ts";
import { mayAccess } from "../process/open_path.ts";
import type { Process, Program } from "../process/process.ts";
import { applets } from "./applets.ts";
import type { ScriptedCommand } from "./scripted.ts";
import { runScripted } from "./scripted.ts";

/** Where commands are looked for by a process that has no PATH. */
const DEFAULT_PATH = "/sbin:/usr/sbin:/bin:/usr/bin";

/** Finds the commands that were scripted, the built-in ones, and scripts that are files. */
export class Programs implements ProgramFinder {
  readonly #scripted: readonly ScriptedCommand[];

  /** The first scripted command that matches comes before all else. */
  constructor(scripted: readonly ScriptedCommand[] = []) {
    this.#scripted = scripted;
  }

  /** Whether a command was scripted. */
  isScripted(argv: readonly string[]): boolean {
    return this.#scripted.some((it) => it.matches(argv));
  }

  /** The program of a command. */
  find(process: Process, argv: readonly string[]): Program {
    const scripted = this.#scripted.find((it) => it.matches(argv));
    if (scripted) return (process) => runScripted(scripted, process);
    const path = this.#path(process, argv[0] ?? "");
    const { files } = process.kernel;
    const resolved = files.resolve(path);
    const node = files.lookup(resolved);
    if (node.type !== "file" || !(node.mode & 0o111) || !mayAccess(process, node, 1)) {
      throw new CommandError(126);
    }
    if (resolved === PROGRAM) return appletOf(path, argv);
    const script = /^#!\s*(\S+)[ \t]*([^\n]*)/.exec(files.readText(resolved));
    if (!script) throw new CommandError(126);
    const [, interpreter = "", argument = ""] = script;
    const words = [
      interpreter,
      ...(argument.trim() ? [argument.trim()] : []),
      path,
      ...argv.slice(1),
    ];
    return this.find(process, words) && ((it) => this.#interpret(it, words));
  }

  #interpret(process: Process, words: string[]): Promise<number> | number {
    process.argv = words;
    return this.find(process, words)(process);
  }

  #path(process: Process, name: string): string {
    const { files } = process.kernel;
    if (name === "") throw new CommandError(127);
    const exists = (path: string) => files.find(path) !== undefined;
    if (name.includes("/")) {
      const path = process.path(name);
      if (exists(path)) return path;
      throw new CommandError(127);
    }
    const folders = (process.environment.get("PATH") ?? DEFAULT_PATH).split(":");
    const found = folders.map((folder) => process.path(`${folder || "."}/${name}`)).filter(exists);
    const runs = found.find((path) => {
      const node = files.lookup(path);
      return node.type === "file" && node.mode & 0o111;
    });
    if (runs) return runs;
    throw new CommandError(found.length ? 126 : 127);
  }
}

/** The built-in program of a path: it goes by its name, as one program has them all. */
function appletOf(path: string, argv: readonly string[]): Program {
  const called = path.split("/").at(-1)!;
  const [name, args] = called === "busybox"
    ? [argv[1] ?? "", argv.slice(2)]
    : [called, argv.slice(1)];
  const applet = applets[name];
  if (!applet || !Object.hasOwn(applets, name)) throw new CommandError(127);
  return (process) => applet(process, [...args]);
}
