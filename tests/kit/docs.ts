/**
 * The scripts in pages of the documentation.
 *
 * @module
 */

const root = new URL("../../", import.meta.url);

/** The scripts of a page in `docs`, for one who has this repository in place of the package. */
export async function scriptsOf(page: string): Promise<string[]> {
  const text = await Deno.readTextFile(new URL(`docs/${page}`, root));
  const { exports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  return Array.from(text.matchAll(/^```ts\n([^]*?)^```$/gm), ([, script = ""]) => {
    return script.replaceAll(/"@lxkit\/client(\/\w+)?"/g, (_, entry = "") => {
      return JSON.stringify(new URL(exports[`.${entry}`], root));
    });
  });
}
