/**
 * Notes which conformance cases ran where, in the file that `LXKIT_TEST_RUNS` names; `tools/runtimes.ts`
 * makes `docs/runtimes.md` of them.
 *
 * @module
 */

import type { ModuleChoice } from "./case_choice.ts";
import type { ServerKind } from "./daemon.ts";

/** What ran on a runtime against a server. */
export interface RunNote {
  /** The runtime with its version, such as `Node 22.12.0`. */
  runtime: string;
  /** How the server was reached, such as `Unix socket`. */
  way: string;
  /** Which server it was. */
  kind: ServerKind;
  /** How many cases passed. */
  passed: number;
  /** The cases that were left out because they cannot hold this way, with the reason of each. */
  unfit: Record<string, string>;
  /** The modules of cases that were chosen; without it, all of them. */
  modules?: ModuleChoice;
}

/** Notes a run, where somebody asks for it. */
export function noteRun(note: RunNote): void {
  const file = Deno.env.get("LXKIT_TEST_RUNS");
  if (file) Deno.writeTextFileSync(file, JSON.stringify(note) + "\n", { append: true });
}
