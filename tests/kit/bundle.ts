/**
 * The conformance cases as one file of JavaScript, for runtimes that take nothing else.
 *
 * @module
 */

import * as esbuild from "esbuild";
import { stdFlags } from "../../tools/std.ts";

const tests = new URL("../", import.meta.url);

/** What cases import of the package, and what that is called where it is installed. */
const entries: Record<string, string> = {
  "../../mod.ts": "@lxkit/client",
  "../../src/connection/mod.ts": "@lxkit/client/connection",
};
const folder = new URL("conformance/", tests);

/** Every module of cases, such as `exec`. */
function allModules(): string[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name.replace(/\.ts$/, "")).sort();
}

/**
 * Bundles cases with a module of the kit that runs them, such as `run_process.ts`: those of the named
 * modules, all by default. What the bundle imports is entries of `@lxkit/client` and modules of Node alone; its
 * syntax is that of 2022.
 */
export async function bundleCases(
  runner: string,
  modules: readonly string[] = allModules(),
): Promise<string> {
  const scratch = await Deno.makeTempDir();
  try {
    const [entry, output] = [`${scratch}/entry.ts`, `${scratch}/bundle.js`];
    const runs = new URL(`kit/${runner}`, tests);
    const imports = modules.map((name) => `import "${new URL(`${name}.ts`, folder)}";`);
    await Deno.writeTextFile(entry, [...imports, `export * from "${runs}";`].join("\n"));
    const external = Object.keys(entries).flatMap((path) => ["--external", path]);
    const args = ["bundle", ...await stdFlags(), ...external, "-o", output, entry];
    const { success, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
    if (!success) throw new Error(`Cannot bundle the cases: ${new TextDecoder().decode(stderr)}`);
    let bundle = await Deno.readTextFile(output);
    for (const [path, name] of Object.entries(entries)) {
      bundle = bundle.replaceAll(JSON.stringify(path), JSON.stringify(name));
    }
    return (await esbuild.transform(bundle, { format: "esm", target: "es2022" })).code;
  } finally {
    await esbuild.stop();
    await Deno.remove(scratch, { recursive: true });
  }
}

/**
 * Bundles a script for browsers and workers with what it imports from `./cases.js`: the cases, and what
 * `run_cases.ts` exports, with the package as it is installed in a project.
 */
export async function bundleForWeb(
  project: string,
  script: string,
  modules?: readonly string[],
): Promise<string> {
  await Deno.writeTextFile(`${project}/cases.js`, await bundleCases("run_cases.ts", modules));
  try {
    const { outputFiles: [output] } = await esbuild.build({
      stdin: { contents: script, resolveDir: project },
      bundle: true,
      format: "esm",
      platform: "browser",
      write: false,
    });
    return output!.text;
  } finally {
    await esbuild.stop();
  }
}
