/**
 * Holds `docs/simulator.md` to what it says of the conformance cases.
 *
 * @module
 */

import { assertStringIncludes } from "@std/assert";
import { realTime, skipped } from "./exceptions.ts";

const page = Deno.readTextFileSync(new URL("../../docs/simulator.md", import.meta.url));

/** What stands between the marks of a part, on one line. */
function part(name: string): string {
  const [, text = ""] = new RegExp(`<!-- ${name} -->([^]*?)<!-- /${name} -->`).exec(page) ?? [];
  return text.replace(/\s+/g, " ").trim();
}

Deno.test("The page names every case that is left out, and why", () => {
  const items = [...skipped].map(([name, reason]) => `- ${name}: ${reason}`);
  const expected = items.length > 0 ? items.join(" ") : "None is left out.";
  if (part("cases") !== expected) throw new Error(`Cannot find in docs/simulator.md: ${expected}`);
});

Deno.test("The page names every case that runs in real time", () => {
  for (const name of realTime) assertStringIncludes(part("real time"), `- ${name}`);
});
