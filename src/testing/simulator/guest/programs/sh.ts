import type { Process } from "../process/process.ts";
import { Shell } from "../shell/shell.ts";
import { runInteractive } from "../shell/interactive.ts";
import { decode } from "../text.ts";
import { nameOf } from "./applet.ts";

/** `sh`: with `-c` a command, with a path a script, else its input; a terminal makes it interactive. */
export async function sh(process: Process, args: string[]): Promise<number> {
  const words = [...args];
  let interactive = false, command = false;
  const options: string[] = [];
  for (; /^[-+]./.test(words[0] ?? "") && words[0] !== "--"; words.shift()) {
    for (const letter of words[0]!.slice(1)) {
      if (letter === "c") command = true;
      else if (letter === "i") interactive = true;
      else if ("eufxnl".includes(letter)) options.push(letter);
    }
  }
  if (words[0] === "--") words.shift();
  const text = command ? words.shift() : undefined;
  const script = command ? undefined : words.shift();
  const shell = new Shell(process, {
    name: command ? words.shift() ?? nameOf(process) : script ?? nameOf(process),
    positional: words,
  });
  for (const letter of options) shell.options.add(letter);
  if (text !== undefined) return await shell.runProgram(() => shell.runText(text));
  if (script !== undefined) return await runScript(shell, script);
  const terminal = process.descriptors.get(0)?.file.terminal;
  if (interactive || terminal) return await runInteractive(shell, terminal);
  return await runInput(shell);
}

async function runScript(shell: Shell, path: string): Promise<number> {
  const { process } = shell;
  const { files } = process.kernel;
  if (files.find(process.path(path))?.type !== "file") {
    await process.write(`sh: can't open '${path}': No such file or directory\n`, 2);
    return 2;
  }
  const text = files.readText(process.path(path));
  return await shell.runProgram(() => shell.runText(text));
}

/** Runs what comes by standard input, all of which is the shell's. */
async function runInput(shell: Shell): Promise<number> {
  const parts: BlobPart[] = [];
  for (let bytes = await shell.process.read(); bytes; bytes = await shell.process.read()) {
    parts.push(bytes);
  }
  const text = decode(new Uint8Array(await new Blob(parts).arrayBuffer()));
  return await shell.runProgram(() => shell.runText(text));
}
