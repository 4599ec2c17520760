/**
 * A page with a whole simulated server in it: one HTML file that needs no server, not even for itself.
 *
 *     deno task example examples/demo/build.ts demo.html
 *
 * @module
 */
// deno-lint-ignore-file no-console

const here = new URL(".", import.meta.url);
const page = new URL("../dashboard/page/", here);

async function bundle(): Promise<string> {
  const main = new URL("main.ts", here).pathname;
  const args = ["bundle", "--quiet", "--platform", "browser", "--minify", main];
  const command = new Deno.Command(Deno.execPath(), { args, stderr: "inherit" });
  const { success, stdout } = await command.output();
  if (!success) throw new Error("Cannot bundle the page");
  return new TextDecoder().decode(stdout);
}

/** Puts a text in the place of a tag. */
function replace(html: string, tag: string, text: string): string {
  if (!html.includes(tag)) throw new Error(`Cannot build the page: it has no ${tag}`);
  return html.replace(tag, () => text);
}

const [target] = Deno.args;
if (!target) throw new Error("Cannot build the page: name the file that it is to be written to");
const style = await Deno.readTextFile(new URL("style.css", page));
// Within a script, what would end it is written in another way.
const script = (await bundle()).replaceAll("</script", "<\\/script");
let html = await Deno.readTextFile(new URL("index.html", page));
html = replace(html, '<link rel="stylesheet" href="/style.css">', `<style>${style}</style>`);
html = replace(
  html,
  '<script type="module" src="/main.js"></script>',
  `<script type="module">${script}</script>`,
);
await Deno.writeTextFile(target, html);
console.log(`Open ${target} in a browser`);
