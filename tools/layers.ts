/**
 * Walks the import graph of the package and fails on an edge that the layers forbid, on an import
 * from outside the package, and on a file that nothing imports: `deno run -A tools/layers.ts`.
 *
 * @module
 */
// deno-lint-ignore-file no-console

import { type Edge, judge } from "./gate/layers.ts";

interface Resolved {
  specifier?: string;
  error?: string;
}

interface GraphDependency {
  specifier: string;
  code?: Resolved;
  type?: Resolved;
  isDynamic?: boolean;
}

interface GraphModule {
  specifier: string;
  error?: string;
  dependencies?: GraphDependency[];
}

const root = new URL("../", import.meta.url);

function relative(url: string): string {
  return url.startsWith(root.href) ? url.slice(root.href.length) : url;
}

async function readGraph(entry: string): Promise<GraphModule[]> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", entry],
    cwd: root,
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`Cannot read the graph of ${entry}: ${decoder.decode(stderr)}`);
  return JSON.parse(decoder.decode(stdout)).modules;
}

function edgesOf(module: GraphModule): Edge[] {
  const from = relative(module.specifier);
  return (module.dependencies ?? []).flatMap(({ specifier, code, type, isDynamic }) => {
    const targets = [code, type].filter((it) => it !== undefined);
    return targets.map((it) => {
      return { from, to: relative(it.specifier ?? specifier), dynamic: isDynamic ?? false };
    });
  });
}

async function sources(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, root))) {
    if (isDirectory) found.push(...await sources(`${folder}${name}/`));
    else if (name.endsWith(".ts")) found.push(`${folder}${name}`);
  }
  return found;
}

const { exports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
const complaints = new Set<string>();
const reached = new Set<string>();
for (const entry of Object.values<string>(exports)) {
  for (const module of await readGraph(entry)) {
    const path = relative(module.specifier);
    if (path.startsWith("npm:")) continue;
    reached.add(path);
    if (module.error) complaints.add(`${path}: ${module.error}`);
    for (const edge of edgesOf(module)) {
      const complaint = judge(edge);
      if (complaint) complaints.add(complaint);
    }
  }
}
for (const path of await sources("src/")) {
  if (!reached.has(path)) complaints.add(`${path}: no entry of the package reaches it`);
}
for (const complaint of complaints) console.error(complaint);
console.log(`${reached.size} files, ${complaints.size} complaints`);
Deno.exit(complaints.size ? 1 : 0);
