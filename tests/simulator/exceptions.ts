/**
 * The conformance cases that the simulator is excepted from, and why. `docs/simulator.md` shows them.
 *
 * @module
 */

/** The reason by the name of each case that is not run against the simulator. */
export const skipped: ReadonlyMap<string, string> = new Map();

/** Cases that wait for something in real time: they run with the clock of the machine. */
export const realTime: ReadonlySet<string> = new Set([
  "An abort ends a command and its process",
  "A timeout ends a command and its process",
  "A console shows what is written on it, and is left again",
]);
