/**
 * Says what machine this is, and runs the benchmarks, each in a process of its own.
 *
 *     deno task bench
 *     deno task bench requests
 *
 * @module
 */
// deno-lint-ignore-file no-console

// deno-lint-ignore no-external-import
import { cpus, totalmem } from "node:os";

const all = ["requests", "exec"];
const names = Deno.args.length > 0 ? Deno.args : all;
const unknown = names.find((name) => !all.includes(name));
if (unknown !== undefined) {
  console.error(`Cannot run the benchmark "${unknown}": there are ${all.join(", ")}`);
  Deno.exit(2);
}

const [load] = Deno.loadavg();
console.log(
  `${cpus().length} x ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, ` +
    `Linux ${Deno.osRelease()}, Deno ${Deno.version.deno}, load ${load!.toFixed(1)}`,
);
for (const name of names) {
  const path = new URL(`${name}.ts`, import.meta.url).pathname;
  const { code } = await new Deno.Command(Deno.execPath(), { args: ["run", "-A", path] })
    .spawn().status;
  if (code !== 0) Deno.exit(code);
}
