/**
 * How a conformance case is written down: without a runtime, without a server.
 *
 * A module in `tests/conformance` imports `mod.ts`, `@std/assert`, this, and helpers of the kit that
 * name no runtime either. Each runtime's runner imports these modules and then runs `cases` in its own
 * way.
 *
 * @module
 */

import type { Client } from "../../mod.ts";

/** What a case can be told about the server that it runs against. */
export interface CaseServer {
  /** Which server it is. */
  kind: "lxd" | "incus";
  /** The alias of an image that starts at once. */
  image: string;
  /** The API extensions that the server names. */
  extensions: ReadonlySet<string>;
}

/** What a case works with. */
export interface CaseContext {
  /** A client of the server, closed after the case. */
  client: Client;
  /** The server. */
  server: CaseServer;
  /**
   * A name that nothing else on the server has, such as `web-1f3a9c2b`. Instances that have it after
   * the case, in the default project, are removed; a case removes whatever else it made.
   */
  name(prefix: string): string;
}

/** When a case applies. */
export interface CaseOptions {
  /**
   * What the server must be or have: `lxd`, `incus`, or the name of an API extension. A case runs
   * against the servers that meet every need.
   */
  needs?: string[];
}

/** A case as it was written down. */
export interface Case extends CaseOptions {
  /** What is so when the case passes. */
  name: string;
  /** Throws when it is not so. */
  run(context: CaseContext): Promise<void>;
}

/** All cases of the modules imported so far. */
export const cases: Case[] = [];

/**
 * Writes a case down.
 *
 * @example
 * ```ts ignore
 * defineCase("An instance is deleted", async ({ client, server, name }) => {
 *   const source = { type: "image", alias: server.image } as const;
 *   const instance = await client.instances.create({ name: name("gone"), source });
 *   await instance.delete();
 *   assertEquals(await client.instances.exists(instance.name), false);
 * });
 * ```
 */
export function defineCase(name: string, run: Case["run"], options: CaseOptions = {}): void {
  if (cases.some((it) => it.name === name)) {
    throw new Error(`Cannot define the case "${name}": the name is taken`);
  }
  cases.push({ ...options, name, run });
}

/** Whether a server meets every need of a case. */
export function applies(it: Case, server: CaseServer): boolean {
  const needs = it.needs ?? [];
  return needs.every((need) => need === server.kind || server.extensions.has(need));
}

/** What a case is run with. */
export interface CaseRun {
  /** A client of the server. The caller closes it. */
  client: Client;
  /** The server. */
  server: CaseServer;
  /** Takes the names that the case asks for: the caller removes the instances that have them. */
  names: string[];
}

/** Runs a case; throws what it throws. */
export async function runCase(it: Case, { client, server, names }: CaseRun): Promise<void> {
  const name = (prefix: string) => {
    names.push(uniqueName(prefix));
    return names.at(-1)!;
  };
  await it.run({ client, server, name });
}

/** A name that nothing else has. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${crypto.randomUUID().slice(0, 8)}`;
}
