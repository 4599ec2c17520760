/**
 * Runs the conformance cases on any runtime, and says of each how it went.
 *
 * @module
 */

import { connect, type ConnectOptions } from "../../mod.ts";
import { applies, type Case, cases, type CaseServer, runCase } from "./case.ts";

/** A server to run the cases against. As JSON, it can be handed to any runtime. */
export interface RunServer {
  /** Which server it is. */
  kind: CaseServer["kind"];
  /** The alias of an image that starts at once. */
  image: string;
  /** The API extensions that the server names. */
  extensions: string[];
  /** The way to it. */
  access: ConnectOptions;
}

/** What to run. As JSON, it can be handed to any runtime. */
export interface RunPlan {
  /** Against which servers, one after the other. */
  servers: RunServer[];
  /** The cases that cannot hold this way, with the reason of each. */
  unfit?: Record<string, string>;
  /** Whether the cases are those of some modules; one that cannot hold may be in another then. */
  some?: boolean;
}

/** How a case went. */
export interface CaseReport {
  /** Against which server. */
  kind: CaseServer["kind"];
  /** The case. */
  name: string;
  /** How it went. */
  outcome: "passed" | "failed" | "skipped";
  /** What it failed by, or why it was skipped. */
  words?: string;
}

/** Cases take seconds; one that takes this long, in milliseconds, never ends. */
const LIMIT = 180_000;

/**
 * Runs all cases of the modules imported so far, and reports each one as it ends.
 *
 * @throws {Error} when the plan leaves out a case that there is not.
 */
export async function* runCases(plan: RunPlan): AsyncGenerator<CaseReport> {
  for (const name of Object.keys(plan.unfit ?? {})) {
    if (!plan.some && !cases.some((it) => it.name === name)) {
      throw new Error(`Cannot leave out the case "${name}": there is none`);
    }
  }
  for (const { kind, image, extensions, access } of plan.servers) {
    const server = { kind, image, extensions: new Set(extensions) };
    // Incus fails to change a bridge when one of another daemon goes meanwhile: where both servers have their
    // turn at once, they do not come to the bridges at the same time.
    for (const it of kind === "incus" ? cases.toReversed() : cases) {
      const { name } = it;
      const reason = reasonToSkip(it, server, plan);
      if (reason) {
        yield { kind, name, outcome: "skipped", words: reason };
        continue;
      }
      try {
        await within(LIMIT, runConnected(it, server, access));
        yield { kind, name, outcome: "passed" };
      } catch (error) {
        yield { kind, name, outcome: "failed", words: describe(error) };
      }
    }
  }
}

function reasonToSkip(it: Case, server: CaseServer, plan: RunPlan): string | undefined {
  if (!applies(it, server)) return `it needs ${it.needs?.join(", ")}`;
  return plan.unfit?.[it.name];
}

async function runConnected(it: Case, server: CaseServer, access: ConnectOptions): Promise<void> {
  const names: string[] = [];
  try {
    await using client = await connect(access);
    await runCase(it, { client, server, names });
  } finally {
    await removeInstances(names, access);
  }
}

/** Removes what a case left, by the library itself: nothing else reaches the server everywhere. */
async function removeInstances(names: readonly string[], access: ConnectOptions): Promise<void> {
  if (names.length === 0) return;
  await using client = await connect(access);
  for (const instance of await client.instances.list()) {
    if (!names.includes(instance.name)) continue;
    if (instance.data.status !== "Stopped") await instance.stop({ force: true });
    await instance.delete();
  }
}

async function within(limit: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not end in ${limit / 1000} s`)), limit);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** An error with all that it was caused by. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.stack?.includes(error.message) ? error.stack : `${error}\n${error.stack}`;
  return error.cause === undefined ? text : `${text}\nCaused by: ${describe(error.cause)}`;
}
