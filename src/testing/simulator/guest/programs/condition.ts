import type { AnyNode } from "../files/file_node.ts";
import { mayAccess } from "../process/open_path.ts";
import type { Process } from "../process/process.ts";
import { fail } from "./applet.ts";

/** What makes no sense in a test. */
class TestError extends Error {
  override name = "TestError";
}

/** `test`. */
export function test(process: Process, args: string[]): Promise<number> {
  return runTest(process, args);
}

/** `[`, whose last word is `]`. */
export async function bracket(process: Process, args: string[]): Promise<number> {
  if (args.at(-1) !== "]") return await fail(process, "missing ]") + 1;
  return await runTest(process, args.slice(0, -1));
}

async function runTest(process: Process, words: string[]): Promise<number> {
  try {
    return new Test(process, words).run() ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestError)) throw error;
    await fail(process, error.message);
    return 2;
  }
}

const FILE_TESTS: Record<string, (node: AnyNode, process: Process) => boolean> = {
  "-e": () => true,
  "-f": (node) => node.type === "file",
  "-d": (node) => node.type === "directory",
  "-c": (node) => node.type === "device",
  "-b": () => false,
  "-p": () => false,
  "-S": () => false,
  "-s": (node) => node.type !== "file" || node.content.length > 0,
  "-r": (node, process) => mayAccess(process, node, 4),
  "-w": (node, process) => mayAccess(process, node, 2),
  "-x": (node, process) =>
    mayAccess(process, node, 1) && (node.type === "directory" || (node.mode & 0o111) !== 0),
  "-u": (node) => (node.mode & 0o4000) !== 0,
  "-g": (node) => (node.mode & 0o2000) !== 0,
  "-k": (node) => (node.mode & 0o1000) !== 0,
  "-O": (node, process) => node.uid === process.uid,
  "-G": (node, process) => node.gid === process.gid,
};

const NUMBER_TESTS: Record<string, (a: number, b: number) => boolean> = {
  "-eq": (a, b) => a === b,
  "-ne": (a, b) => a !== b,
  "-lt": (a, b) => a < b,
  "-le": (a, b) => a <= b,
  "-gt": (a, b) => a > b,
  "-ge": (a, b) => a >= b,
};

const TEXT_TESTS: Record<string, (a: string, b: string) => boolean> = {
  "=": (a, b) => a === b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
};

class Test {
  readonly #process: Process;
  readonly #words: string[];
  #at = 0;

  constructor(process: Process, words: string[]) {
    this.#process = process;
    this.#words = words;
  }

  run(): boolean {
    if (this.#words.length === 0) return false;
    const value = this.#or();
    if (this.#at < this.#words.length) {
      throw new TestError(`${this.#words[this.#at]}: unknown operand`);
    }
    return value;
  }

  #take(word: string): boolean {
    if (this.#words[this.#at] !== word) return false;
    this.#at++;
    return true;
  }

  #or(): boolean {
    let value = this.#and();
    while (this.#take("-o")) value = this.#and() || value;
    return value;
  }

  #and(): boolean {
    let value = this.#not();
    while (this.#take("-a")) value = this.#not() && value;
    return value;
  }

  #not(): boolean {
    const alone = this.#words.length - this.#at <= 1;
    if (!alone && !this.#isBinary() && this.#take("!")) return !this.#not();
    return this.#primary();
  }

  /** Whether two operands with an operator between them come next. */
  #isBinary(): boolean {
    const operator = this.#words[this.#at + 1] ?? "";
    const known = Object.hasOwn(NUMBER_TESTS, operator) || Object.hasOwn(TEXT_TESTS, operator) ||
      ["-nt", "-ot", "-ef"].includes(operator);
    return known && this.#at + 2 < this.#words.length;
  }

  #primary(): boolean {
    const word = this.#words[this.#at++];
    if (word === undefined) throw new TestError("argument expected");
    if (word === "(" && this.#at < this.#words.length) {
      const value = this.#or();
      if (!this.#take(")")) throw new TestError("closing paren expected");
      return value;
    }
    this.#at--;
    if (this.#isBinary()) return this.#binary();
    this.#at++;
    const operand = this.#words[this.#at];
    if (operand === undefined || !/^-[a-zA-Z]$/.test(word)) return word !== "";
    if (word === "-n" || word === "-z") {
      this.#at++;
      return (operand !== "") === (word === "-n");
    }
    if (word === "-t") {
      this.#at++;
      return this.#process.descriptors.get(Number(operand))?.file.terminal !== undefined;
    }
    const link = word === "-h" || word === "-L";
    const check = FILE_TESTS[word];
    if (!check && !link) return word !== "";
    this.#at++;
    const node = this.#find(operand, !link);
    return node !== undefined && (link ? node.type === "symlink" : check!(node, this.#process));
  }

  #binary(): boolean {
    const [left = "", operator = "", right = ""] = this.#words.slice(this.#at, this.#at + 3);
    this.#at += 3;
    const text = TEXT_TESTS[operator];
    if (text) return text(left, right);
    const number = NUMBER_TESTS[operator];
    if (number) return number(integer(left), integer(right));
    const a = this.#find(left), b = this.#find(right);
    if (operator === "-ef") return a !== undefined && a === b;
    const [older, newer] = operator === "-nt" ? [b, a] : [a, b];
    return (older?.modified ?? -Infinity) < (newer?.modified ?? -Infinity);
  }

  #find(path: string, follow = true): AnyNode | undefined {
    return this.#process.kernel.files.find(this.#process.path(path), { follow });
  }
}

function integer(text: string): number {
  if (/^\s*[-+]?\d+\s*$/.test(text)) return Number(text);
  throw new TestError(`${text}: bad number`);
}
