/**
 * The conformance cases that the simulator is excepted from, and why. `docs/simulator.md` shows them.
 *
 * @module
 */

const NO_TAR = "it takes the way of tar, too, and simulated instances have no `tar`";

/** The reason by the name of each case that is not run against the simulator. */
export const skipped: ReadonlyMap<string, string> = new Map([
  ["A tree goes in and out whole: tar", NO_TAR],
  ["Attributes of a tree are left to the server where they are not asked for", NO_TAR],
  ["What is equal in a tree is left out", NO_TAR],
  ["What is in the way of a tree is written anew, replaced or refused", NO_TAR],
  ["A tree is no more and no less than was told", NO_TAR],
  ["An upload of a tree breaks off by its signal, and goes on later", NO_TAR],
  ["A download of a tree breaks off by its signal and by its sink", NO_TAR],
  ["What the server refuses of a tree is told", NO_TAR],
  ["The progress of a tree is told by files and bytes", NO_TAR],
  ["What is no file, directory or link is left out of a tree, and named", NO_TAR],
  ["Files with several names are whole under each of them in a tree", NO_TAR],
]);

/** Cases that wait for something in real time: they run with the clock of the machine. */
export const realTime: ReadonlySet<string> = new Set([
  "An abort ends a command and its process",
  "A timeout ends a command and its process",
  "A console shows what is written on it, and is left again",
]);
