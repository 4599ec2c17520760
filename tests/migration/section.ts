/**
 * How a part of the migration page is written down: as code that runs. The page shows its text.
 *
 * @module
 */

import type { Client } from "../../mod.ts";
import { textOf } from "../../tools/source_text.ts";
import type { Daemon } from "../kit/daemon.ts";
import type { HttpsAccess } from "../kit/trust.ts";

/** What the lines run against: a daemon of their own. */
export interface MigrationServer {
  /** The daemon. */
  daemon: Daemon;
  /** A client of it. */
  client: Client;
  /** What reaches it over HTTPS. */
  access: HttpsAccess;
}

/**
 * A line of the page: the call that is known, ours, and what is to be seen of its result; or, for a line
 * that the tests can only compile, why.
 */
export type Row<Context> = [
  theirs: string,
  ours: (context: Context) => unknown,
  // deno-lint-ignore no-explicit-any
  check?: ((result: any) => unknown) | string,
];

/** What a section is made of. */
export interface SectionInit<Context> {
  /** Its heading. */
  title: string;
  /** What the names in the lines stand for. */
  about?: string;
  /** Makes what the lines use. */
  given(server: MigrationServer): Context | Promise<Context>;
  /** The lines, which run in this order. */
  rows: Row<Context>[];
}

/** A part of the page. */
export interface Section {
  /** Its heading. */
  title: string;
  /** What the names in the lines stand for. */
  about: string;
  /** The lines as text. */
  lines: { theirs: string; ours: string }[];
  /** Runs the lines one after the other, and gives those that cannot run, with the reasons. */
  run(server: MigrationServer): Promise<string[]>;
}

/** Writes a section down. */
export function section<Context>(init: SectionInit<Context>): Section {
  const { title, about = "", given, rows } = init;
  return {
    title,
    about,
    lines: rows.map(([theirs, ours]) => ({ theirs, ours: textOf(ours) })),
    async run(server) {
      const context = await given(server);
      const idle: string[] = [];
      for (const [theirs, ours, check] of rows) {
        if (typeof check === "string") {
          idle.push(`${theirs}: ${check}`);
          continue;
        }
        try {
          const result = await ours(context);
          await check?.(result);
        } catch (cause) {
          throw new Error(`Cannot run what "${theirs}" of "${title}" has become`, { cause });
        }
      }
      return idle;
    },
  };
}
