/**
 * What the families of comparisons are written as.
 *
 * @module
 */

import type { Contest } from "./contest.ts";
import type { Stage } from "./stage.ts";

/** Comparisons against a server that only answers what was recorded. */
export interface RecordedFamily {
  /** The comparisons, one after the other. */
  recorded(socket: string, scaled: (amount: number) => number): Iterable<Contest>;
}

/** Comparisons on a daemon. */
export interface DaemonFamily {
  /** The comparisons, one after the other; each is over before the next is asked for. */
  onDaemon(stage: Stage): AsyncIterable<Contest> | Iterable<Contest>;
}
