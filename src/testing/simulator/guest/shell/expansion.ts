import { evaluate } from "./arithmetic.ts";
import { glob, isPattern, patternSource, type QuotedText } from "./pattern.ts";
import { ProcessExit } from "../process/process.ts";
import type { Shell } from "./shell.ts";
import type { Word, WordPart } from "./syntax.ts";

type ParameterPart = Extract<WordPart, { kind: "parameter" }>;

/** Fields that grow as the parts of a word are expanded. */
class Fields {
  readonly list: QuotedText[] = [];
  #open = false;

  /** Adds to the field at hand. */
  add(text: string, quoted: boolean): void {
    if (text === "" && !quoted) return;
    if (!this.#open) this.list.push([]);
    this.#open = true;
    this.list.at(-1)!.push({ text, quoted });
  }

  /** What comes next is another field. */
  split(): void {
    this.#open = false;
  }
}

/** The words of a command, expanded, split and with the paths that they match. */
export async function expandWords(shell: Shell, words: readonly Word[]): Promise<string[]> {
  const all: string[] = [];
  for (const word of words) {
    const fields = new Fields();
    for (const part of withTilde(shell, word)) await expandPart(shell, part, fields);
    for (const field of fields.list) {
      const paths = isPattern(field) && !shell.options.has("f")
        ? glob(shell.process.kernel.files, shell.process.cwd, field)
        : [];
      if (paths.length) all.push(...paths);
      else all.push(plain(field));
    }
  }
  return all;
}

/** A word as one text, neither split nor matched against paths. */
export async function expandText(shell: Shell, word: Word): Promise<string> {
  return plain(await expandPattern(shell, word));
}

/** A word as one text that remembers what was quoted. */
export async function expandPattern(shell: Shell, word: Word): Promise<QuotedText> {
  const text: QuotedText = [];
  for (const part of withTilde(shell, word)) {
    const value = await valueOf(shell, part);
    const joined = Array.isArray(value) ? value.join(" ") : value;
    if (typeof joined !== "string") text.push(...joined.text);
    else text.push({ text: joined, quoted: part.quoted });
  }
  return text;
}

function plain(field: QuotedText): string {
  return field.map(({ text }) => text).join("");
}

function withTilde(shell: Shell, word: Word): Word {
  const [first, ...rest] = word;
  if (first?.kind !== "text" || first.quoted || !/^~(\/|$)/.test(first.text)) return word;
  const home = shell.variables.get("HOME");
  if (home === undefined) return word;
  return [
    { kind: "text", text: home, quoted: true },
    { ...first, text: first.text.slice(1) },
    ...rest,
  ];
}

async function expandPart(shell: Shell, part: WordPart, fields: Fields): Promise<void> {
  if (part.kind === "text") return fields.add(part.text, part.quoted);
  const value = await valueOf(shell, part);
  if (Array.isArray(value)) {
    // Each of "$@" is a field of its own, joined with what stands around them.
    value.forEach((text, i) => {
      if (i > 0) fields.split();
      if (part.quoted) fields.add(text, true);
      else splitInto(shell, text, fields);
    });
  } else if (typeof value !== "string") {
    for (const { text, quoted } of value.text) {
      if (quoted || part.quoted) fields.add(text, true);
      else splitInto(shell, text, fields);
    }
  } else if (part.quoted) {
    fields.add(value, true);
  } else {
    splitInto(shell, value, fields);
  }
}

/** Splits by the characters of IFS: white space in runs, others one by one. */
function splitInto(shell: Shell, text: string, fields: Fields): void {
  const separators = shell.variables.get("IFS") ?? " \t\n";
  if (separators === "") return fields.add(text, false);
  const white = separators.replace(/[^ \t\n]/g, "");
  const other = separators.replace(/[ \t\n]/g, "").replace(/[\]\\^-]/g, "\\$&");
  const blank = white === "" ? "" : `[${white}]`;
  const alternatives = [
    ...(other === "" ? [] : [blank ? `${blank}*[${other}]${blank}*` : `[${other}]`]),
    ...(blank === "" ? [] : [`${blank}+`]),
  ];
  const pattern = new RegExp(alternatives.join("|"), "g");
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    const piece = text.slice(at, match.index);
    const hard = other !== "" && new RegExp(`[${other}]`).test(match[0]);
    if (piece !== "") fields.add(piece, false);
    else if (hard) fields.add("", true);
    fields.split();
    at = match.index + match[0].length;
  }
  fields.add(text.slice(at), false);
}

type Value = string | string[] | { text: QuotedText };

async function valueOf(shell: Shell, part: WordPart): Promise<Value> {
  switch (part.kind) {
    case "text":
      return part.text;
    case "command":
      return await shell.capture(part.body);
    case "arithmetic": {
      const text = await expandText(shell, part.word);
      return evaluate(text, {
        get: (name) => shell.variables.get(name) ?? "",
        set: (name, value) => shell.variables.set(name, value),
      });
    }
    case "parameter":
      return await parameterValue(shell, part);
  }
}

async function parameterValue(shell: Shell, part: ParameterPart): Promise<Value> {
  const { name, operator = "", word = [] } = part;
  const value = read(shell, name, part.quoted);
  const text = Array.isArray(value) ? value.join(" ") : value;
  if (operator === "length") {
    return String(Array.isArray(value) ? value.length : [...text ?? ""].length);
  }
  const kind = operator.replace(":", "");
  if (kind === "-" || kind === "=" || kind === "?" || kind === "+") {
    const missing = text === undefined || (operator.startsWith(":") && text === "");
    if (kind === "+") return missing ? "" : { text: await expandPattern(shell, word) };
    if (!missing) return value!;
    if (kind === "-") return { text: await expandPattern(shell, word) };
    const replacement = await expandText(shell, word);
    if (kind === "=") {
      shell.variables.set(name, replacement);
      return replacement;
    }
    await shell.complain(`${name}: ${replacement || "parameter not set"}`);
    throw new ProcessExit(2);
  }
  if (value === undefined) {
    if (shell.options.has("u") && operator === "") {
      await shell.complain(`${name}: parameter not set`);
      throw new ProcessExit(2);
    }
    return "";
  }
  if (operator === "") return value;
  return await trim(shell, text ?? "", operator, word);
}

/** `${x#p}` and the like, and `${x/p/r}`. */
async function trim(shell: Shell, text: string, operator: string, word: Word): Promise<string> {
  const pattern = await expandPattern(shell, word);
  if (operator.startsWith("/")) {
    const [find, replace] = cut(pattern);
    const source = patternSource(find);
    if (source === "") return text;
    return text.replace(new RegExp(source, operator === "//" ? "gu" : "u"), () => plain(replace));
  }
  const source = patternSource(pattern, operator === "#");
  if (operator.startsWith("#")) return text.replace(new RegExp(`^(?:${source})`, "u"), "");
  // Of the suffixes that match, `%` takes the shortest and `%%` the longest.
  const matcher = new RegExp(`^(?:${source})$`, "u");
  const starts = Array.from({ length: text.length + 1 }, (_, i) => i);
  if (operator === "%") starts.reverse();
  const start = starts.find((at) => matcher.test(text.slice(at)));
  return start === undefined ? text : text.slice(0, start);
}

/** The pattern and the replacement, which an unquoted slash parts. */
function cut(pattern: QuotedText): [QuotedText, QuotedText] {
  for (const [i, { text, quoted }] of pattern.entries()) {
    const at = quoted ? -1 : text.indexOf("/");
    if (at < 0) continue;
    return [
      [...pattern.slice(0, i), { text: text.slice(0, at), quoted }],
      [{ text: text.slice(at + 1), quoted }, ...pattern.slice(i + 1)],
    ];
  }
  return [pattern, []];
}

function read(shell: Shell, name: string, quoted: boolean): string | string[] | undefined {
  if (name === "@") return shell.positional;
  if (name === "*") {
    if (!quoted) return shell.positional;
    return shell.positional.join((shell.variables.get("IFS") ?? " ").slice(0, 1));
  }
  if (/^\d+$/.test(name)) return name === "0" ? shell.name : shell.positional[Number(name) - 1];
  switch (name) {
    case "?":
      return String(shell.status);
    case "#":
      return String(shell.positional.length);
    case "$":
      return String(shell.rootPid);
    case "!":
      return shell.lastJob === undefined ? undefined : String(shell.lastJob);
    case "-":
      return [...shell.options].join("");
  }
  return shell.variables.get(name);
}
