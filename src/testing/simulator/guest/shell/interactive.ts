import { ProcessExit } from "../process/process.ts";
import { SIGNALS } from "../process/signals.ts";
import type { Terminal } from "../process/terminal.ts";
import { concat, decode } from "../text.ts";
import { parse } from "./parser.ts";
import type { Shell } from "./shell.ts";
import { type Sequence, ShellSyntaxError } from "./syntax.ts";

/** Runs a shell for a person: it prompts, reads a line, runs it, and goes on after what fails. */
export async function runInteractive(shell: Shell, terminal?: Terminal): Promise<number> {
  const { process, variables } = shell;
  shell.options.add("i");
  if (terminal) terminal.foreground = process.group;
  // A person's interrupt ends what runs, never the shell.
  process.handlers.set(SIGNALS.INT!, () => shell.interrupt());
  process.handlers.set(SIGNALS.QUIT!, null);
  process.handlers.set(SIGNALS.TERM!, null);
  return await shell.runProgram(async () => {
    let text = "";
    while (true) {
      const prompt = text === ""
        ? variables.get("PS1") ?? defaultPrompt(shell)
        : variables.get("PS2") ?? "> ";
      await process.write(expandPrompt(shell, prompt), 2);
      const line = await readLine(shell);
      if (line === undefined) return shell.status;
      text += line;
      let sequence: Sequence;
      try {
        sequence = parse(text);
      } catch (error) {
        if (!(error instanceof ShellSyntaxError)) throw error;
        if (error.incomplete && line !== "\n") continue;
        await shell.complain(error.message);
        shell.status = 2;
        text = "";
        continue;
      }
      text = "";
      shell.resume();
      try {
        await shell.runSequence(sequence);
      } catch (error) {
        if (error instanceof ProcessExit || process.dying.aborted) throw error;
        if (!(error instanceof Error)) throw error;
        shell.status = 130;
        await process.write("\n", 2);
      }
    }
  });
}

/** A line of the input with its end; what is after it stays for the commands. */
async function readLine(shell: Shell): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  while (true) {
    const bytes = await shell.process.read(0, 1);
    if (!bytes) break;
    parts.push(bytes);
    if (bytes[0] === 10) break;
  }
  return parts.length ? decode(concat(parts)) : undefined;
}

function defaultPrompt({ process }: Shell): string {
  return process.uid === 0 ? "\\w # " : "\\w $ ";
}

function expandPrompt({ process, variables }: Shell, prompt: string): string {
  const home = variables.get("HOME");
  const { cwd, kernel } = process;
  const folder = cwd === home
    ? "~"
    : home && cwd.startsWith(`${home}/`)
    ? `~${cwd.slice(home.length)}`
    : cwd;
  const values: Record<string, string> = {
    w: folder,
    h: kernel.hostname,
    u: variables.get("USER") ?? "",
    $: process.uid === 0 ? "#" : "$",
    n: "\n",
  };
  return prompt.replace(/\\(.)/g, (all, letter) => values[letter] ?? all);
}
