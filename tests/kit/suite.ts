/**
 * Registers tests with Deno, once for each server.
 *
 * @module
 */

import type { Client } from "../../mod.ts";
import { Api } from "./api.ts";
import { applies, type Case, type CaseServer, runCase } from "./case.ts";
import type { Daemon, DaemonOptions, ServerKind } from "./daemon.ts";
import { findObstacle, serverKinds, startDaemon } from "./daemon.ts";
import { noteRun, type RunNote } from "./run_notes.ts";
import { readExtensions, type SharedServer, sharedServers } from "./servers.ts";
import { imageAlias, removeInstances } from "./setup.ts";

/** What a test that boots a daemon of its own needs. */
export interface DaemonTestOptions extends DaemonOptions {
  /** The servers that it runs against; all by default. */
  kinds?: readonly ServerKind[];
}

/**
 * Registers a test that kills or blocks a daemon: for each kind of server, with a daemon of its own.
 *
 * @example
 * ```ts ignore
 * daemonTest("A lost daemon is reported", async (daemon) => {
 *   await using client = await connect({ socket: daemon.socket });
 *   await daemon.kill();
 *   await assertRejects(() => client.instances.list(), ConnectionError);
 * });
 * ```
 */
export function daemonTest(
  name: string,
  fn: (daemon: Daemon, test: Deno.TestContext) => Promise<void>,
  options: DaemonTestOptions = {},
): void {
  const { kinds = serverKinds, ...daemonOptions } = options;
  for (const kind of kinds) {
    const ignore = findObstacle(kind) !== undefined;
    Deno.test({ name: `[${kind}] ${name}`, ignore }, async (test) => {
      const daemon = await startDaemon(kind, daemonOptions);
      try {
        await fn(daemon, test);
      } finally {
        await daemon.stop();
      }
      // Only the log of a test that failed is of use.
      await Deno.remove(daemon.log).catch(() => {});
    });
  }
}

/** Registers a test for each of the shared servers; it is ignored where that server is missing. */
export function serverTest(
  name: string,
  fn: (server: SharedServer) => Promise<void>,
  kinds: readonly ServerKind[] = serverKinds,
): void {
  for (const server of sharedServers().filter(({ kind }) => kinds.includes(kind))) {
    const title = `[${server.kind}] ${name}`;
    if ("reason" in server) Deno.test.ignore(title, () => {});
    else Deno.test(title, () => fn(server));
  }
}

async function runShared(
  it: Case,
  shared: SharedServer,
  server: CaseServer,
  connect: (server: SharedServer) => Promise<Client>,
): Promise<void> {
  const names: string[] = [];
  try {
    await using client = await connect(shared);
    await runCase(it, { client, server, names });
  } finally {
    using api = new Api(shared.socket);
    await removeInstances(api, names);
  }
}

/** How the cases are run on Deno. */
export interface RegisterOptions {
  /** How the servers are reached. */
  way: RunNote["way"];
  /** The cases that cannot hold this way, with the reason of each. */
  unfit?: Record<string, string>;
}

/**
 * Registers the cases with Deno: each one against every shared server that it applies to, but for those
 * that are unfit.
 *
 * @throws {Error} when a server would run no case, or when no server of a complete run has what a
 * case needs.
 */
export async function registerCases(
  all: readonly Case[],
  connect: (server: SharedServer) => Promise<Client>,
  options: RegisterOptions,
): Promise<void> {
  const { way, unfit = {} } = options;
  for (const [name, reason] of Object.entries(unfit)) {
    if (!all.some((it) => it.name === name)) throw new Error(`Cannot leave out "${name}": no case`);
    // deno-lint-ignore no-console
    console.log(`Not over ${way}: "${name}": ${reason}`);
  }
  const cases = all.filter(({ name }) => !(name in unfit));
  const orphans = new Set(cases);
  let complete = true;
  for (const shared of sharedServers()) {
    const { kind } = shared;
    const label = way === "Unix socket" ? kind : `${kind}, ${way}`;
    if ("reason" in shared) {
      complete = false;
      for (const it of cases) Deno.test.ignore(`[${label}] ${it.name}`, () => {});
      continue;
    }
    const server = { kind, image: imageAlias, extensions: await readExtensions(shared) };
    const chosen = cases.filter((it) => applies(it, server));
    if (!chosen.length) throw new Error(`Cannot test ${kind}: no case applies to it`);
    // The notes of a run that fails are thrown away.
    noteRun({ runtime: `Deno ${Deno.version.deno}`, way, kind, passed: chosen.length, unfit });
    for (const it of chosen) {
      orphans.delete(it);
      Deno.test(`[${label}] ${it.name}`, () => runShared(it, shared, server, connect));
    }
    for (const it of cases.filter((it) => !chosen.includes(it))) {
      // deno-lint-ignore no-console
      console.log(`${label}: "${it.name}" does not apply, it needs ${it.needs?.join(", ")}`);
    }
  }
  const [orphan] = orphans;
  if (complete && orphan) {
    throw new Error(`Cannot run the case "${orphan.name}": no server has all that it needs`);
  }
}
