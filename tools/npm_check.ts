/**
 * Checks the npm package: `deno run -A tools/npm_check.ts` packs it anew and fails when it does not offer
 * what JSR offers, when an entry is not described, when a path of this machine is in it, or when publint or
 * Are the types wrong? finds fault.
 *
 * @module
 */
// deno-lint-ignore-file no-console

import { packForNpm } from "./npm.ts";

const root = new URL("../", import.meta.url);
const folder = new URL(".cache/checked", root).pathname;

interface Manifest {
  exports: Record<string, Record<string, string>>;
  dependencies?: Record<string, string>;
}

const complaints: string[] = [];

/** The entries of JSR and of npm are the same, by the same names. */
async function checkEntries(config: { exports: Record<string, string> }, manifest: Manifest) {
  const names = Object.keys(config.exports).sort().join(" ");
  const packed = Object.keys(manifest.exports).sort().join(" ");
  if (names !== packed) complaints.push(`JSR has the entries ${names}, and npm has ${packed}`);
  for (const [name, source] of Object.entries(config.exports)) {
    const entry = manifest.exports[name] ?? {};
    const [code, types] = [source.replace(/\.ts$/, ".js"), source.replace(/\.ts$/, ".d.ts")];
    if (entry.types !== types || entry.default !== code) {
      complaints.push(`${name} is ${source} on JSR, and ${JSON.stringify(entry)} on npm`);
      continue;
    }
    for (const path of [code, types]) {
      const text = await Deno.readTextFile(`${folder}/package/${path}`).catch(() => undefined);
      if (text === undefined) complaints.push(`${name}: there is no ${path}`);
      else if (!/^(\/\/.*\n)*\/\*\*[^]*?@module/.test(text)) {
        complaints.push(`${name}: ${path} does not start with a description of the module`);
      }
    }
  }
}

/** What the entries import from npm is installed with the package, and nothing else is. */
async function checkFiles(path: string, imported: Set<string>): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(path)) {
    const inner = `${path}/${name}`;
    if (isDirectory) {
      await checkFiles(inner, imported);
      continue;
    }
    const text = await Deno.readTextFile(inner);
    if (/file:\/\/\/|sourceMappingURL/.test(text)) {
      complaints.push(`${inner} holds a path of the build`);
    }
    if (!/\.(js|ts)$/.test(name)) continue;
    for (const [, specifier] of text.matchAll(/^(?:import|export)\b[^;]*?from "([^"./][^"]*)"/gm)) {
      imported.add(specifier!);
    }
  }
}

async function checkBy(tool: string, args: string[]): Promise<void> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", "--no-lock", `npm:${tool}`, ...args],
    cwd: root,
    env: { NO_COLOR: "1" },
  });
  const { success, stdout, stderr } = await command.output();
  const words = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  if (!success) complaints.push(`${tool} finds fault:\n${words}`);
}

const tarball = await packForNpm(folder);
const config = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
const manifest: Manifest = JSON.parse(await Deno.readTextFile(`${folder}/package/package.json`));
const imported = new Set<string>();
await Promise.all([
  checkEntries(config, manifest),
  checkFiles(`${folder}/package`, imported),
  checkBy("publint@^0.3", ["run", "--strict", tarball]),
  // The package has ES modules alone, as everything that imports it has by now.
  checkBy("@arethetypeswrong/cli@^0.18", [tarball, "--profile", "esm-only"]),
]);
const dependencies = Object.keys(manifest.dependencies ?? {}).sort().join(" ");
if ([...imported].sort().join(" ") !== dependencies) {
  complaints.push(`it imports ${[...imported].sort().join(" ")}, and depends on ${dependencies}`);
}
for (const complaint of complaints) console.error(`The npm package: ${complaint}`);
Deno.exit(complaints.length ? 1 : 0);
