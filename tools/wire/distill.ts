/**
 * Distils an OpenAPI document of LXD or Incus into the facts that the type generator reads.
 *
 * Every daemon's package carries the document of its version, for instance
 * `/usr/share/doc/lxd/rest-api.yaml.gz` or `/usr/share/doc/incus-base/rest-api.yaml.gz`; the source
 * trees have it as `doc/rest-api.yaml`. The documents are not committed, their facts are:
 *
 *     deno run -A tools/wire/distill.ts lxd_5_0_2 /usr/share/doc/lxd/rest-api.yaml.gz
 *     deno run -A tools/wire/distill.ts incus_main ~/incus/doc/rest-api.yaml
 *     deno run -A tools/wire_types.ts
 *
 * The output goes to `tools/wire/specs/NAME.jsonl`, one definition or operation a line.
 */
// A tool alone reads YAML, so the library is no import of the project's.
// deno-lint-ignore no-import-prefix no-external-import
import { parse } from "npm:yaml@^2.5.0";
import { factFile, formatFacts, type SpecName, specNames } from "./facts.ts";
import { distil, type Document } from "./swagger.ts";

async function readDocument(path: string): Promise<Document> {
  const file = await Deno.open(path);
  const bytes = path.endsWith(".gz")
    ? file.readable.pipeThrough(new DecompressionStream("gzip"))
    : file.readable;
  return parse(await new Response(bytes).text());
}

if (import.meta.main) {
  const [name, path] = Deno.args;
  if (path === undefined || !specNames.includes(name as SpecName)) {
    throw new Error(`Usage: distill.ts ${specNames.join("|")} PATH`);
  }
  const facts = distil(await readDocument(path));
  await Deno.writeTextFile(factFile(name as SpecName), formatFacts(facts));
}
