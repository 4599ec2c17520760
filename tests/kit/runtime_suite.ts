/**
 * Runs the conformance cases on another runtime, and reports each one as a step of a test of Deno.
 *
 * @module
 */

import type { ConnectOptions } from "../../mod.ts";
import type { ModuleChoice } from "./case_choice.ts";
import type { CaseReport, RunPlan } from "./run_cases.ts";
import { type ServerKind, serverKinds } from "./daemon.ts";
import { noteRun } from "./run_notes.ts";
import { presentServers, readExtensions, type SharedServer } from "./servers.ts";
import { imageAlias } from "./setup.ts";

/** Where cases run. */
export interface RuntimeHost {
  /** The runtime with its version, such as `Node 22.12.0`. */
  label: string;
  /** Runs the plan of a server to its end. */
  run(plan: PlanMaker, server: SharedServer): Promise<Run>;
}

/** Makes the plan of a server, for a way to it. */
export type PlanMaker = (access: ConnectOptions) => RunPlan;

/** How the cases went. */
export interface Run {
  /** What was said of each. */
  reports: CaseReport[];
  /** Whether it got to its end. */
  whole: boolean;
  /** What it said beside the reports, and how it ended. */
  words: string;
}

/** How the cases are run. */
export interface RuntimeTestOptions {
  /** How the servers are reached. */
  way: string;
  /** Makes what runs the cases of the named modules; all of them when none are named. */
  start(modules?: string[]): Promise<RuntimeHost>;
  /** Whether something is missing that it takes. */
  ignore: boolean;
  /** The servers that they are run against; all by default. */
  kinds?: readonly ServerKind[];
  /** The cases that cannot hold this way, with the reason of each. */
  unfit?: Record<string, string>;
  /** The modules of cases to run. Default: all. */
  modules?: ModuleChoice;
  /**
   * Whether the servers have their turn one after the other. Over HTTPS a burst of connections costs so much
   * that two of them at once can outlast what a server waits for the websockets of a command.
   */
  inTurn?: boolean;
}

/**
 * Registers a test that runs the cases on a runtime, against all shared servers at once. Every case is a
 * step; one that was not reported fails the test.
 */
export function runtimeTest(runtime: string, options: RuntimeTestOptions): void {
  const { way, kinds = serverKinds, unfit = {}, modules, inTurn } = options;
  const present = presentServers().filter(({ kind }) => kinds.includes(kind));
  const name = `The conformance cases hold on ${runtime} by ${way}`;
  Deno.test({ name, ignore: options.ignore || present.length === 0 }, async (t) => {
    const host = await options.start(modules?.names);
    const run = async (shared: SharedServer) => {
      const extensions = [...await readExtensions(shared)];
      const server = { kind: shared.kind, image: imageAlias, extensions };
      const some = modules !== undefined;
      const plan: PlanMaker = (access) => ({ servers: [{ ...server, access }], unfit, some });
      return await host.run(plan, shared);
    };
    const runs: Run[] = [];
    if (inTurn) { for (const shared of present) runs.push(await run(shared)); }
    else runs.push(...await Promise.all(present.map(run)));
    for (const [i, run] of runs.entries()) {
      const { kind } = present[i]!;
      const failed = run.reports.some(({ outcome }) => outcome === "failed");
      const passed = run.reports.filter(({ outcome }) => outcome === "passed").length;
      const note = { runtime: host.label, way, kind, passed, unfit, modules };
      if (run.whole && !failed) noteRun(note);
      await tell(t, kind, run);
    }
  });
}

async function tell(t: Deno.TestContext, kind: string, run: Run): Promise<void> {
  for (const { name, outcome, words } of run.reports) {
    const step = `[${kind}] ${name}`;
    // deno-lint-ignore no-console
    if (outcome === "skipped") console.log(`Skipped: ${step}: ${words}`);
    else {
      await t.step(step, () => {
        if (outcome === "failed") throw new Error(words);
      });
    }
  }
  await t.step(`[${kind}] The run comes to its end after all cases`, () => {
    if (run.whole) return;
    const last = run.reports.at(-1)?.name;
    throw new Error(`it ended after "${last}" with ${run.words}`);
  });
}
