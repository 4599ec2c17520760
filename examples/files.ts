/**
 * Moves one file into an instance or out of it, whatever its size, with its permission bits.
 *
 *     deno task example examples/files.ts push web ./motd /etc/motd --mode 644
 *     deno task example examples/files.ts pull web /etc/motd ./motd
 *
 * @module
 */
// deno-lint-ignore-file no-console

import { parseArgs } from "@std/cli";
import { connect, type Files } from "../mod.ts";

async function push(files: Files, from: string, to: string, mode?: number): Promise<void> {
  const { isFile, size, mode: ownMode } = await Deno.stat(from);
  if (!isFile) throw new Error(`Cannot push "${from}": it is no file`);
  using file = await Deno.open(from);
  await files.write(to, file.readable, { mode: mode ?? (ownMode ?? 0o644) & 0o7777 });
  console.log(`${from} -> ${to}: ${size} bytes`);
}

async function pull(files: Files, from: string, to: string, mode?: number): Promise<void> {
  const { info, readable } = await files.open(from);
  // Nobody else may read it before its own permission bits are set.
  const file = await Deno.open(to, { write: true, create: true, truncate: true, mode: 0o600 });
  await readable.pipeTo(file.writable);
  await Deno.chmod(to, mode ?? info.mode);
  console.log(`${from} -> ${to}: ${(await Deno.stat(to)).size} bytes`);
}

const verbs: Record<string, typeof push> = { push, pull };
const { _: words, mode } = parseArgs(Deno.args, { string: ["_", "mode"] });
const [verb = "", instance, from, to] = words.map(String);
const octal = mode === undefined || /^[0-7]{3,4}$/.test(mode);
const run = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
if (!run || !instance || !from || !to || !octal) {
  console.error("Usage: files.ts push|pull INSTANCE FROM TO [--mode OCTAL]");
  Deno.exit(2);
}
try {
  await using client = await connect();
  const { files } = client.instances.at(instance);
  await run(files, from, to, mode === undefined ? undefined : parseInt(mode, 8));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exitCode = 1;
}
