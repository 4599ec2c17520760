import {
  type AndOr,
  type Command,
  type CompoundCommand,
  type Pipeline,
  type Redirect,
  type Sequence,
  ShellSyntaxError,
  type SimpleCommand,
  type Word,
} from "./syntax.ts";
import { Cursor, WordReader } from "./words.ts";

/** Reads a shell's text. */
export function parse(text: string): Sequence {
  return new Parser(new Cursor(text)).readAll();
}

const REDIRECT = /<<-?|<&|>&|<>|>>|>\||<|>/y;
const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)=/;
const BLANK = /(?:[ \t\r]|\\\n)+/y;
const OPERATORS = ["&&", "||", ";;", ";", "&", "|", ")", "("];
const RESERVED = ["then", "else", "elif", "fi", "do", "done", "esac", "}"];

interface Heredoc {
  redirect: Redirect;
  end: string;
  quoted: boolean;
  tabs: boolean;
}

class Parser {
  readonly #cursor: Cursor;
  readonly #words: WordReader;
  readonly #heredocs: Heredoc[] = [];

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
    const commands = (cursor: Cursor) => new Parser(cursor).readParentheses();
    this.#words = new WordReader(cursor, commands, parse);
  }

  /** All commands. */
  readAll(): Sequence {
    const sequence = this.#readSequence([]);
    this.#blank();
    if (this.#cursor.next !== "") throw this.#unexpected();
    if (this.#heredocs.length) this.#readHeredocs();
    return sequence;
  }

  /** The commands up to a closing parenthesis, and that. */
  readParentheses(): Sequence {
    const sequence = this.#readSequence([")"]);
    if (!this.#cursor.take(")")) throw this.#unexpected();
    return sequence;
  }

  /** Commands up to one of some words, which is left. */
  #readSequence(ends: readonly string[]): Sequence {
    const sequence: Sequence = [];
    while (true) {
      this.#newlines();
      if (this.#cursor.next === "" || this.#endsHere(ends)) return sequence;
      sequence.push(this.#readAndOr());
      this.#blank();
      if (this.#cursor.next === "\n" || this.#cursor.next === "") continue;
      if (this.#cursor.sees(";;") || this.#endsHere(ends)) return sequence;
      const last = sequence.at(-1)!;
      if (this.#cursor.take("&")) last.background = true;
      else if (!this.#cursor.take(";")) throw this.#unexpected();
    }
  }

  #endsHere(ends: readonly string[]): boolean {
    if (ends.length === 0) return false;
    return ends.some((end) => /\w|[{}]/.test(end) ? this.#seesWord(end) : this.#cursor.sees(end));
  }

  #readAndOr(): AndOr {
    const start = this.#cursor.at;
    const first = this.#readPipeline();
    const rest: AndOr["rest"] = [];
    while (true) {
      this.#blank();
      const operator = this.#cursor.take("&&") ? "&&" : this.#cursor.take("||") ? "||" : undefined;
      if (!operator) break;
      this.#newlines();
      rest.push({ operator, pipeline: this.#readPipeline() });
    }
    const text = this.#cursor.text.slice(start, this.#cursor.at).trim();
    return { first, rest, background: false, text };
  }

  #readPipeline(): Pipeline {
    let negated = false;
    while (this.#takeWord("!")) negated = !negated;
    const commands = [this.#readCommand()];
    while (true) {
      this.#blank();
      if (!this.#cursor.sees("|") || this.#cursor.sees("||")) break;
      this.#cursor.at++;
      this.#newlines();
      commands.push(this.#readCommand());
    }
    return { commands, negated };
  }

  #readCommand(): Command {
    this.#blank();
    const compound = this.#readCompound();
    if (compound) {
      const redirects: Redirect[] = [];
      for (let it = this.#readRedirect(); it; it = this.#readRedirect()) redirects.push(it);
      return { ...compound, redirects } as CompoundCommand;
    }
    const name = /[A-Za-z_][A-Za-z0-9_]*(?=[ \t]*\([ \t]*\))/y;
    const defined = this.#cursor.match(name);
    if (defined !== "") {
      this.#cursor.match(/[ \t]*\([ \t]*\)/y);
      this.#newlines();
      return { kind: "function", name: defined, body: this.#readCommand() };
    }
    return this.#readSimple();
  }

  #readCompound(): unknown {
    if (this.#cursor.sees("(")) {
      this.#cursor.at++;
      const body = this.#readSequence([")"]);
      this.#expect(")");
      return { kind: "subshell", body };
    }
    if (this.#takeWord("{")) return { kind: "group", body: this.#readBody("}") };
    if (this.#takeWord("if")) return this.#readIf();
    if (this.#takeWord("while")) return this.#readLoop(false);
    if (this.#takeWord("until")) return this.#readLoop(true);
    if (this.#takeWord("for")) return this.#readFor();
    if (this.#takeWord("case")) return this.#readCase();
  }

  #readBody(end: string): Sequence {
    const body = this.#readSequence([end]);
    this.#expect(end);
    if (body.length === 0) throw this.#unexpected(end);
    return body;
  }

  #readIf(): unknown {
    const branches: { condition: Sequence; body: Sequence }[] = [];
    do {
      const condition = this.#readBody("then");
      const body = this.#readSequence(["elif", "else", "fi"]);
      branches.push({ condition, body });
    } while (this.#takeWord("elif"));
    const otherwise = this.#takeWord("else") ? this.#readSequence(["fi"]) : undefined;
    this.#expect("fi");
    return { kind: "if", branches, otherwise };
  }

  #readLoop(until: boolean): unknown {
    const condition = this.#readBody("do");
    return { kind: "loop", until, condition, body: this.#readBody("done") };
  }

  #readFor(): unknown {
    this.#blank();
    const name = this.#cursor.match(/[A-Za-z_][A-Za-z0-9_]*/y);
    if (name === "") throw this.#unexpected();
    this.#newlines();
    let words: Word[] | undefined;
    if (this.#takeWord("in")) {
      words = [];
      for (let word = this.#readWord(); word; word = this.#readWord()) words.push(word);
    }
    this.#blank();
    this.#cursor.take(";");
    this.#newlines();
    this.#expect("do");
    return { kind: "for", name, words, body: this.#readBody("done") };
  }

  #readCase(): unknown {
    const subject = this.#readWord();
    if (!subject) throw this.#unexpected();
    this.#newlines();
    this.#expect("in");
    const branches: { patterns: Word[]; body: Sequence }[] = [];
    for (this.#newlines(); !this.#takeWord("esac"); this.#newlines()) {
      this.#cursor.take("(");
      const patterns: Word[] = [];
      do {
        const pattern = this.#readWord();
        if (!pattern) throw this.#unexpected();
        patterns.push(pattern);
        this.#blank();
      } while (this.#cursor.take("|"));
      this.#expect(")");
      branches.push({ patterns, body: this.#readSequence([";;", "esac"]) });
      this.#cursor.take(";;");
    }
    return { kind: "case", subject, branches };
  }

  #readSimple(): SimpleCommand {
    const command: SimpleCommand = { kind: "simple", assignments: [], words: [], redirects: [] };
    if (RESERVED.some((word) => this.#seesWord(word))) throw this.#unexpected();
    while (true) {
      const redirect = this.#readRedirect();
      if (redirect) {
        command.redirects.push(redirect);
        continue;
      }
      const word = this.#readWord();
      if (!word) break;
      const [first] = word;
      const assigned = command.words.length === 0 && first?.kind === "text" && !first.quoted
        ? ASSIGNMENT.exec(first.text)
        : null;
      if (!assigned || first?.kind !== "text") {
        command.words.push(word);
        continue;
      }
      const rest = first.text.slice(assigned[0].length);
      const value: Word = rest === ""
        ? word.slice(1)
        : [{ ...first, text: rest }, ...word.slice(1)];
      command.assignments.push([assigned[1]!, value]);
    }
    const { assignments, words, redirects } = command;
    if (assignments.length + words.length + redirects.length === 0) throw this.#unexpected();
    return command;
  }

  #readRedirect(): Redirect | undefined {
    this.#blank();
    const cursor = this.#cursor;
    const start = cursor.at;
    const number = cursor.match(/\d+(?=[<>])/y);
    const operator = cursor.match(REDIRECT);
    if (operator === "") {
      cursor.at = start;
      return;
    }
    const descriptor = number === "" ? (operator.startsWith("<") ? 0 : 1) : Number(number);
    const target = this.#readWord();
    if (!target) throw this.#unexpected();
    if (!operator.startsWith("<<")) {
      return { descriptor, operator: operator === ">|" ? ">" : operator, target };
    }
    const quoted = target.some((part) => part.kind === "text" && part.quoted);
    const end = target.map((part) => part.kind === "text" ? part.text : "").join("");
    const redirect: Redirect = { descriptor, operator: "<<", target: [] };
    this.#heredocs.push({ redirect, end, quoted, tabs: operator === "<<-" });
    return redirect;
  }

  #readHeredocs(): void {
    const cursor = this.#cursor;
    for (const { redirect, end, quoted, tabs } of this.#heredocs.splice(0)) {
      let text = "";
      while (true) {
        if (cursor.next === "") throw new ShellSyntaxError("syntax error: here-document", true);
        let line = cursor.match(/[^\n]*/y);
        cursor.take("\n");
        if (tabs) line = line.replace(/^\t+/, "");
        if (line === end) break;
        text += `${line}\n`;
      }
      redirect.target = quoted ? [{ kind: "text", text, quoted: true }] : readHeredoc(text);
    }
  }

  #readWord(): Word | undefined {
    this.#blank();
    return this.#words.read();
  }

  /** Skips blanks and comments. */
  #blank(): void {
    this.#cursor.match(BLANK);
    if (this.#cursor.next === "#") this.#cursor.match(/[^\n]*/y);
  }

  /** Skips blanks, comments and ends of lines. */
  #newlines(): void {
    for (this.#blank(); this.#cursor.take("\n"); this.#blank()) {
      if (this.#heredocs.length) this.#readHeredocs();
    }
  }

  #seesWord(word: string): boolean {
    if (!this.#cursor.sees(word)) return false;
    const after = this.#cursor.text[this.#cursor.at + word.length] ?? "";
    return after === "" || /[\s;&|<>()]/.test(after);
  }

  #takeWord(word: string): boolean {
    this.#blank();
    if (!this.#seesWord(word)) return false;
    this.#cursor.at += word.length;
    return true;
  }

  #expect(word: string): void {
    this.#newlines();
    const found = /\w|[{}]/.test(word) ? this.#takeWord(word) : this.#cursor.take(word);
    if (!found) throw this.#unexpected(undefined, word);
  }

  #unexpected(found?: string, expected?: string): ShellSyntaxError {
    const cursor = this.#cursor;
    const hint = expected ? ` (expecting "${expected}")` : "";
    if (!found && cursor.next === "") {
      return new ShellSyntaxError(`syntax error: unexpected end of file${hint}`, true);
    }
    if (!found && cursor.next === "\n") {
      return new ShellSyntaxError(`syntax error: unexpected newline${hint}`);
    }
    const operator = OPERATORS.find((it) => cursor.sees(it));
    const word = found ?? operator ?? cursor.match(/[^\s;&|<>()]+/y) ?? cursor.next;
    return new ShellSyntaxError(`syntax error: unexpected "${word}"${hint}`);
  }
}

/** The text of a here-document, in which `$` and backquotes work and quotes do not. */
function readHeredoc(text: string): Word {
  const cursor = new Cursor(text);
  const commands = (cursor: Cursor) => new Parser(cursor).readParentheses();
  return new WordReader(cursor, commands, parse).readQuoted((it) => it.next === "", "$`\\");
}
