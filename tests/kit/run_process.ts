/**
 * Runs the conformance cases as a process of a runtime that has Node's modules: `main.js PLAN` reads the
 * plan from a file, and prints a line of JSON for each case and `null` at the end.
 *
 * @module
 */
// deno-lint-ignore-file no-console no-external-import

import { readFileSync } from "node:fs";
import { argv } from "node:process";
import { runCases } from "./run_cases.ts";

for await (const report of runCases(JSON.parse(readFileSync(argv[2]!, "utf8")))) {
  console.log(JSON.stringify(report));
}
console.log("null");
