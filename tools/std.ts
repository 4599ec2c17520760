/**
 * Where `@std` comes from.
 *
 * `deno.json` names `@std` on JSR. Where JSR does not answer, the same code is on npm, without types:
 * the packages in `tools/std` give it types and the names that `deno.json` uses.
 *
 * @module
 */

/** The registry that `@std` is taken from. */
export type Registry = "jsr" | "npm";

const root = new URL("../", import.meta.url);
const packages = ["assert", "cli", "streams"];

/** Says whether JSR answers; `LXKIT_STD=jsr` or `LXKIT_STD=npm` decides without asking. */
export async function findRegistry(): Promise<Registry> {
  const forced = Deno.env.get("LXKIT_STD");
  if (forced === "jsr" || forced === "npm") return forced;
  if (forced) throw new Error(`Cannot use LXKIT_STD "${forced}": it is neither jsr nor npm`);
  const url = new URL("/@std/assert/meta.json", Deno.env.get("JSR_URL") ?? "https://jsr.io");
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(3000) });
    await response.body?.cancel();
    return response.ok ? "jsr" : "npm";
  } catch {
    return "npm";
  }
}

/**
 * The flags that make a `deno` command find `@std`: none with JSR, else a generated configuration.
 *
 * @example
 * ```ts
 * new Deno.Command(Deno.execPath(), { args: ["test", ...await stdFlags(), "-A"] });
 * ```
 */
export async function stdFlags(registry?: Registry): Promise<string[]> {
  if ((registry ?? await findRegistry()) === "jsr") return [];
  const config = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  config.links = packages.map((name) => `./tools/std/${name}`);
  const path = new URL("deno.npm.json", root).pathname;
  const text = JSON.stringify(config, null, 2) + "\n";
  // Written aside and moved: two runs at once never see half a file.
  const draft = await Deno.makeTempFile({ dir: root.pathname, prefix: ".deno.npm." });
  await Deno.writeTextFile(draft, text);
  await Deno.rename(draft, path);
  return ["--config", path];
}
