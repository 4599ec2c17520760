import type { Process } from "../process/process.ts";
import { encode } from "../text.ts";
import { openPath } from "../process/open_path.ts";
import {
  badOption,
  cannotOpen,
  chunksOf,
  fail,
  forEach,
  linesOf,
  listOf,
  readOptions,
  textOf,
} from "./applet.ts";

/** `cat`. */
export async function cat(process: Process, args: string[]): Promise<number> {
  const { operands, unknown } = readOptions(args, "uAnbetv");
  if (unknown) return await badOption(process, unknown);
  const paths = operands.length ? operands : ["-"];
  return await forEach(process, paths, async (path) => {
    for await (const chunk of chunksOf(process, path)) await process.write(chunk);
  }, cannotOpen);
}

/** The counts of `head` and `tail`, which may stand for themselves: `-5`. */
function counts(args: readonly string[]) {
  const words = args.map((arg, i) =>
    /^-[nc]$/.test(args[i - 1] ?? "") ? arg : arg.replace(/^-(\d+)$/, "-n$1")
  );
  const { values, operands, flags, unknown } = readOptions(words, "qvfF", { valued: "nc" });
  const size = (text: string | undefined) => {
    const [, sign = "", number = "", unit = ""] = /^([-+]?)(\d+)([kmb]?)$/i.exec(text ?? "") ?? [];
    const factor = { k: 1024, m: 1024 ** 2, b: 512 }[unit.toLowerCase()] ?? 1;
    return number === "" ? undefined : { sign, count: Number(number) * factor };
  };
  const bytes = size(values.get("c"));
  const lines = size(values.get("n") ?? "10");
  const bad = [values.get("c"), values.get("n")].find((it) => it !== undefined && !size(it));
  return { bytes, lines, paths: operands.length ? operands : ["-"], flags, unknown, bad };
}

/** Does something with each of several files, and tells which, where there are several. */
async function withTitles(
  process: Process,
  { paths, flags }: { paths: string[]; flags: Set<string> },
  run: (path: string) => Promise<void>,
): Promise<number> {
  let first = true;
  return await forEach(process, paths, async (path) => {
    if ((paths.length > 1 && !flags.has("q")) || flags.has("v")) {
      const name = path === "-" ? "standard input" : path;
      // Before the title: what cannot be opened has none.
      if (path !== "-") openPath(process, path, "read").close?.();
      await process.write(`${first ? "" : "\n"}==> ${name} <==\n`);
    }
    first = false;
    await run(path);
  }, cannotOpen);
}

/** `head`. */
export async function head(process: Process, args: string[]): Promise<number> {
  const wanted = counts(args);
  const { bytes, lines, bad, unknown } = wanted;
  if (bad !== undefined) return await fail(process, `invalid number '${bad}'`);
  if (unknown) return await badOption(process, unknown);
  return await withTitles(process, wanted, async (path) => {
    if (bytes) {
      let left = bytes.count;
      // Not one byte more is read than is told, so that others find the rest.
      if (left === 0) return;
      for await (const chunk of chunksOf(process, path)) {
        await process.write(chunk.subarray(0, left));
        left -= chunk.length;
        if (left <= 0) return;
      }
    } else if (lines?.sign === "-") {
      const all = await listOf(linesOf(process, path));
      await process.write(all.slice(0, Math.max(0, all.length - lines.count)).join(""));
    } else {
      let left = lines!.count;
      if (left === 0) return;
      for await (const line of linesOf(process, path)) {
        await process.write(line);
        if (--left === 0) return;
      }
    }
  });
}

/** `tail`; with `-f` it goes on with what is added. */
export async function tail(process: Process, args: string[]): Promise<number> {
  const wanted = counts(args);
  const { bytes, lines, bad, flags, paths, unknown } = wanted;
  if (bad !== undefined) return await fail(process, `invalid number '${bad}'`);
  if (unknown) return await badOption(process, unknown);
  const last = <T extends ArrayLike<unknown> & { slice(start: number): T }>(
    all: T,
    { sign, count }: { sign: string; count: number },
  ) => all.slice(sign === "+" ? Math.max(0, count - 1) : Math.max(0, all.length - count));
  const code = await withTitles(process, wanted, async (path) => {
    if (bytes) await process.write(last(encode(await textOf(process, path)), bytes));
    else await process.write(last(await listOf(linesOf(process, path)), lines!).join(""));
  });
  const [path = "-"] = paths;
  if ((!flags.has("f") && !flags.has("F")) || path === "-" || code !== 0) return code;
  const file = openPath(process, path, "read");
  while (await file.read(65_536, process.dying));
  while (true) {
    const added = await file.read(65_536, process.dying);
    if (added) await process.write(added);
    else await process.sleep(1000);
  }
}

/** `wc`. */
export async function wc(process: Process, args: string[]): Promise<number> {
  const { flags, operands, unknown } = readOptions(args, "lwcmL");
  if (unknown) return await badOption(process, unknown);
  const wanted = ["l", "w", "c"].filter((letter) =>
    flags.size === 0 || flags.has(letter) || (letter === "c" && flags.has("m"))
  );
  const totals = [0, 0, 0];
  const told = async (numbers: number[], name: string) => {
    const all = wanted.map((letter) => String(numbers["lwc".indexOf(letter)]));
    const cells = wanted.length > 1 || operands.length > 1
      ? all.map((it) => it.padStart(9)).join(" ")
      : all[0]!;
    await process.write(`${cells}${name === "" ? "" : ` ${name}`}\n`);
  };
  const paths = operands.length ? operands : ["-"];
  const code = await forEach(process, paths, async (path) => {
    const numbers = [0, 0, 0];
    let inWord = false;
    for await (const chunk of chunksOf(process, path)) {
      numbers[2]! += chunk.length;
      for (const byte of chunk) {
        if (byte === 10) numbers[0]!++;
        const space = byte === 32 || (byte >= 9 && byte <= 13);
        if (!space && !inWord) numbers[1]!++;
        inWord = !space;
      }
    }
    numbers.forEach((number, i) => totals[i]! += number);
    await told(numbers, operands.length ? path : "");
  }, cannotOpen);
  if (operands.length > 1) await told(totals, "total");
  return code;
}

/** `yes`. */
export async function yes(process: Process, args: string[]): Promise<number> {
  const line = encode(`${args.length ? args.join(" ") : "y"}\n`);
  const block = new Uint8Array(Math.max(1, Math.floor(65_536 / line.length)) * line.length);
  for (let at = 0; at < block.length; at += line.length) block.set(line, at);
  while (true) await process.write(block);
}

/** `seq`. */
export async function seq(process: Process, args: string[]): Promise<number> {
  const { values, operands } = readOptions(
    args.map((arg) => /^-\d/.test(arg) ? ` ${arg}` : arg),
    "w",
    {
      valued: "s",
    },
  );
  const numbers = operands.map(Number);
  if (numbers.some(Number.isNaN) || operands.length === 0) {
    return await fail(
      process,
      `invalid number '${operands.find((it) => Number.isNaN(Number(it))) ?? ""}'`,
    );
  }
  const [first, step, last] = numbers.length === 1
    ? [1, 1, numbers[0]!]
    : numbers.length === 2
    ? [numbers[0]!, 1, numbers[1]!]
    : [numbers[0]!, numbers[1]!, numbers[2]!];
  const decimals = Math.max(...operands.map((it) => it.split(".")[1]?.length ?? 0));
  const separator = values.get("s") ?? "\n";
  let text = "";
  for (let i = 0;; i++) {
    const value = first + i * step;
    if (step === 0 || (step > 0 ? value > last : value < last)) break;
    text += (i ? separator : "") + value.toFixed(decimals);
    if (text.length > 65_536) {
      await process.write(text);
      text = "";
    }
  }
  await process.write(`${text}\n`);
  return 0;
}

/** `tee`. */
export async function tee(process: Process, args: string[]): Promise<number> {
  const { flags, operands } = readOptions(args, "ai");
  const files = operands.map((path) =>
    openPath(process, path, flags.has("a") ? "append" : "write")
  );
  for await (const chunk of chunksOf(process, "-")) {
    await process.write(chunk);
    for (const file of files) await file.write(chunk, process.dying);
  }
  return 0;
}

/** `tr`, on bytes. */
export async function tr(process: Process, args: string[]): Promise<number> {
  const { flags, operands } = readOptions(args, "dsc");
  const [from = "", to = ""] = operands;
  let set = byteSet(from);
  if (flags.has("c")) {
    const given = new Set(set);
    set = Array.from({ length: 256 }, (_, i) => i).filter((byte) => !given.has(byte));
  }
  const target = byteSet(to);
  const squeezed = new Set(flags.has("s") ? (target.length ? target : set) : []);
  const deleted = new Set(flags.has("d") ? set : []);
  const map = new Map(
    flags.has("d") || target.length === 0
      ? []
      : set.map((byte, i) => [byte, target[i] ?? target.at(-1)!]),
  );
  let last = -1;
  for await (const chunk of chunksOf(process, "-")) {
    const result = new Uint8Array(chunk.length);
    let length = 0;
    for (const byte of chunk) {
      if (deleted.has(byte)) continue;
      const mapped = map.get(byte) ?? byte;
      if (mapped === last && squeezed.has(mapped)) continue;
      last = mapped;
      result[length++] = mapped;
    }
    await process.write(result.subarray(0, length));
  }
  return 0;
}

const BYTE_CLASSES: Record<string, RegExp> = {
  alpha: /[A-Za-z]/,
  digit: /\d/,
  alnum: /[A-Za-z\d]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /\s/,
  punct: /[!-/:-@[-`{-~]/,
  print: /[ -~]/,
};

/** The bytes of one of the sets of `tr`: ranges, classes, escapes. */
function byteSet(text: string): number[] {
  const bytes: number[] = [];
  const escapes: Record<string, number> = { n: 10, t: 9, r: 13, "0": 0, "\\": 92 };
  const source = encode(text);
  const at = (i: number): [number, number] => {
    if (source[i] !== 92) return [source[i]!, 1];
    const octal = /^[0-7]{1,3}/.exec(text.slice(i + 1))?.[0];
    if (octal) return [parseInt(octal, 8), 1 + octal.length];
    return [escapes[String.fromCharCode(source[i + 1] ?? 92)] ?? source[i + 1] ?? 92, 2];
  };
  for (let i = 0; i < source.length;) {
    const name = /^\[:(\w+):\]/.exec(text.slice(i));
    const matcher = BYTE_CLASSES[name?.[1] ?? ""];
    if (name && matcher) {
      for (let byte = 0; byte < 128; byte++) {
        if (matcher.test(String.fromCharCode(byte))) bytes.push(byte);
      }
      i += name[0].length;
      continue;
    }
    const [first, length] = at(i);
    i += length;
    if (source[i] === 45 && i + 1 < source.length) {
      const [last, more] = at(i + 1);
      for (let byte = first; byte <= last; byte++) bytes.push(byte);
      i += 1 + more;
    } else bytes.push(first);
  }
  return bytes;
}
