/**
 * What a GET costs.
 *
 * @module
 */

import { bare, ours } from "../kit/contestant.ts";
import type { Contest } from "../kit/contest.ts";

const CALLS = 640;

/** Reads of one instance, one after another and 32 at once. */
export function* recorded(
  socket: string,
  scaled: (amount: number) => number,
): Generator<Contest, void> {
  for (const width of [1, 32]) {
    const args = [socket, String(CALLS), String(width)];
    yield {
      work: `GET, ${width === 1 ? "one after another" : `${width} at once`}`,
      ours: ours("get", ...args),
      peers: [
        { contestant: bare("bare fetch", "get", ...args, "0"), goal: { time: 1.05 } },
        { contestant: bare("bare fetch, kept connections", "get", ...args, "32") },
      ],
      calls: CALLS,
      rounds: scaled(24),
    };
  }
}
