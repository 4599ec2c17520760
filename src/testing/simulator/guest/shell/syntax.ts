/** A piece of a word, before it is expanded. */
export type WordPart =
  | { kind: "text"; text: string; quoted: boolean }
  | {
    kind: "parameter";
    /** The variable, or the sign of a special one. */
    name: string;
    /** What follows the name within braces: `:-`, `#`, `%%` and so on; `length` for `${#x}`. */
    operator?: string;
    /** What follows the operator. */
    word?: Word;
    quoted: boolean;
  }
  | { kind: "command"; body: Sequence; quoted: boolean }
  | { kind: "arithmetic"; word: Word; quoted: boolean };

/** A word, before it is expanded. */
export type Word = WordPart[];

/** Where a descriptor of a command leads to. */
export interface Redirect {
  /** The number of the descriptor. */
  descriptor: number;
  /** How: `<`, `>`, `>>`, `<>`, `<&`, `>&`; `<<` gives the text of `target` itself. */
  operator: string;
  /** The path, the other descriptor, or the text. */
  target: Word;
}

/** A command with its words. */
export interface SimpleCommand {
  kind: "simple";
  assignments: [name: string, value: Word][];
  words: Word[];
  redirects: Redirect[];
}

/** A command that holds others. */
export type CompoundCommand =
  & (
    | { kind: "group" | "subshell"; body: Sequence }
    | { kind: "if"; branches: { condition: Sequence; body: Sequence }[]; otherwise?: Sequence }
    | { kind: "loop"; until: boolean; condition: Sequence; body: Sequence }
    | { kind: "for"; name: string; words?: Word[]; body: Sequence }
    | { kind: "case"; subject: Word; branches: { patterns: Word[]; body: Sequence }[] }
  )
  & { redirects: Redirect[] };

/** The definition of a function. */
export interface FunctionDefinition {
  kind: "function";
  name: string;
  body: Command;
}

/** A command. */
export type Command = SimpleCommand | CompoundCommand | FunctionDefinition;

/** Commands of which each reads what the one before it writes. */
export interface Pipeline {
  commands: Command[];
  negated: boolean;
}

/** Pipelines joined by `&&` and `||`. */
export interface AndOr {
  first: Pipeline;
  rest: { operator: "&&" | "||"; pipeline: Pipeline }[];
  /** Whether it runs beside what follows. */
  background: boolean;
  /** The text that it was read from. */
  text: string;
}

/** What runs one after the other. */
export type Sequence = AndOr[];

/** A text that is no shell's. */
export class ShellSyntaxError extends Error {
  override name = "ShellSyntaxError";
  /** Whether more text could make it right. */
  readonly incomplete: boolean;

  /** The words are the shell's. */
  constructor(message: string, incomplete = false) {
    super(message);
    this.incomplete = incomplete;
  }
}
