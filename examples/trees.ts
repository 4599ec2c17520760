/**
 * Brings a folder into an instance or out of it, with modes, times and links. Run again, it sends only what
 * has changed.
 *
 *     deno task example examples/trees.ts push web ./site /srv/site
 *     deno task example examples/trees.ts pull web /etc ./etc
 *
 * @module
 */
// deno-lint-ignore-file no-console

import { parseArgs } from "@std/cli";
import { connect, type Progress } from "../mod.ts";

const [verb = "", instance, from, to] = parseArgs(Deno.args, { string: ["_"] })._.map(String);
if (!["push", "pull"].includes(verb) || !instance || !from || !to) {
  console.error("Usage: trees.ts push|pull INSTANCE FROM TO");
  Deno.exit(2);
}
try {
  await using client = await connect();
  const { files } = client.instances.at(instance);
  const options = { skipEqual: true, onProgress: ({ text }: Progress) => console.error(text) };
  const done = verb === "push"
    ? await files.upload(from, to, options)
    : await files.download(from, to, options);
  console.log(`${done.files} files, ${done.bytes} bytes; ${done.equal} were there already`);
  for (const path of done.omitted) console.log(`left out: ${path}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exitCode = 1;
}
