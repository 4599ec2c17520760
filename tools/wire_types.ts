/**
 * Generates the wire types in `src/types/` from the fact files of `tools/wire/specs/`.
 *
 *     deno run -A tools/wire_types.ts           # write them
 *     deno run -A tools/wire_types.ts --check   # say which files differ, and fail
 *
 * Where facts come from: `tools/wire/distill.ts`. What they get wrong: `tools/wire/corrections.ts`.
 * What the doc comments say: `tools/wire/docs/`.
 */
import { unusedTexts } from "./wire/docs.ts";
import { emit } from "./wire/emit.ts";
import { readFacts } from "./wire/facts.ts";
import { merge } from "./wire/merge.ts";

const directory = new URL("../src/types/", import.meta.url);

/** Formats files as the project's own formatter does. */
async function format(files: Map<string, string>): Promise<Map<string, string>> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, text] of files) await Deno.writeTextFile(`${folder}/${name}.ts`, text);
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["fmt", "--quiet", "--no-config", "--line-width=100", folder],
    }).output();
    if (!success) throw new Error(`Cannot format: ${new TextDecoder().decode(stderr)}`);
    const formatted = [...files.keys()].map(async (name) =>
      [name, await Deno.readTextFile(`${folder}/${name}.ts`)] as const
    );
    return new Map(await Promise.all(formatted));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Generates all files, by name without the extension. */
async function generate(): Promise<Map<string, string>> {
  const model = merge(await readFacts());
  const { files, missing } = await emit(model, directory);
  if (missing.length > 0) {
    throw new Error(`Cannot generate: no text for ${missing.join(", ")}`);
  }
  const unused = unusedTexts(model);
  if (unused.length > 0) throw new Error(`Cannot generate: unused text for ${unused.join(", ")}`);
  return await format(files);
}

async function read(name: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(new URL(`${name}.ts`, directory));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Names of generated files in the folder that the generator no longer writes. */
async function* leftovers(files: Map<string, string>): AsyncGenerator<string> {
  for await (const { name, isFile } of Deno.readDir(directory)) {
    if (isFile && !files.has(name.replace(/\.ts$/, ""))) yield name;
  }
}

if (import.meta.main) {
  const files = await generate();
  const extra = await Array.fromAsync(leftovers(files));
  if (Deno.args.includes("--check")) {
    const differing = [...extra];
    for (const [name, text] of files) {
      if (await read(name) !== text) differing.push(`${name}.ts`);
    }
    // deno-lint-ignore no-console
    for (const name of differing.sort()) console.error(`src/types/${name} differs`);
    Deno.exit(differing.length === 0 ? 0 : 1);
  }
  for (const [name, text] of files) {
    await Deno.writeTextFile(new URL(`${name}.ts`, directory), text);
  }
  for (const name of extra) await Deno.remove(new URL(name, directory));
}
