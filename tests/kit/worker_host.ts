/**
 * Conformance cases in a worker of the edge, which reaches the servers through the gateway of the
 * examples.
 *
 * @module
 */

import { version } from "workerd";
import { bundleForWeb } from "./bundle.ts";
import { npmProject } from "./npm_project.ts";
import { readReports } from "./report_lines.ts";
import type { CaseReport } from "./run_cases.ts";
import type { RuntimeHost } from "./runtime_suite.ts";
import { serveExample } from "./served_example.ts";
import { startWorker } from "./workerd.ts";

/** It is posted a plan, and answers with a line of JSON for each case and `null` at the end. */
const workerScript = `
  import { runCases } from "./cases.js";
  async function* linesOf(plan) {
    for await (const report of runCases(plan)) yield JSON.stringify(report) + "\\n";
    yield "null\\n";
  }
  export default {
    async fetch(request) {
      const lines = ReadableStream.from(linesOf(await request.json()));
      return new Response(lines.pipeThrough(new TextEncoderStream()));
    },
  };
`;

/** Starts what runs cases in workerd, with the package from npm. */
export async function startWorkerHost(modules?: string[]): Promise<RuntimeHost> {
  const script = await bundleForWeb(await npmProject("workerd"), workerScript, modules);
  return {
    label: `workerd ${version}`,
    async run(plan, server) {
      const token = crypto.randomUUID();
      await using gateway = await serveExample("gateway.ts", server, { GATEWAY_TOKEN: token });
      await using worker = await startWorker({ script });
      const body = JSON.stringify(plan({ url: gateway.url, accessToken: token }));
      const answer = await fetch(worker.url, { method: "POST", body });
      const reports: CaseReport[] = [];
      let whole = false;
      let words = `${answer.status}`;
      try {
        for await (const report of readReports(answer.body!)) {
          if (report) reports.push(report);
          else whole = true;
        }
      } catch (error) {
        words += ` ${error}`;
      }
      return { reports, whole, words };
    },
  };
}
