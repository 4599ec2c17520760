import type { Process } from "../process/process.ts";
import { openPath } from "../process/open_path.ts";
import { type Bytes, concat } from "../text.ts";
import { type Applet, cannotOpen, chunksOf, fail, forEach, listOf, readOptions } from "./applet.ts";

/** `dd`, with `if`, `of`, `bs`, `count`, `skip`. */
export async function dd(process: Process, args: string[]): Promise<number> {
  const given = new Map(args.map((arg) => arg.split(/=(.*)/s) as [string, string]));
  const size = (name: string) => {
    const [, number = "", unit = ""] = /^(\d+)([ckKMG]?)B?$/.exec(given.get(name) ?? "") ?? [];
    const factors: Record<string, number> = { k: 1024, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };
    return number === "" ? undefined : Number(number) * (factors[unit] ?? 1);
  };
  const block = size("bs") ?? 512;
  const count = size("count") ?? Infinity;
  const input = given.has("if") ? openPath(process, given.get("if")!, "read") : process.open(0);
  const output = given.has("of") ? openPath(process, given.get("of")!, "write") : process.open(1);
  let whole = 0, part = 0, bytes = 0;
  let skip = (size("skip") ?? 0) * block;
  while (skip > 0) {
    const passed = await input.read(Math.min(skip, 65_536), process.dying);
    if (!passed) break;
    skip -= passed.length;
  }
  while (whole + part < count) {
    const piece = await input.read(block, process.dying);
    if (!piece) break;
    await output.write(piece, process.dying);
    bytes += piece.length;
    if (piece.length === block) whole++;
    else part++;
  }
  if (given.get("status") !== "none") {
    const records = `${whole}+${part} records`;
    await process.write(`${records} in\n${records} out\n`, 2);
    if (given.get("status") !== "noxfer") {
      await process.write(`${bytes} bytes copied, 0.000 seconds\n`, 2);
    }
  }
  return 0;
}

function digest(algorithm: string): Applet {
  return (process, args) =>
    forEach(process, args.length ? args : ["-"], async (path) => {
      const bytes = concat(await listOf(chunksOf(process, path)));
      const hash = new Uint8Array(await crypto.subtle.digest(algorithm, bytes));
      const hex = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
      await process.write(`${hex}  ${path}\n`);
    }, cannotOpen);
}

/** `sha1sum`. */
export const sha1sum: Applet = digest("SHA-1");
/** `sha256sum`. */
export const sha256sum: Applet = digest("SHA-256");
/** `sha512sum`. */
export const sha512sum: Applet = digest("SHA-512");

/** `base64`, both ways. */
export async function base64(process: Process, args: string[]): Promise<number> {
  const { flags, values, operands } = readOptions(args, "d", { valued: "w" });
  return await forEach(process, [operands[0] ?? "-"], async (path) => {
    const bytes = concat(await listOf(chunksOf(process, path)));
    const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
    if (flags.has("d")) {
      let decoded: string;
      try {
        decoded = atob(text.replace(/\s/g, ""));
      } catch {
        return await fail(process, "truncated input");
      }
      await process.write(Uint8Array.from(decoded, (char) => char.charCodeAt(0)));
      return;
    }
    const width = Number(values.get("w") ?? 76);
    const encoded = btoa(text);
    const lines = width > 0 ? encoded.match(new RegExp(`.{1,${width}}`, "g")) ?? [] : [encoded];
    await process.write(width > 0 ? lines.map((line) => `${line}\n`).join("") : encoded);
  }, cannotOpen);
}

/** `cmp`. */
export async function cmp(process: Process, args: string[]): Promise<number> {
  const { flags, operands } = readOptions(args, "s");
  const [left, right] = await Promise.all([0, 1].map(async (i): Promise<Bytes> => {
    return concat(await listOf(chunksOf(process, operands[i] ?? "-")));
  }));
  const at = left!.findIndex((byte, i) => byte !== right![i]);
  if (at < 0 && left!.length === right!.length) return 0;
  if (!flags.has("s")) {
    const line = left!.subarray(0, at).filter((byte) => byte === 10).length + 1;
    await process.write(`${operands.join(" ")} differ: char ${at + 1}, line ${line}\n`);
  }
  return 1;
}
