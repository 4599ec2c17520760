/**
 * Runs the conformance cases on another runtime, and reports each one as a step of a test of Deno.
 *
 * @module
 */

import { TextLineStream } from "@std/streams";
import type { ConnectOptions } from "../../mod.ts";
import { bundleCases } from "./bundle.ts";
import { npmProject, withoutNpm } from "./npm_project.ts";
import type { CaseReport, RunPlan } from "./run_cases.ts";
import { noteRun } from "./run_notes.ts";
import { type RuntimeName, runtimePath } from "./runtimes.ts";
import { readExtensions, type SharedServer, sharedServers } from "./servers.ts";
import { imageAlias } from "./setup.ts";

/** How the cases are run. */
export interface RuntimeTestOptions {
  /** How the servers are reached. */
  way: string;
  /** What connects to a server that way. */
  access(server: SharedServer): ConnectOptions | Promise<ConnectOptions>;
  /** The cases that cannot hold this way, with the reason of each. */
  unfit?: Record<string, string>;
  /** The modules of cases to run, such as `exec`. Default: all. */
  modules?: string[];
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
export function runtimeTest(name: RuntimeName, options: RuntimeTestOptions): void {
  const present = sharedServers().filter((it): it is SharedServer => !("reason" in it));
  const title = `The conformance cases hold on ${name} by ${options.way}`;
  Deno.test({ name: title, ignore: withoutNpm || present.length === 0 }, async (t) => {
    const runtime = await runtimePath(name);
    const folder = await npmProject(name);
    const bundle = await bundleCases("run_process.ts", options.modules);
    await Deno.writeTextFile(`${folder}/cases.js`, bundle);
    const run = async (shared: SharedServer) => {
      const plan = `${folder}/${shared.kind}.json`;
      await Deno.writeTextFile(plan, JSON.stringify(await planFor(shared, options)));
      return await collect(runtime, [`${folder}/cases.js`, plan]);
    };
    const runs: Run[] = [];
    if (options.inTurn) { for (const shared of present) runs.push(await run(shared)); }
    else runs.push(...await Promise.all(present.map(run)));
    const version = await versionOf(runtime);
    for (const [i, run] of runs.entries()) {
      const { kind } = present[i]!;
      const failed = run.reports.some(({ outcome }) => outcome === "failed");
      const passed = run.reports.filter(({ outcome }) => outcome === "passed").length;
      const { way, unfit = {}, modules } = options;
      const note = { runtime: `${label(name)} ${version}`, way, kind, passed, unfit, modules };
      if (run.whole && !failed) noteRun(note);
      await tell(t, kind, run);
    }
  });
}

function label(name: RuntimeName): string {
  return name === "bun" ? "Bun" : "Node";
}

async function versionOf(runtime: string): Promise<string> {
  const { stdout } = await new Deno.Command(runtime, { args: ["--version"] }).output();
  return new TextDecoder().decode(stdout).trim().replace(/^v/, "");
}

async function planFor(shared: SharedServer, options: RuntimeTestOptions): Promise<RunPlan> {
  const extensions = [...await readExtensions(shared)];
  const access = await options.access(shared);
  const server = { kind: shared.kind, image: imageAlias, extensions, access };
  return { servers: [server], unfit: options.unfit };
}

/** What a process of a runtime printed, and how it ended. */
interface Run {
  reports: CaseReport[];
  /** Whether it got to its end. */
  whole: boolean;
  /** What it said beside the reports, with its exit code. */
  words: string;
}

async function collect(runtime: string, args: string[]): Promise<Run> {
  const process = new Deno.Command(runtime, { args, stdout: "piped", stderr: "piped" }).spawn();
  const stderr = new Response(process.stderr).text();
  const lines = process.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(
    new TextLineStream(),
  );
  const reports: CaseReport[] = [];
  let whole = false;
  let limit: ReturnType<typeof setTimeout> | undefined;
  for await (const line of lines) {
    const report: CaseReport | null = JSON.parse(line);
    if (report) reports.push(report);
    else {
      whole = true;
      // What is left open keeps it from ending.
      limit = setTimeout(() => process.kill("SIGKILL"), 10_000);
    }
  }
  const { code, signal } = await process.status;
  clearTimeout(limit);
  const words = `${signal ?? code} ${await stderr}`;
  return { reports, whole: whole && code === 0, words };
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
  await t.step(`[${kind}] The process ends by itself after all cases`, () => {
    if (run.whole) return;
    const last = run.reports.at(-1)?.name;
    throw new Error(`it ended after "${last}" with ${run.words}`);
  });
}
