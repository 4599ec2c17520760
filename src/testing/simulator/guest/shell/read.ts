import { readOptions } from "../programs/applet.ts";
import { decode } from "../text.ts";
import type { Shell } from "./shell.ts";

/** `read`: takes one line, byte by byte, so that what comes after it is left for others. */
export async function readLine(shell: Shell, argv: string[]): Promise<number> {
  const { flags, values, operands } = readOptions(argv.slice(1), "rs", { valued: "ptnu" });
  const prompt = values.get("p");
  if (prompt !== undefined) await shell.process.write(prompt, 2);
  const limit = values.get("t");
  const timer = new AbortController();
  if (limit !== undefined) {
    shell.process.kernel.clock.sleep(Number(limit) * 1000, timer.signal)
      .then(() => timer.abort(), () => {});
  }
  const stop = AbortSignal.any([shell.interrupted, timer.signal]);
  const file = shell.process.open(Number(values.get("u") ?? 0));
  const most = Number(values.get("n") ?? Infinity);
  const line = new Line(flags.has("r"));
  let ended = false;
  try {
    while (line.length < most) {
      const bytes = await file.read(1, stop);
      if (!bytes) ended = true;
      if (!bytes || line.take(bytes[0]!)) break;
    }
  } catch (error) {
    if (!stop.aborted) throw error;
    shell.process.dying.throwIfAborted();
    ended = true;
  } finally {
    timer.abort();
  }
  const names = operands.length ? operands : ["REPLY"];
  split(line, names.length, operands.length ? shell.variables.get("IFS") ?? " \t\n" : "")
    .forEach((field, i) => shell.variables.set(names[i]!, field));
  return ended ? 1 : 0;
}

/** A line as it is read: text, and which of its characters a backslash protects. */
class Line {
  readonly #raw: boolean;
  readonly #bytes: number[] = [];
  readonly #protected: boolean[] = [];
  #escaped = false;

  constructor(raw: boolean) {
    this.#raw = raw;
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** Takes a byte; true at the end of the line. */
  take(byte: number): boolean {
    const NEWLINE = 10, BACKSLASH = 92;
    if (this.#escaped) {
      this.#escaped = false;
      if (byte !== NEWLINE) this.#add(byte, true);
      return false;
    }
    if (byte === NEWLINE) return true;
    if (byte === BACKSLASH && !this.#raw) this.#escaped = true;
    else this.#add(byte, false);
    return false;
  }

  text(start: number, end: number): string {
    return decode(Uint8Array.from(this.#bytes.slice(start, end)));
  }

  /** Whether one of these characters stands here, and counts as one. */
  has(at: number, characters: string): boolean {
    return !this.#protected[at] && characters.includes(String.fromCharCode(this.#bytes[at] ?? -1));
  }

  #add(byte: number, escaped: boolean): void {
    this.#bytes.push(byte);
    this.#protected.push(escaped);
  }
}

/** Cuts a line into so many fields; the last takes the rest. */
function split(line: Line, count: number, separators: string): string[] {
  if (separators === "") {
    return [line.text(0, line.length), ...new Array<string>(count - 1).fill("")];
  }
  const white = separators.replace(/[^ \t\n]/g, "");
  const fields: string[] = [];
  let at = 0;
  const skip = () => {
    while (at < line.length && line.has(at, white)) at++;
  };
  skip();
  while (fields.length < count - 1) {
    const start = at;
    while (at < line.length && !line.has(at, separators)) at++;
    fields.push(line.text(start, at));
    skip();
    if (at < line.length && line.has(at, separators) && !line.has(at, white)) {
      at++;
      skip();
    }
  }
  let end = line.length;
  while (end > at && line.has(end - 1, white)) end--;
  fields.push(line.text(at, end));
  return fields;
}
