/**
 * Writes the reference of all entries as HTML: `deno task reference`.
 *
 * @module
 */

const root = new URL("../", import.meta.url);
const { name, exports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));

const { success } = await new Deno.Command(Deno.execPath(), {
  args: [
    "doc",
    "--html",
    `--name=${name}`,
    "--output=.cache/reference",
    ...Object.values<string>(exports),
  ],
  cwd: root,
  stdout: "inherit",
  stderr: "inherit",
}).spawn().status;
Deno.exit(success ? 0 : 1);
