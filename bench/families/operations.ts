/**
 * How late the end of an operation is known.
 *
 * @module
 */

import { bare, ours } from "../kit/contestant.ts";
import type { Contest } from "../kit/contest.ts";

const CALLS = 40;

/** Waits for operations that end while they are waited for. */
export function* recorded(
  socket: string,
  scaled: (amount: number) => number,
): Generator<Contest, void> {
  const args = [socket, String(CALLS)];
  yield {
    work: "operation's end to the client knowing",
    ours: ours("wait", ...args),
    peers: [{ contestant: bare("bare long poll", "wait", ...args, "0"), goal: { time: 1.2 } }],
    calls: CALLS,
    rounds: scaled(24),
  };
}
