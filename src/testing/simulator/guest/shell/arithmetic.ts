import { ShellSyntaxError } from "./syntax.ts";

/** What an arithmetic expression reads and writes. */
export interface ArithmeticVariables {
  /** The value of a variable; empty where it has none. */
  get(name: string): string;
  /** Gives a variable a value. */
  set(name: string, value: string): void;
}

const TOKEN =
  /\s*(0[xX][0-9a-fA-F]+|\d+|[A-Za-z_]\w*|<<=|>>=|\*\*|\+\+|--|&&|\|\||[-+*/%<>=!&|^]=|<<|>>|[-+*/%<>!~&|^()?:=,])\s*/y;

const PRECEDENCE: Record<string, number> = {
  "||": 1,
  "&&": 2,
  "|": 3,
  "^": 4,
  "&": 5,
  "==": 6,
  "!=": 6,
  "<": 7,
  "<=": 7,
  ">": 7,
  ">=": 7,
  "<<": 8,
  ">>": 8,
  "+": 9,
  "-": 9,
  "*": 10,
  "/": 10,
  "%": 10,
  "**": 11,
};

const OPERATIONS: Record<string, (a: bigint, b: bigint) => bigint | boolean> = {
  "|": (a, b) => a | b,
  "^": (a, b) => a ^ b,
  "&": (a, b) => a & b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "<<": (a, b) => a << b,
  ">>": (a, b) => a >> b,
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / nonZero(b),
  "%": (a, b) => a % nonZero(b),
  "**": (a, b) => a ** b,
};

/** The value of an arithmetic expression, with 64 bits. */
export function evaluate(text: string, variables: ArithmeticVariables): string {
  if (text.trim() === "") return "0";
  return String(new Evaluator(tokensOf(text), variables).run());
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (!match) throw syntaxError();
    tokens.push(match[1]!);
  }
  return tokens;
}

class Evaluator {
  readonly #tokens: string[];
  readonly #variables: ArithmeticVariables;
  #at = 0;
  /** Whether what is read counts; false in the branch of `?:`, `&&` and `||` that is not taken. */
  #live = true;

  constructor(tokens: string[], variables: ArithmeticVariables) {
    this.#tokens = tokens;
    this.#variables = variables;
  }

  run(): bigint {
    const value = this.#comma();
    if (this.#at < this.#tokens.length) throw syntaxError();
    return value;
  }

  get #next(): string | undefined {
    return this.#tokens[this.#at];
  }

  #take(token: string): boolean {
    if (this.#next !== token) return false;
    this.#at++;
    return true;
  }

  #comma(): bigint {
    let value = this.#assignment();
    while (this.#take(",")) value = this.#assignment();
    return value;
  }

  #assignment(): bigint {
    const name = this.#next;
    const operator = this.#tokens[this.#at + 1] ?? "";
    const assigns = name !== undefined && /^[A-Za-z_]/.test(name) && operator.endsWith("=") &&
      !["==", "<=", ">=", "!="].includes(operator);
    if (!assigns) return this.#condition();
    this.#at += 2;
    const right = this.#assignment();
    const value = operator === "="
      ? right
      : this.#apply(operator.slice(0, -1), this.#variable(name), right);
    this.#set(name, value);
    return value;
  }

  #condition(): bigint {
    const value = this.#binary(1);
    if (!this.#take("?")) return value;
    const yes = this.#when(value !== 0n, () => this.#assignment());
    if (!this.#take(":")) throw syntaxError();
    const no = this.#when(value === 0n, () => this.#assignment());
    return value !== 0n ? yes : no;
  }

  #binary(least: number): bigint {
    let left = this.#unary();
    while (true) {
      const operator = this.#next ?? "";
      const precedence = PRECEDENCE[operator] ?? 0;
      if (precedence < least) return left;
      this.#at++;
      // Powers go from the right, all others from the left.
      const next = operator === "**" ? precedence : precedence + 1;
      if (operator === "&&" || operator === "||") {
        const open = operator === "&&" ? left !== 0n : left === 0n;
        const right = this.#when(open, () => this.#binary(next));
        const value = operator === "&&" ? left !== 0n && right !== 0n : left !== 0n || right !== 0n;
        left = value ? 1n : 0n;
      } else {
        left = this.#apply(operator, left, this.#binary(next));
      }
    }
  }

  #unary(): bigint {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw syntaxError();
    switch (token) {
      case "-":
        return -this.#unary();
      case "+":
        return this.#unary();
      case "!":
        return this.#unary() === 0n ? 1n : 0n;
      case "~":
        return ~this.#unary();
      case "++":
      case "--": {
        const name = this.#tokens[this.#at++] ?? "";
        const value = this.#variable(name) + (token === "++" ? 1n : -1n);
        this.#set(name, value);
        return value;
      }
      case "(": {
        const value = this.#comma();
        if (!this.#take(")")) throw syntaxError();
        return value;
      }
    }
    if (!/^[A-Za-z_]/.test(token)) return numberOf(token);
    const value = this.#variable(token);
    if (this.#take("++")) this.#set(token, value + 1n);
    else if (this.#take("--")) this.#set(token, value - 1n);
    return value;
  }

  #when(live: boolean, read: () => bigint): bigint {
    const before = this.#live;
    this.#live = before && live;
    const value = read();
    this.#live = before;
    return value;
  }

  #apply(operator: string, left: bigint, right: bigint): bigint {
    if (!this.#live) return 0n;
    const value = OPERATIONS[operator]!(left, right);
    return BigInt.asIntN(64, typeof value === "boolean" ? (value ? 1n : 0n) : value);
  }

  #variable(name: string): bigint {
    const text = this.#variables.get(name).trim();
    return text === "" ? 0n : numberOf(text);
  }

  #set(name: string, value: bigint): void {
    if (!/^[A-Za-z_]/.test(name)) throw syntaxError();
    if (this.#live) this.#variables.set(name, String(value));
  }
}

function numberOf(text: string): bigint {
  const [, sign = "", digits = ""] = /^([-+]?)(.*)$/.exec(text)!;
  const octal = /^0[0-7]+$/.test(digits);
  if (!octal && !/^(0[xX][0-9a-fA-F]+|\d+)$/.test(digits)) throw syntaxError();
  const value = BigInt(octal ? `0o${digits.slice(1)}` : digits);
  return BigInt.asIntN(64, sign === "-" ? -value : value);
}

function nonZero(value: bigint): bigint {
  if (value === 0n) throw new ShellSyntaxError("divide by zero");
  return value;
}

function syntaxError(): ShellSyntaxError {
  return new ShellSyntaxError("arithmetic syntax error");
}
