/**
 * Writes a line when it is ready; then does one piece of work whenever a line comes, and writes the
 * milliseconds that it took.
 *
 *     deno run -A bench/work/worker.ts FILE WORK [ARG...]
 *
 * `WORK` is a function that `bench/work/FILE` exports: it gets ready, and gives what does the work once
 * and may give the milliseconds itself.
 *
 * @module
 */
// deno-lint-ignore-file no-console

import { toLines } from "../kit/lines.ts";

const [file, work, ...args] = Deno.args;
const module = await import(new URL(file!, import.meta.url).href);
const once: () => Promise<number | void> = await module[work!](...args);
console.log("ready");
for await (const _ of toLines(Deno.stdin.readable)) {
  const start = performance.now();
  const told = await once();
  console.log(told ?? performance.now() - start);
}
Deno.exit();
