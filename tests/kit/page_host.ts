/**
 * Conformance cases in a page of Chromium.
 *
 * @module
 */

import type { Page } from "playwright-core";
import { bundleForWeb } from "./bundle.ts";
import { openPage, type TestPage } from "./chromium.ts";
import { npmProject } from "./npm_project.ts";
import type { CaseReport, RunPlan } from "./run_cases.ts";
import type { Run, RuntimeHost } from "./runtime_suite.ts";
import type { SharedServer } from "./servers.ts";

/** How a server is reached from a page. */
export interface PageAccess {
  /** Where it is for the page. */
  url: string;
  /** Opens a page from which it is there. */
  open(server: SharedServer): Promise<TestPage>;
}

/** Starts what runs cases in pages, with the package from npm. */
export async function startPageHost(
  { url, open }: PageAccess,
  modules?: string[],
): Promise<RuntimeHost> {
  const project = await npmProject("chromium");
  const script = await bundleForWeb(project, 'export { runCases } from "./cases.js";', modules);
  await using blank = await openPage();
  return {
    label: `Chromium ${blank.page.context().browser()!.version()}`,
    async run(plan, server) {
      await using opened = await open(server);
      return await collect(opened.page, script, plan({ url }), opened.words);
    },
  };
}

async function collect(page: Page, script: string, plan: RunPlan, words: string[]): Promise<Run> {
  const reports: CaseReport[] = [];
  await page.exposeFunction("report", (report: CaseReport) => void reports.push(report));
  try {
    await page.evaluate(async ({ script, plan }) => {
      const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
      const { runCases } = await import(url);
      const { report } = globalThis as unknown as { report(it: CaseReport): Promise<void> };
      for await (const it of runCases(plan)) await report(it);
    }, { script, plan });
    return { reports, whole: true, words: "" };
  } catch (error) {
    return { reports, whole: false, words: [error, ...words].join("\n") };
  }
}
