/**
 * Notes which conformance cases ran where, in the file that `LXKIT_TEST_RUNS` names; `tools/runtimes.ts`
 * makes `docs/runtimes.md` of them.
 *
 * @module
 */

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
}

/** The file for the notes, where somebody asks for them. */
function notesFile(): string | undefined {
  return Deno.env.get("LXKIT_TEST_RUNS") || undefined;
}

/** Whether somebody asks for notes of what runs. */
export function runsAreNoted(): boolean {
  return notesFile() !== undefined;
}

/** Notes a run of all cases, where somebody asks for it. */
export function noteRun(note: RunNote): void {
  const file = notesFile();
  if (file) Deno.writeTextFileSync(file, JSON.stringify(note) + "\n", { append: true });
}
