/** Gives an answer that is the same each time. */
type Answer = () => Response;

/** Nothing from elsewhere runs in the page, and no other page frames it. */
const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; frame-ancestors 'none'";

/** The files of the page by their paths, the scripts as one. */
export async function pageFiles(): Promise<Record<string, Answer>> {
  return {
    "/": await file("index.html", "text/html"),
    "/style.css": await file("style.css", "text/css"),
    "/main.js": answer(await bundle(), "text/javascript"),
  };
}

async function file(name: string, type: string): Promise<Answer> {
  return answer(await Deno.readFile(new URL(`page/${name}`, import.meta.url)), type);
}

function answer(body: Uint8Array<ArrayBuffer>, type: string): Answer {
  const headers = {
    "content-type": `${type}; charset=utf-8`,
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
  };
  return () => new Response(body, { headers });
}

async function bundle(): Promise<Uint8Array<ArrayBuffer>> {
  const main = new URL("page/main.ts", import.meta.url).pathname;
  const args = ["bundle", "--quiet", "--platform", "browser", "--minify", main];
  const command = new Deno.Command(Deno.execPath(), { args, stderr: "inherit" });
  const { success, stdout } = await command.output();
  if (!success) throw new Error("Cannot bundle the page");
  return stdout;
}
