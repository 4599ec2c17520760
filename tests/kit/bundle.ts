/**
 * The conformance cases as one file of JavaScript, for runtimes that take nothing else.
 *
 * @module
 */

import * as esbuild from "esbuild";
import { stdFlags } from "../../tools/std.ts";

const tests = new URL("../", import.meta.url);
const folder = new URL("conformance/", tests);

/**
 * Bundles all cases with a module of the kit that runs them, such as `run_process.ts`. What the bundle
 * imports is `@lxkit/client` and modules of Node alone; its syntax is that of 2022.
 */
export async function bundleCases(runner: string): Promise<string> {
  const modules = Array.from(Deno.readDirSync(folder), ({ name }) => new URL(name, folder)).sort();
  const scratch = await Deno.makeTempDir();
  try {
    const [entry, output] = [`${scratch}/entry.ts`, `${scratch}/bundle.js`];
    const runs = new URL(`kit/${runner}`, tests);
    const lines = [...modules.map(({ href }) => `import "${href}";`), `export * from "${runs}";`];
    await Deno.writeTextFile(entry, lines.join("\n"));
    const args = ["bundle", ...await stdFlags(), "--external", "../../mod.ts", "-o", output, entry];
    const { success, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
    if (!success) throw new Error(`Cannot bundle the cases: ${new TextDecoder().decode(stderr)}`);
    const bundle = await Deno.readTextFile(output);
    const { code } = await esbuild.transform(
      bundle.replaceAll('"../../mod.ts"', '"@lxkit/client"'),
      { format: "esm", target: "es2022" },
    );
    return code;
  } finally {
    await esbuild.stop();
    await Deno.remove(scratch, { recursive: true });
  }
}
