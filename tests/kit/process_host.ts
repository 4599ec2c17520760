/**
 * Conformance cases in a process of a runtime that has Node's modules.
 *
 * @module
 */

import type { ConnectOptions } from "../../mod.ts";
import { bundleCases } from "./bundle.ts";
import { npmProject, withoutNpm } from "./npm_project.ts";
import { readReports } from "./report_lines.ts";
import type { CaseReport } from "./run_cases.ts";
import {
  type Run,
  type RuntimeHost,
  runtimeTest,
  type RuntimeTestOptions,
} from "./runtime_suite.ts";
import { type RuntimeName, runtimePath } from "./runtimes.ts";
import type { SharedServer } from "./servers.ts";

/** How the cases are run in a process. */
export interface ProcessTestOptions extends Pick<RuntimeTestOptions, "way" | "modules" | "inTurn"> {
  /** What connects to a server that way. */
  access(server: SharedServer): ConnectOptions | Promise<ConnectOptions>;
}

/** Registers a test that runs the cases in processes of a runtime, with the package from npm. */
export function processTest(name: RuntimeName, options: ProcessTestOptions): void {
  const start = (modules?: string[]) => startHost(name, options.access, modules);
  runtimeTest(name, { ...options, start, ignore: withoutNpm });
}

async function startHost(
  name: RuntimeName,
  access: ProcessTestOptions["access"],
  modules?: string[],
): Promise<RuntimeHost> {
  const runtime = await runtimePath(name);
  const folder = await npmProject(name);
  const script = `${folder}/cases.js`;
  await Deno.writeTextFile(script, await bundleCases("run_process.ts", modules));
  const { stdout } = await new Deno.Command(runtime, { args: ["--version"] }).output();
  const version = new TextDecoder().decode(stdout).trim().replace(/^v/, "");
  return {
    label: `${name === "bun" ? "Bun" : "Node"} ${version}`,
    async run(plan, server) {
      const file = `${folder}/${server.kind}.json`;
      await Deno.writeTextFile(file, JSON.stringify(plan(await access(server))));
      return await collect(runtime, [script, file]);
    },
  };
}

async function collect(runtime: string, args: string[]): Promise<Run> {
  const process = new Deno.Command(runtime, { args, stdout: "piped", stderr: "piped" }).spawn();
  const stderr = new Response(process.stderr).text();
  const reports: CaseReport[] = [];
  let whole = false;
  let limit: ReturnType<typeof setTimeout> | undefined;
  for await (const report of readReports(process.stdout)) {
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
