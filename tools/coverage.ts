/**
 * Writes `docs/coverage.md`: every route of the servers' documents, which method covers it, and on
 * which servers it ran in the tests.
 *
 *     deno task coverage                       # runs all tests, notes what ran, writes the page
 *     deno run -A tools/coverage.ts            # writes the page
 *     deno run -A tools/coverage.ts --check    # fails on a route that nothing covers, and on an old page
 *     deno run -A tools/coverage.ts --take F   # takes what ran from the notes in F, and writes the page
 *
 * The methods are in `tools/coverage/table.ts`, what ran in `tools/coverage/ran.json`.
 *
 * @module
 */
// deno-lint-ignore-file no-console

import { complaints, type Ran, render } from "./coverage/page.ts";
import { readRoutes, routeOf } from "./coverage/routes.ts";
import { formatMarkdown } from "./markdown.ts";

const page = new URL("../docs/coverage.md", import.meta.url);
const records = new URL("coverage/ran.json", import.meta.url);

/** What ran by the notes of `tests/kit/recorder.ts`. */
function ranBy(notes: string, routes: Iterable<string>): Ran {
  const known = [...routes];
  const ran = new Map<string, Set<string>>();
  for (const line of new Set(notes.trimEnd().split("\n"))) {
    const [kind = "", ...request] = line.split(" ");
    const route = routeOf(request.join(" "), known);
    if (route !== undefined) ran.set(route, (ran.get(route) ?? new Set()).add(kind));
  }
  const sorted = [...ran].sort(([a], [b]) => a < b ? -1 : 1);
  return Object.fromEntries(sorted.map(([route, kinds]) => [route, [...kinds].sort().reverse()]));
}

const routes = await readRoutes();
const [mode, notes] = Deno.args;
if (mode === "--take") {
  if (!notes) throw new Error("Cannot take notes: no file is named");
  const ran = ranBy(await Deno.readTextFile(notes), routes.keys());
  const lines = Object.entries(ran).map(([route, kinds]) =>
    `  ${JSON.stringify(route)}: ${JSON.stringify(kinds).replace(",", ", ")}`
  );
  await Deno.writeTextFile(records, `{\n${lines.join(",\n")}\n}\n`);
}
const ran: Ran = JSON.parse(await Deno.readTextFile(records));
const wrong = complaints(routes, ran);
for (const complaint of wrong) console.error(complaint);
const text = await formatMarkdown(render(routes, ran));
if (mode !== "--check") await Deno.writeTextFile(page, text);
else if (await Deno.readTextFile(page) !== text) wrong.push("the page is old");
if (wrong.length) console.error(`Cannot pass: ${wrong.length} complaints. Run tools/coverage.ts`);
Deno.exit(wrong.length ? 1 : 0);
