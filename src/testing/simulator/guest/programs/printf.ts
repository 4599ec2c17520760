import type { Process } from "../process/process.ts";
import { unescape } from "../shell/words.ts";
import { fail } from "./applet.ts";

/** Replaces what backslashes stand for; `\c` ends it all. */
function unescapeAll(text: string, octal: RegExp): { text: string; ended: boolean } {
  let result = "";
  for (let at = 0; at < text.length;) {
    if (text[at] !== "\\") {
      result += text[at++];
      continue;
    }
    if (text[at + 1] === "c") return { text: result, ended: true };
    const escape = unescape(text.slice(at, at + 6), octal);
    result += escape.text;
    at += escape.length;
  }
  return { text: result, ended: false };
}

/** In the words of `echo -e` and of `%b`, an octal number begins with a zero. */
const OCTAL_WITH_ZERO = /^\\0[0-7]{0,3}/;
const OCTAL = /^\\[0-7]{1,3}/;
const DIRECTIVE = /^%([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+)?)?([a-zA-Z%])/;

/** `printf`: the format is used again while arguments are left. */
export async function printf(process: Process, args: string[]): Promise<number> {
  const [format, ...rest] = args[0] === "--" ? args.slice(1) : args;
  if (format === undefined) {
    await process.write("Usage: printf FORMAT [ARG]...\n", 2);
    return 1;
  }
  const wrong: string[] = [];
  let output = "";
  let at = 0;
  let ended = false;
  do {
    const before = at;
    const next = () => rest[at++];
    const piece = formatOnce(format, next, wrong);
    output += piece.text;
    ended = piece.ended || at === before;
  } while (!ended && at < rest.length);
  await process.write(output);
  let code = 0;
  for (const word of wrong) code = await fail(process, word);
  return code;
}

function formatOnce(
  format: string,
  next: () => string | undefined,
  wrong: string[],
): { text: string; ended: boolean } {
  let text = "";
  for (let at = 0; at < format.length;) {
    const rest = format.slice(at);
    if (rest[0] === "\\") {
      if (rest[1] === "c") return { text, ended: true };
      const escape = unescape(rest.slice(0, 6), OCTAL);
      text += escape.text;
      at += escape.length;
      continue;
    }
    const directive = DIRECTIVE.exec(rest);
    if (rest[0] !== "%" || !directive) {
      text += rest[0];
      at++;
      continue;
    }
    at += directive[0].length;
    const [, flags = "", width, precision, conversion = ""] = directive;
    const size = (given: string | undefined) =>
      given === "*" ? Number(next() ?? 0) : given === undefined ? undefined : Number(given);
    const columns = size(width);
    const digits = directive[0].includes(".") ? size(precision) ?? 0 : undefined;
    if (conversion === "%") {
      text += "%";
    } else if (conversion === "b") {
      const escaped = unescapeAll(next() ?? "", OCTAL_WITH_ZERO);
      text += pad(escaped.text, flags, columns);
      if (escaped.ended) return { text, ended: true };
    } else {
      text += pad(convert(conversion, next(), digits, flags, wrong), flags, columns);
    }
  }
  return { text, ended: false };
}

function convert(
  conversion: string,
  argument: string | undefined,
  digits: number | undefined,
  flags: string,
  wrong: string[],
): string {
  if (conversion === "s") return (argument ?? "").slice(0, digits);
  if (conversion === "c") return (argument ?? "").slice(0, 1);
  const value = numberOf(argument, wrong);
  const sign = value < 0 ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  const size = Math.abs(value);
  const whole = (radix: number) =>
    BigInt(Math.trunc(size)).toString(radix).padStart(digits ?? 0, "0");
  switch (conversion) {
    case "d":
    case "i":
      return sign + whole(10);
    case "u":
      return whole(10);
    case "o":
      return (flags.includes("#") ? "0" : "") + whole(8);
    case "x":
      return (flags.includes("#") ? "0x" : "") + whole(16);
    case "X":
      return (flags.includes("#") ? "0X" : "") + whole(16).toUpperCase();
    case "f":
      return sign + size.toFixed(digits ?? 6);
    case "e":
      return sign + size.toExponential(digits ?? 6).replace(/e([+-])(\d)$/, "e$10$2");
    case "g":
      return sign + String(Number(size.toPrecision(digits || 6)));
  }
  wrong.push(`%${conversion}: invalid format`);
  return "";
}

function numberOf(text: string | undefined, wrong: string[]): number {
  if (text === undefined || text === "") return 0;
  if (/^['"]/.test(text)) return text.codePointAt(1) ?? 0;
  const octal = /^-?0[0-7]+$/.test(text);
  const value = octal ? parseInt(text, 8) : Number(text);
  if (Number.isFinite(value) && text.trim() === text) return value;
  wrong.push(`invalid number '${text}'`);
  return parseFloat(text) || 0;
}

function pad(text: string, flags: string, columns = 0): string {
  const width = Math.abs(columns);
  if (flags.includes("-") || columns < 0) return text.padEnd(width);
  if (!flags.includes("0") || !/^[-+ ]?[\d.]+$/.test(text)) return text.padStart(width);
  const [, sign = "", digits = ""] = /^([-+ ]?)(.*)$/.exec(text)!;
  return sign + digits.padStart(width - sign.length, "0");
}

/** `echo`, with `-n` and `-e`. */
export async function echo(process: Process, args: string[]): Promise<number> {
  const words = [...args];
  let newline = true, escapes = false;
  for (; /^-[neE]+$/.test(words[0] ?? ""); words.shift()) {
    if (words[0]!.includes("n")) newline = false;
    if (words[0]!.includes("e")) escapes = true;
    if (words[0]!.includes("E")) escapes = false;
  }
  const text = words.join(" ");
  if (!escapes) await process.write(newline ? `${text}\n` : text);
  else {
    const { text: escaped, ended } = unescapeAll(text, OCTAL_WITH_ZERO);
    await process.write(newline && !ended ? `${escaped}\n` : escaped);
  }
  return 0;
}
