/**
 * Writes the results to `docs/performance.md`.
 *
 * @module
 */

import type { Row } from "./kit/contest.ts";
import { headLines, rowLine } from "./kit/table.ts";

/** The results of one server. */
export interface Chapter {
  /** The server. */
  title: string;
  /** The results. */
  rows: readonly Row[];
}

const INTRODUCTION = `# Performance

Written by \`deno task bench --write\`. What is compared does the same work on the same server in turns;
the figures are medians, and a time or a rate is worth reading only beside the one next to it: the
machine counts for more than the client.

- Each client is a process that does nothing else. Its start is part of the measurement where it is a
  command (curl, \`lxc\`, \`incus\`, a script), and not where it is a library.
- The ratio is this package's time in terms of the other's, or its rate where the goal is a rate
  ("at least").
- Memory is the most that a process has had (\`VmHWM\`) once it had done the work one time, as a command
  has. A process that lives on has somewhat more after all rounds, which is said where memory is measured.
- Streams are read through one buffer of the reader's own where they can fill one
  (\`getReader({ mode: "byob" })\`), those of a bare fetch too. Who reads piece by piece has new memory for
  each: output then takes 1.2 times as long on LXD, and 1.5 times on Incus.
- Lines without a goal are there for comparison, or do the least of the work that nobody can leave out:
  the server's own share of a command, the loading of modules, the SHA-256 of an image. Where a goal is
  not met, a line below the table names the limit: how long the server computes, on however many
  processors; how far that least work alone would come; what memory stands before the work, and what a
  process of Deno without this package has.
- A script of Deno that does nothing has about 30 MiB, most of it Deno's own program.`;

/** Writes the page. */
export async function writePage(machine: string, chapters: readonly Chapter[]): Promise<void> {
  const parts = chapters.map(({ title, rows }) => {
    const limits = rows.flatMap(({ limit }) => limit ? [`- ${limit}.`] : []);
    const table = [...headLines(), ...rows.map(rowLine)].join("\n");
    return [`## ${title}`, table, ...limits.length > 0 ? [limits.join("\n")] : []].join("\n\n");
  });
  const text = `${[INTRODUCTION, machine + ".", ...parts].join("\n\n")}\n`;
  const path = new URL("../docs/performance.md", import.meta.url);
  await Deno.writeTextFile(path, text);
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", path.pathname] }).output();
}
