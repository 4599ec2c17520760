import { byteText } from "../text.ts";
import { type Sequence, ShellSyntaxError, type Word, type WordPart } from "./syntax.ts";

/** A text that is read from left to right. */
export class Cursor {
  /** The whole text. */
  readonly text: string;
  /** Where it is read next. */
  at = 0;

  /** Starts at the start. */
  constructor(text: string) {
    this.text = text;
  }

  /** The next character, empty at the end. */
  get next(): string {
    return this.text[this.at] ?? "";
  }

  /** Whether this comes next. */
  sees(text: string): boolean {
    return this.text.startsWith(text, this.at);
  }

  /** Takes this if it comes next. */
  take(text: string): boolean {
    if (!this.sees(text)) return false;
    this.at += text.length;
    return true;
  }

  /** Takes what matches here; empty where nothing does. The pattern is sticky. */
  match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? "";
    this.at += found.length;
    return found;
  }
}

/** Reads the commands between here and a closing parenthesis, and that. */
export type CommandReader = (cursor: Cursor) => Sequence;
/** Reads all commands of a text. */
export type TextReader = (text: string) => Sequence;

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const SPECIAL = /[0-9@*#?$!-]/y;
const OPERATOR = /:?[-=?+]|##?|%%?|\/\/?/y;
const WORD_END = /[\s;&|<>()]/;

/** Reads words with their quotes and expansions. */
export class WordReader {
  readonly #cursor: Cursor;
  readonly #readCommands: CommandReader;
  readonly #readText: TextReader;

  /** Reads at a cursor. */
  constructor(cursor: Cursor, readCommands: CommandReader, readText: TextReader) {
    this.#cursor = cursor;
    this.#readCommands = readCommands;
    this.#readText = readText;
  }

  /** The word here; undefined where none is. */
  read(): Word | undefined {
    const cursor = this.#cursor;
    const parts: Word = [];
    while (cursor.next !== "" && !WORD_END.test(cursor.next)) this.#readPart(parts);
    return parts.length ? parts : undefined;
  }

  /** Text as within double quotes, up to what ends it, which is left. */
  readQuoted(ends: (cursor: Cursor) => boolean, escapes = '$`"\\'): Word {
    const cursor = this.#cursor;
    const parts: Word = [];
    while (!ends(cursor)) {
      if (cursor.next === "") throw unterminated();
      if (cursor.next === "\\") {
        const escaped = cursor.text[cursor.at + 1] ?? "";
        cursor.at += 2;
        if (escaped === "\n") continue;
        addText(parts, escapes.includes(escaped) && escaped ? escaped : `\\${escaped}`, true);
      } else if (!this.#readExpansion(parts, true)) {
        addText(parts, cursor.next, true);
        cursor.at++;
      }
    }
    return parts;
  }

  #readPart(parts: Word): void {
    const cursor = this.#cursor;
    if (cursor.take("'")) {
      addText(parts, this.#until("'"), true);
    } else if (cursor.take('"')) {
      addText(parts, "", true);
      parts.push(...this.readQuoted((it) => it.next === '"'));
      cursor.at++;
    } else if (cursor.take("$'")) {
      addText(parts, this.#readEscapes(), true);
    } else if (cursor.take("\\")) {
      if (cursor.next === "\n") cursor.at++;
      else addText(parts, cursor.next || "\\", true), cursor.at++;
    } else if (!this.#readExpansion(parts, false)) {
      addText(parts, cursor.next, false);
      cursor.at++;
    }
  }

  /** Reads what begins with `$` or a backquote; false where that stands for itself. */
  #readExpansion(parts: Word, quoted: boolean): boolean {
    const cursor = this.#cursor;
    if (cursor.take("`")) {
      const body = this.#readText(this.#backquoted());
      parts.push({ kind: "command", body, quoted });
      return true;
    }
    if (!cursor.sees("$")) return false;
    const start = cursor.at;
    cursor.at++;
    if (cursor.take("((")) {
      const word = this.readQuoted(balanced());
      cursor.at += 2;
      parts.push({ kind: "arithmetic", word, quoted });
    } else if (cursor.take("(")) {
      parts.push({ kind: "command", body: this.#readCommands(cursor), quoted });
    } else if (cursor.take("{")) {
      parts.push(this.#readBraces(quoted));
    } else {
      const name = cursor.match(NAME) || cursor.match(SPECIAL);
      if (name === "") {
        cursor.at = start;
        return false;
      }
      parts.push({ kind: "parameter", name, quoted });
    }
    return true;
  }

  #readBraces(quoted: boolean): WordPart {
    const cursor = this.#cursor;
    if (cursor.sees("#") && !cursor.sees("#}")) {
      cursor.at++;
      const name = cursor.match(NAME) || cursor.match(/\d+/y) || cursor.match(SPECIAL);
      if (name === "" || !cursor.take("}")) throw new ShellSyntaxError("bad substitution");
      return { kind: "parameter", name, operator: "length", quoted };
    }
    const name = cursor.match(NAME) || cursor.match(/\d+/y) || cursor.match(SPECIAL);
    if (name === "") throw new ShellSyntaxError("bad substitution");
    if (cursor.take("}")) return { kind: "parameter", name, quoted };
    const operator = cursor.match(OPERATOR);
    if (operator === "") throw new ShellSyntaxError("bad substitution");
    const word: Word = [];
    while (cursor.next !== "}") {
      if (cursor.next === "") throw unterminated();
      if (quoted && cursor.next !== '"' && cursor.next !== "\\") {
        if (!this.#readExpansion(word, true)) addText(word, cursor.next, true), cursor.at++;
      } else {
        this.#readPart(word);
      }
    }
    cursor.at++;
    return { kind: "parameter", name, operator, word, quoted };
  }

  #until(end: string): string {
    const cursor = this.#cursor;
    const stop = cursor.text.indexOf(end, cursor.at);
    if (stop < 0) throw unterminated();
    const text = cursor.text.slice(cursor.at, stop);
    cursor.at = stop + 1;
    return text;
  }

  #backquoted(): string {
    const cursor = this.#cursor;
    let text = "";
    while (!cursor.take("`")) {
      if (cursor.next === "") throw unterminated();
      if (cursor.next === "\\" && "`\\$".includes(cursor.text[cursor.at + 1] ?? " ")) cursor.at++;
      text += cursor.next;
      cursor.at++;
    }
    return text;
  }

  #readEscapes(): string {
    const cursor = this.#cursor;
    let text = "";
    while (!cursor.take("'")) {
      if (cursor.next === "") throw unterminated();
      if (cursor.next === "\\") {
        const { text: escaped, length } = unescape(cursor.text.slice(cursor.at));
        text += escaped;
        cursor.at += length;
      } else {
        text += cursor.next;
        cursor.at++;
      }
    }
    return text;
  }
}

const ESCAPES: Record<string, string> = {
  a: "\x07",
  b: "\b",
  e: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
};

/** What a backslash and what follows it at the start of a text stand for, and how long they are. */
export function unescape(
  text: string,
  octal: RegExp = /^\\[0-7]{1,3}/,
): { text: string; length: number } {
  const number = octal.exec(text)?.[0];
  if (number) return { text: byteText(parseInt(number.slice(1), 8) & 0xff), length: number.length };
  const hex = /^\\x[0-9a-fA-F]{1,2}/.exec(text)?.[0];
  if (hex) return { text: byteText(parseInt(hex.slice(2), 16)), length: hex.length };
  const known = ESCAPES[text[1] ?? ""];
  return known === undefined
    ? { text: text.slice(0, 2), length: Math.min(2, text.length) }
    : { text: known, length: 2 };
}

/** Adds text to a word; text of the same kind becomes one part. */
function addText(parts: Word, text: string, quoted: boolean): void {
  const last = parts.at(-1);
  if (last?.kind === "text" && last.quoted === quoted) last.text += text;
  else parts.push({ kind: "text", text, quoted });
}

/** Tells the `))` that belongs to what is already open. */
function balanced(): (cursor: Cursor) => boolean {
  let depth = 0;
  let last = -1;
  return (cursor) => {
    if (cursor.at === last) return false;
    if (depth === 0 && cursor.sees("))")) return true;
    last = cursor.at;
    if (cursor.next === "(") depth++;
    if (cursor.next === ")") depth--;
    return false;
  };
}

function unterminated(): ShellSyntaxError {
  return new ShellSyntaxError("syntax error: unterminated quoted string", true);
}
