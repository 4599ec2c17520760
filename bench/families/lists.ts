/**
 * What a list of 200 instances costs.
 *
 * @module
 */

import { bare, ours } from "../kit/contestant.ts";
import type { Contest } from "../kit/contest.ts";

const CALLS = 40;

/** Lists with the data of the instances, and with their state, snapshots and backups too. */
export function* recorded(
  socket: string,
  scaled: (amount: number) => number,
): Generator<Contest, void> {
  for (const recursion of ["1", "2"]) {
    const args = [socket, String(CALLS), recursion];
    yield {
      work: `list of 200 instances, recursion ${recursion}`,
      ours: ours("list", ...args),
      peers: [
        {
          contestant: bare("bare fetch and JSON.parse", "list", ...args, "0"),
          goal: { time: 1.2 },
        },
      ],
      calls: CALLS,
      rounds: scaled(24),
    };
  }
}
