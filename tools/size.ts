/**
 * Writes `docs/size.md`: how much of the package a page loads, minified and gzipped.
 *
 *     deno run -A tools/size.ts            # writes the page
 *     deno run -A tools/size.ts --check    # fails on too much, on a runtime's name where none belongs, and
 *                                          # on an old page
 *
 * @module
 */
// deno-lint-ignore-file no-console

import * as esbuild from "esbuild";
import { formatMarkdown } from "./markdown.ts";

const root = new URL("../", import.meta.url);
const page = new URL("docs/size.md", root);

/** A page with models of what the server has. */
const modelled = `
  import { connect } from "./mod.ts";
  const client = await connect({ url: location.origin });
  for (const { name } of await client.instances.list()) console.log(name);
  console.log((await client.instances.at("web").exec(["uname"])).stdoutText);
`;

/** A page that does the same without. */
const plain = `
  import { openConnection } from "./src/connection/mod.ts";
  import { webConnector } from "./src/connectors/web.ts";
  const connection = await openConnection({ connector: webConnector({ url: location.origin }) });
  for (const url of await connection.raw("GET /1.0/instances")) console.log(url);
  console.log((await connection.exec("web", ["uname"])).stdoutText);
`;

/** The entries that are the same on every runtime: none is named by what they load at once. */
const neutral = [
  "mod.ts",
  "src/auth/mod.ts",
  "src/connection/mod.ts",
  "src/connectors/web.ts",
  "src/simplestreams/mod.ts",
  "src/trust/mod.ts",
];

const web = "src/connectors/web.ts";
const command = "src/resources/instances/process_start.ts";

/** The parts that are loaded by need, and by what. */
const parts: Record<string, string> = {
  [web]: "`connect({ url })` in browsers and edge workers",
  "src/connectors/https.ts": "`connect({ url })` where there are raw sockets",
  "src/joining.ts": "`joinServer()`, `connect({ token })`",
  "src/connectors/local.ts": "`connect()` and `connect({ socket })`",
  [command]: "`exec()`, `spawn()`",
  "src/resources/instances/console.ts": "`console()`, `vga()`",
  "src/core/sftp/open.ts": "`sftp()`",
  "src/resources/instances/trees/trees.ts": "`files.upload()`, `files.download()`",
  "src/core/migration.ts": "`copyTo()` and `moveTo()` of instances and volumes",
  "src/resources/images/copy.ts": "`copyTo()` of images",
  "src/resources/images/upload.ts": "`images.upload()`",
  "src/resources/images/export.ts": "`image.export()`",
  "src/core/metrics.ts": "`server.metrics()`",
};

interface Bundle {
  outputs: esbuild.Metafile["outputs"];
  files: Map<string, Uint8Array<ArrayBuffer>>;
}

async function bundle(code: string): Promise<Bundle> {
  const { metafile, outputFiles } = await esbuild.build({
    stdin: { contents: code, resolveDir: root.pathname, sourcefile: "page.ts", loader: "ts" },
    absWorkingDir: root.pathname,
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    target: "es2022",
    platform: "browser",
    external: ["@peculiar/x509", "yaml"],
    outdir: "out",
    metafile: true,
    write: false,
  });
  const files = outputFiles.map(({ path, contents }) =>
    [path.slice(root.pathname.length), new Uint8Array(contents)] as const
  );
  return { outputs: metafile.outputs, files: new Map(files) };
}

/** The files that are loaded with the output of an entry, less those that are there. */
function loaded({ outputs }: Bundle, entry: string, there = new Set<string>()): Set<string> {
  const all = new Set<string>();
  const visit = (path: string) => {
    if (all.has(path) || there.has(path)) return;
    all.add(path);
    for (const { kind, external, path: next } of outputs[path]!.imports) {
      if (kind === "import-statement" && !external) visit(next);
    }
  };
  const output = Object.keys(outputs).find((path) => outputs[path]!.entryPoint === entry);
  if (output === undefined) throw new Error(`Cannot measure ${entry}: nothing loads it by itself`);
  visit(output);
  return all;
}

async function gzipped({ files }: Bundle, paths: Iterable<string>): Promise<number> {
  let size = 0;
  for (const path of paths) {
    const packed = new Blob([files.get(path)!]).stream().pipeThrough(new CompressionStream("gzip"));
    size += (await new Response(packed).arrayBuffer()).byteLength;
  }
  return size / 1000;
}

interface Row {
  what: string;
  kB: number;
  most?: number;
}

/** The size of a page, with what it loads as it runs. */
async function measurePage(script: string, lazy: string[]): Promise<number> {
  const bundled = await bundle(script);
  const all = loaded(bundled, "page.ts");
  for (const part of lazy) {
    for (const path of loaded(bundled, part, all)) all.add(path);
  }
  return await gzipped(bundled, all);
}

async function measure(): Promise<{ rows: Row[]; lazy: Row[] }> {
  const whole = await bundle('export * from "./mod.ts";');
  const base = loaded(whole, "page.ts");
  const rows = [
    {
      what: "A page that connects, lists and runs a command, by `openConnection()`",
      kB: await measurePage(plain, [command]),
      most: 15,
    },
    { what: "The same by `connect()`", kB: await measurePage(modelled, [web, command]), most: 37 },
    { what: "All that `mod.ts` exports, loaded at once", kB: await gzipped(whole, base), most: 30 },
  ];
  const lazy: Row[] = [];
  for (const [part, by] of Object.entries(parts)) {
    lazy.push({ what: by, kB: await gzipped(whole, loaded(whole, part, base)) });
  }
  return { rows, lazy };
}

/** The names of runtimes in what neutral entries load at once. */
async function findRuntimes(): Promise<string[]> {
  const found: string[] = [];
  for (const entry of neutral) {
    const bundled = await bundle(`export * from "./${entry}";`);
    for (const path of loaded(bundled, "page.ts")) {
      const text = new TextDecoder().decode(bundled.files.get(path));
      for (const [name] of text.matchAll(/\bDeno\b|\bBun\b|\bnode:\w+/g)) {
        found.push(`${entry}: ${name}`);
      }
    }
  }
  return [...new Set(found)];
}

function render({ rows, lazy }: { rows: Row[]; lazy: Row[] }): string {
  const size = ({ kB }: Row) => `${kB.toFixed(1)} kB`;
  return `# Size

<!-- Generated by tools/size.ts; do not edit. -->

What a browser loads, bundled by esbuild, minified and gzipped, each file by itself. The gate fails on
more.

| What | Size | At most |
| - | - | - |
${rows.map((row) => `| ${row.what} | ${size(row)} | ${row.most} kB |`).join("\n")}

A client has models of all that the API knows, so a bundler cannot leave out those that a page does not
use; a connection has none. What is large and seldom used is in files of its own, which bundlers split off
and pages load with the first call that needs them:

| By | Size |
| - | - |
${lazy.map((row) => `| ${row.what} | ${size(row)} |`).join("\n")}

What \`mod.ts\` and the other entries without a runtime in their names load at once names neither Deno, Bun
nor a module of Node; this is checked, too.
`;
}

/** Whether a page says something else, or sizes that are wrong by more than a kilobyte. */
function isOld(page: string, text: string): boolean {
  const sizes = /\d+\.\d kB/g;
  const words = (text: string) => text.replaceAll(sizes, "").replaceAll(/ +|-{2,}/g, " ");
  const numbers = (text: string) => Array.from(text.matchAll(sizes), ([size]) => parseFloat(size));
  if (words(page) !== words(text)) return true;
  const told = numbers(page);
  return numbers(text).some((size, i) => Math.abs(size - told[i]!) > 1);
}

try {
  const measured = await measure();
  const complaints = (await findRuntimes()).map((it) => `a runtime is named by ${it}`);
  for (const { what, kB, most = Infinity } of measured.rows) {
    if (kB > most) complaints.push(`${what}: ${kB.toFixed(1)} kB, and ${most} kB are allowed`);
  }
  const text = await formatMarkdown(render(measured));
  if (Deno.args[0] === "--check") {
    if (isOld(await Deno.readTextFile(page), text)) complaints.push("docs/size.md is old");
  } else await Deno.writeTextFile(page, text);
  for (const complaint of complaints) console.error(`Size: ${complaint}`);
  if (complaints.length) Deno.exitCode = 1;
} finally {
  await esbuild.stop();
}
