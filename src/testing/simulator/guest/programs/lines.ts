import { bracketSource, escapeRegExp } from "../shell/pattern.ts";
import { openPath } from "../process/open_path.ts";
import type { Process } from "../process/process.ts";
import { encode } from "../text.ts";
import { badOption, cannotOpen, fail, forEach, linesOf, listOf, readOptions } from "./applet.ts";

/** A regular expression of POSIX, basic or extended, as one of JavaScript. */
export function regularExpression(text: string, extended: boolean, flags = ""): RegExp {
  let source = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === "[") {
      let end = at + 1;
      if (text[end] === "^") end++;
      if (text[end] === "]") end++;
      while (end < text.length && text[end] !== "]") {
        end = text.startsWith("[:", end) ? text.indexOf(":]", end) + 2 : end + 1;
      }
      source += bracketSource(text.slice(at + 1, end));
      at = end;
    } else if (char === "\\") {
      const next = text[++at] ?? "";
      if (/[wWsSbB1-9]/.test(next)) source += `\\${next}`;
      else if (next === "n" || next === "t") source += `\\${next}`;
      else if (!extended && /[(){}|+?]/.test(next)) source += next;
      else source += escapeRegExp(next);
    } else if (!extended && /[(){}|+?]/.test(char)) {
      source += `\\${char}`;
    } else if (char === "*" && (source === "" || source === "^")) {
      source += "\\*";
    } else source += char === "/" ? "\\/" : char;
  }
  return new RegExp(source, flags);
}

/** Without the newline at its end. */
function bare(line: string): string {
  return line.endsWith("\n") ? line.slice(0, -1) : line;
}

/** `grep`. */
export async function grep(process: Process, args: string[]): Promise<number> {
  const options = readOptions(args, "EFivclnqxwhHosrR", { valued: "emABC" });
  const { flags, values, unknown } = options;
  if (unknown) return await badOption(process, unknown);
  const [pattern, ...rest] = values.has("e")
    ? [values.get("e")!, ...options.operands]
    : options.operands;
  if (pattern === undefined) return await fail(process, "no pattern");
  const matchers = pattern.split("\n").map((line) => {
    const source = flags.has("F") ? escapeRegExp(line) : line;
    const wrapped = regularExpression(source, flags.has("E") || flags.has("F")).source;
    const bounded = flags.has("w") ? `\\b(?:${wrapped})\\b` : wrapped;
    return new RegExp(flags.has("x") ? `^(?:${bounded})$` : bounded, flags.has("i") ? "gi" : "g");
  });
  const paths = rest.length ? rest.flatMap((path) => expand(process, path, flags)) : ["-"];
  const named = (paths.length > 1 || flags.has("H") || flags.has("r")) && !flags.has("h");
  const most = Number(values.get("m") ?? Infinity);
  let any = false;
  const code = await forEach(process, paths, async (path) => {
    const prefix = named ? `${path === "-" ? "(standard input)" : path}:` : "";
    let count = 0, number = 0;
    for await (const full of linesOf(process, path)) {
      const line = bare(full);
      number++;
      const found = matchers.some((it) => (it.lastIndex = 0, it.test(line)));
      if (found === flags.has("v")) continue;
      any = true;
      count++;
      if (flags.has("q")) return;
      if (flags.has("l")) break;
      if (flags.has("c")) continue;
      const lead = prefix + (flags.has("n") ? `${number}:` : "");
      const parts = flags.has("o")
        ? matchers.flatMap((it) => line.match(it) ?? []).filter(Boolean)
        : [line];
      for (const part of parts) await process.write(`${lead}${part}\n`);
      if (count >= most) break;
    }
    if (flags.has("c")) await process.write(`${prefix}${count}\n`);
    if (flags.has("l") && count) await process.write(`${path}\n`);
  }, (path, reason) => `${path}: ${reason}`);
  if (any && flags.has("q")) return 0;
  return code ? 2 : any ? 0 : 1;
}

/** The files below a directory, with `-r`. */
function expand(process: Process, path: string, flags: Set<string>): string[] {
  const { files } = process.kernel;
  const directory = files.find(process.path(path))?.type === "directory";
  if (!directory || !(flags.has("r") || flags.has("R"))) return [path];
  return files.list(process.path(path)).sort().flatMap((name) =>
    expand(process, `${path}/${name}`, flags)
  );
}

/** `sort`. */
export async function sort(process: Process, args: string[]): Promise<number> {
  const { flags, values, operands, unknown } = readOptions(args, "nrubfsgh", { valued: "kto" });
  if (unknown) return await badOption(process, unknown);
  const lines: string[] = [];
  const code = await forEach(process, operands.length ? operands : ["-"], async (path) => {
    for await (const line of linesOf(process, path)) lines.push(bare(line));
  }, cannotOpen);
  const [, field, flagged = ""] = /^(\d+)[\d.,]*([a-z]*)/.exec(values.get("k") ?? "") ?? [];
  const separator = values.get("t") ?? /\s+/;
  const key = (line: string) =>
    field ? line.trimStart().split(separator).slice(Number(field) - 1).join(" ") : line;
  const numeric = flags.has("n") || flagged.includes("n");
  const direction = flags.has("r") || flagged.includes("r") ? -1 : 1;
  const fold = (text: string) => flags.has("f") ? text.toUpperCase() : text;
  const order = (a: string, b: string) => {
    const [x, y] = [fold(key(a)), fold(key(b))];
    if (numeric) return (parseFloat(x) || 0) - (parseFloat(y) || 0);
    return x < y ? -1 : x > y ? 1 : 0;
  };
  lines.sort((a, b) =>
    direction * (order(a, b) || (flags.has("u") || a === b ? 0 : a < b ? -1 : 1))
  );
  const kept = flags.has("u")
    ? lines.filter((line, i) => i === 0 || order(lines[i - 1]!, line) !== 0)
    : lines;
  const text = kept.map((line) => `${line}\n`).join("");
  const output = values.get("o");
  if (output) await openPath(process, output, "write").write(encode(text), process.dying);
  else await process.write(text);
  return code;
}

/** `uniq`. */
export async function uniq(process: Process, args: string[]): Promise<number> {
  const { flags, operands, unknown } = readOptions(args, "cdui");
  if (unknown) return await badOption(process, unknown);
  let last: string | undefined;
  let count = 0;
  const flush = async () => {
    if (last === undefined || (flags.has("d") && count < 2) || (flags.has("u") && count > 1)) {
      return;
    }
    await process.write(`${flags.has("c") ? `${String(count).padStart(7)} ` : ""}${last}\n`);
  };
  const code = await forEach(process, [operands[0] ?? "-"], async (path) => {
    for await (const full of linesOf(process, path)) {
      const line = bare(full);
      if (line === last) {
        count++;
        continue;
      }
      await flush();
      last = line;
      count = 1;
    }
  }, cannotOpen);
  await flush();
  return code;
}

/** `cut`. */
export async function cut(process: Process, args: string[]): Promise<number> {
  const { flags, values, operands } = readOptions(args, "sn", { valued: "dfcb" });
  const list = values.get("f") ?? values.get("c") ?? values.get("b");
  if (list === undefined) {
    return await fail(process, "expected a list of bytes, characters, or fields");
  }
  const ranges = list.split(",").map((part) => {
    const [first = "", last] = part.split("-");
    const start = Number(first || 1);
    return [start, last === undefined ? start : Number(last || Infinity)] as const;
  });
  const chosen = (_: string, i: number) =>
    ranges.some(([from, to]) => i + 1 >= from && i + 1 <= to);
  const delimiter = values.get("d") ?? "\t";
  return await forEach(process, operands.length ? operands : ["-"], async (path) => {
    for await (const full of linesOf(process, path)) {
      const line = bare(full);
      const fields = values.has("f");
      if (fields && !line.includes(delimiter)) {
        if (!flags.has("s")) await process.write(`${line}\n`);
        continue;
      }
      const parts = fields ? line.split(delimiter) : [...line];
      await process.write(`${parts.filter(chosen).join(fields ? delimiter : "")}\n`);
    }
  }, cannotOpen);
}

/** `rev`. */
export function rev(process: Process, args: string[]): Promise<number> {
  return forEach(process, args.length ? args : ["-"], async (path) => {
    for await (const line of linesOf(process, path)) {
      await process.write(`${[...bare(line)].reverse().join("")}\n`);
    }
  }, cannotOpen);
}

/** `tac`. */
export function tac(process: Process, args: string[]): Promise<number> {
  return forEach(process, args.length ? args : ["-"], async (path) => {
    const lines = await listOf(linesOf(process, path));
    await process.write(lines.reverse().join(""));
  }, cannotOpen);
}
