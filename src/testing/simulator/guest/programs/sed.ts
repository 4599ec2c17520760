import { openPath } from "../process/open_path.ts";
import type { Process } from "../process/process.ts";
import { encode } from "../text.ts";
import { cannotOpen, fail, forEach, linesOf, listOf, readOptions } from "./applet.ts";
import { regularExpression } from "./lines.ts";

/** Which line a command is for. */
type Address = { line: number } | { last: true } | { matches: RegExp };

/** A command of a script. */
interface SedCommand {
  from?: Address;
  to?: Address;
  negated: boolean;
  name: string;
  text: string;
  pattern?: RegExp;
  prints: boolean;
  /** Whether it is within its range. */
  inside: boolean;
}

/** What is no script. */
class ScriptError extends Error {
  override name = "ScriptError";
}

/** `sed`, with the commands `s d p q a i c =`, addresses and ranges. */
export async function sed(process: Process, args: string[]): Promise<number> {
  const scripts: string[] = [];
  const words = [...args];
  for (let at = words.indexOf("-e"); at >= 0; at = words.indexOf("-e")) {
    scripts.push(words.splice(at, 2)[1] ?? "");
  }
  const { flags, operands } = readOptions(words, "nirE");
  if (scripts.length === 0) scripts.push(operands.shift() ?? "");
  let commands: SedCommand[];
  try {
    commands = new ScriptReader(scripts.join("\n"), flags.has("r") || flags.has("E")).read();
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    return await fail(process, error.message);
  }
  return await forEach(process, operands.length ? operands : ["-"], async (path) => {
    const lines = await listOf(linesOf(process, path));
    const output = edit(lines, commands, flags.has("n"));
    if (!flags.has("i")) return await process.write(output);
    await rewrite(process, path, output);
  }, cannotOpen);
}

async function rewrite(process: Process, path: string, text: string): Promise<void> {
  const file = openPath(process, path, "write");
  await file.write(encode(text), process.dying);
}

function edit(lines: string[], commands: SedCommand[], quiet: boolean): string {
  let output = "";
  for (const [i, full] of lines.entries()) {
    const end = full.endsWith("\n") ? "\n" : "";
    let line = end ? full.slice(0, -1) : full;
    let after = "";
    let deleted = false;
    for (const command of commands) {
      if (!applies(command, line, i + 1, i === lines.length - 1)) continue;
      const { name, text, pattern } = command;
      if (name === "s") {
        const changed = line.replace(pattern!, (...found: unknown[]) => replacement(text, found));
        pattern!.lastIndex = 0;
        if (command.prints && pattern!.test(line)) output += `${changed}\n`;
        line = changed;
      } else if (name === "p") output += `${line}\n`;
      else if (name === "=") output += `${i + 1}\n`;
      else if (name === "a") after += `${text}\n`;
      else if (name === "i") output += `${text}\n`;
      else if (name === "q") return output + (quiet ? "" : line + end) + after;
      else {
        deleted = true;
        if (name === "c") output += `${text}\n`;
        break;
      }
    }
    if (!deleted && !quiet) output += line + end;
    output += after;
  }
  return output;
}

function replacement(text: string, found: unknown[]): string {
  return text.replace(/\\(\d)|\\n|\\(.)|&/gs, (all, group, other) => {
    if (group !== undefined) return String(found[Number(group)] ?? "");
    if (all === "\\n") return "\n";
    return other ?? String(found[0]);
  });
}

function applies(command: SedCommand, line: string, number: number, last: boolean): boolean {
  const { from, to, negated } = command;
  const meets = (address: Address) =>
    "line" in address
      ? address.line === number
      : "last" in address
      ? last
      : address.matches.test(line);
  if (!from) return !negated;
  if (!to) return meets(from) !== negated;
  if (command.inside) {
    if (meets(to)) command.inside = false;
    return !negated;
  }
  if (!meets(from)) return negated;
  command.inside = !("line" in to && to.line <= number);
  return !negated;
}

class ScriptReader {
  readonly #text: string;
  readonly #extended: boolean;
  #at = 0;

  constructor(text: string, extended: boolean) {
    this.#text = text;
    this.#extended = extended;
  }

  read(): SedCommand[] {
    const commands: SedCommand[] = [];
    while (true) {
      this.#match(/[\s;]*/y);
      if (this.#at >= this.#text.length) return commands;
      commands.push(this.#command());
    }
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #command(): SedCommand {
    const from = this.#address();
    const to = from && this.#match(/\s*,\s*/y) ? this.#address() : undefined;
    const negated = this.#match(/\s*!\s*/y) !== "";
    this.#match(/\s*/y);
    const name = this.#text[this.#at++] ?? "";
    const command: SedCommand = { from, to, negated, name, text: "", prints: false, inside: false };
    if (name === "s") {
      const delimiter = this.#text[this.#at++] ?? "";
      const pattern = this.#until(delimiter);
      command.text = this.#until(delimiter);
      const flags = this.#match(/[gpiI0-9]*/y);
      const kind = (flags.includes("g") ? "g" : "") + (/i/i.test(flags) ? "i" : "");
      command.pattern = regularExpression(pattern, this.#extended, kind);
      command.prints = flags.includes("p");
    } else if ("aic".includes(name) && name !== "") {
      command.text = this.#match(/[^\n]*/y).replace(/^\s*\\?\n?\s*/, "");
    } else if (!"dpq=".includes(name) || name === "") {
      throw new ScriptError(`unsupported command ${name}`);
    }
    return command;
  }

  #address(): Address | undefined {
    const line = this.#match(/\d+/y);
    if (line !== "") return { line: Number(line) };
    if (this.#match(/\$/y)) return { last: true };
    if (!this.#match(/\//y)) return undefined;
    return { matches: regularExpression(this.#until("/"), this.#extended) };
  }

  #until(delimiter: string): string {
    let text = "";
    while (this.#text[this.#at] !== delimiter) {
      if (this.#at >= this.#text.length) throw new ScriptError("unmatched '" + delimiter + "'");
      if (this.#text[this.#at] === "\\" && this.#text[this.#at + 1] === delimiter) this.#at++;
      else if (this.#text[this.#at] === "\\") text += this.#text[this.#at++];
      text += this.#text[this.#at++];
    }
    this.#at++;
    return text;
  }
}
