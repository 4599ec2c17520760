/**
 * Projects that have this package from npm, as those who use it have it.
 *
 * @module
 */

import { packForNpm } from "../../tools/npm.ts";

const cache = new URL("../../.cache/", import.meta.url).pathname;

/** Whether npm is missing, without which runtimes and projects cannot be had; said once. */
export const withoutNpm: boolean = !new Deno.Command("sh", { args: ["-c", "command -v npm"] })
  .outputSync().success;

// deno-lint-ignore no-console
if (withoutNpm) console.log("Skipped the tests of other runtimes: npm is not installed");

let packing: Promise<string> | undefined;

/** Packs this package, once for a test file, and gives the path of the tarball. */
export async function packOnce(): Promise<string> {
  packing ??= Deno.makeTempDir({ prefix: "lxkit-npm-" }).then((folder) => {
    addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
    return packForNpm(folder);
  });
  return await packing;
}

/** Installs packages of npm in a folder; a path of a tarball is one, too. */
export async function npmInstall(folder: string, packages: string[]): Promise<void> {
  const command = new Deno.Command("npm", {
    args: ["install", "--no-audit", "--no-fund", "--prefer-offline", ...packages],
    cwd: folder,
  });
  const { success, stdout, stderr } = await command.output();
  if (success) return;
  const words = new TextDecoder().decode(stderr) + new TextDecoder().decode(stdout);
  throw new Error(`Cannot install ${packages.join(", ")}: ${words}`);
}

/** Makes a folder of a project that has this package and others from npm; it lasts until the next run. */
export async function npmProject(name: string, packages: string[] = []): Promise<string> {
  const folder = `${cache}projects/${name}`;
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(`${folder}/package.json`, '{ "private": true, "type": "module" }\n');
  await npmInstall(folder, [await packOnce(), ...packages]);
  return folder;
}
