/**
 * The results as a table.
 *
 * @module
 */

import type { Row } from "./contest.ts";

const COLUMNS = ["work", "against", "theirs", "ours", "ratio", "goal", "met", "their peak, MiB"];

/** The head of the table. */
export function headLines(): string[] {
  return [lineOf(COLUMNS), lineOf(COLUMNS.map(() => "---"))];
}

/** One line of it. */
export function rowLine(row: Row): string {
  const { work, against, theirs, ours, ratio, goal, met, theirPeak } = row;
  const said = met === undefined ? "" : met ? "yes" : "**no**";
  return lineOf([work, against, theirs, ours, ratio, goal, said, theirPeak]);
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
