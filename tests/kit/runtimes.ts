/**
 * The runtimes beside Deno that the tests start: from npm, kept in `.cache/runtimes`.
 *
 * @module
 */

import { npmInstall } from "./npm_project.ts";

const folder = new URL("../../.cache/runtimes/", import.meta.url).pathname;
const arch = Deno.build.arch === "aarch64" ? "arm64" : "x64";

/** A runtime that can be started. */
export type RuntimeName = "node20" | "node22" | "node24" | "bun";

const node = (version: string) => ({ name: `node-linux-${arch}`, version, bin: "bin/node" });

/** The package of npm that holds a runtime's executable, and where in it that is. */
const sources: Record<RuntimeName, { name: string; version: string; bin: string }> = {
  node20: node("20"),
  node22: node("22"),
  node24: node("24"),
  bun: {
    // The plain build needs instructions that older processors and emulators lack.
    name: `@oven/bun-linux-${arch === "x64" ? "x64-baseline" : "aarch64"}`,
    version: "1",
    bin: "bin/bun",
  },
};

/** Gives the path of a runtime's executable, installed where it is missing. */
export async function runtimePath(name: RuntimeName): Promise<string> {
  const { name: source, version, bin } = sources[name];
  const home = `${folder}${name}`;
  const path = `${home}/node_modules/${name}/${bin}`;
  if (await Deno.stat(path).then(() => true, () => false)) return path;
  await Deno.mkdir(home, { recursive: true });
  await npmInstall(home, [`${name}@npm:${source}@${version}`]);
  return path;
}
