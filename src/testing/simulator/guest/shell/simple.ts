import { builtins } from "./builtins.ts";
import { expandText, expandWords } from "./expansion.ts";
import { redirect } from "./redirects.ts";
import type { Shell } from "./shell.ts";
import type { SimpleCommand } from "./syntax.ts";

/** Runs a command with its words: a function, a builtin or a program. */
export async function runSimple(shell: Shell, command: SimpleCommand): Promise<number> {
  const before = shell.status;
  try {
    const argv = await expandWords(shell, command.words);
    const assignments: [string, string][] = [];
    shell.status = before;
    let captured = false;
    for (const [name, word] of command.assignments) {
      assignments.push([name, await expandText(shell, word)]);
      captured ||= word.some(({ kind }) => kind === "command");
    }
    if (shell.options.has("x")) {
      const told = [
        ...assignments.map(([name, value]) => `${name}=${quoteIfNeeded(value)}`),
        ...argv.map(quoteIfNeeded),
      ];
      await shell.process.write(`+ ${told.join(" ")}\n`, 2);
    }
    const restore = await redirect(shell, command.redirects);
    try {
      if (argv.length === 0) {
        for (const [name, value] of assignments) shell.variables.set(name, value);
        return captured ? shell.status : 0;
      }
      return await runArgv(shell, argv, assignments);
    } finally {
      // What `exec` alone redirects stays so.
      if (argv[0] !== "exec" || argv.length > 1) restore();
      else restore.keep();
    }
  } catch (error) {
    return await shell.failed(error);
  }
}

async function runArgv(
  shell: Shell,
  argv: string[],
  assignments: [string, string][],
): Promise<number> {
  const [name = ""] = argv;
  const defined = shell.functions.get(name);
  const own = Object.hasOwn(builtins, name) && !shell.process.kernel.programs.isScripted(argv);
  const builtin = own ? builtins[name] : undefined;
  if (!defined && !builtin) {
    const environment = shell.variables.environment();
    for (const [variable, value] of assignments) environment.set(variable, value);
    return await shell.runProgramOf(argv, environment);
  }
  const run = () => defined ? shell.call(defined, argv.slice(1)) : builtin!(shell, argv);
  if (assignments.length === 0) return await run();
  // Around what runs in the shell itself, assignments hold for that long.
  shell.variables.enter();
  try {
    for (const [variable, value] of assignments) {
      shell.variables.local(variable);
      shell.variables.set(variable, value);
      shell.variables.export(variable);
    }
    return await run();
  } finally {
    shell.variables.leave();
  }
}

/** A text as it is told, in quotes where it would not be one word without. */
function quoteIfNeeded(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
}
