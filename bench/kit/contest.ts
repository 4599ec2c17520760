/**
 * One piece of work, done in turns by all who are compared in it.
 *
 * @module
 */

import type { Contestant } from "./contestant.ts";
import { median } from "./measure.ts";

/** What is asked against another client: the most of its time, or the least of its rate. */
export type Goal = { time: number; rate?: undefined } | { rate: number; time?: undefined };

/** Another client, and what is asked of this package against it. */
export interface Peer {
  /** The client. */
  contestant: Contestant;
  /** What is asked; nothing where it is there to be seen. */
  goal?: Goal;
}

/** A piece of work and who does it. */
export interface Contest {
  /** What is done. */
  work: string;
  /** This package. */
  ours: Contestant;
  /** The others. */
  peers: readonly Peer[];
  /** Who does the least that any client has to, so that its time is the server's own. */
  floor?: Contestant;
  /** How many MiB the work moves, which makes times into rates. */
  size?: number;
  /** How many calls one run makes; 1 by default. */
  calls?: number;
  /** How often everyone does it, after one time that does not count. */
  rounds: number;
  /** The most memory that the process of this package may have, in MiB. */
  memory?: number;
  /** Brings the server back to where the work starts; not measured. */
  reset?(): Promise<unknown>;
}

/** A line of the table. */
export interface Row {
  /** What was done. */
  work: string;
  /** Against whom; empty for the line about memory. */
  against: string;
  /** What the other one took, with its unit. */
  theirs: string;
  /** What this package took. */
  ours: string;
  /** This package's time in terms of the other's, or its rate where the goal is one. */
  ratio: string;
  /** What was asked. */
  goal: string;
  /** Whether it was met; undefined where nothing was asked. */
  met?: boolean;
  /** The peak of the other's memory in MiB. */
  theirPeak: string;
  /** What stands in the way of a goal that was not met. */
  limit?: string;
}

/** Runs a contest and ends all who take part. */
export async function hold(contest: Contest): Promise<Row[]> {
  const { ours, peers, floor, reset, rounds } = contest;
  await using stack = new AsyncDisposableStack();
  const all = [ours, ...peers.map((it) => it.contestant), ...floor ? [floor] : []];
  for (const contestant of all) stack.use(contestant);
  const times = new Map(all.map((it) => [it, [] as number[]]));
  for (let round = 0; round <= rounds; round++) {
    for (let turn = 0; turn < all.length; turn++) {
      // Nobody always comes first, or after the same one.
      const contestant = all[(turn + round) % all.length]!;
      await reset?.();
      const time = await contestant.run();
      if (round > 0) times.get(contestant)!.push(time);
    }
  }
  const medians = new Map(all.map((it) => [it, median(times.get(it)!)]));
  return [...rowsOf(contest, medians)];
}

function* rowsOf(contest: Contest, times: Map<Contestant, number>): Generator<Row> {
  const { work, ours, peers, floor, memory } = contest;
  for (const peer of peers) yield compare(contest, times, peer);
  if (floor) yield compare(contest, times, { contestant: floor });
  if (memory === undefined) return;
  const peak = `${ours.peak.toFixed(0)} MiB`;
  const met = ours.peak < memory;
  const goal = `under ${memory} MiB`;
  yield { work, against: "", theirs: "", ours: peak, ratio: "", goal, met, theirPeak: "" };
}

function compare(contest: Contest, times: Map<Contestant, number>, peer: Peer): Row {
  const { contestant, goal } = peer;
  const [own, their] = [times.get(contest.ours)!, times.get(contestant)!];
  const asRate = goal?.rate !== undefined;
  const ratioOf = (time: number) => asRate ? their / time : time / their;
  const ratio = ratioOf(own);
  const row: Row = {
    work: contest.work,
    against: contestant.name,
    theirs: show(contest, their),
    ours: show(contest, own),
    ratio: ratio.toFixed(2),
    goal: "",
    theirPeak: contestant.peak.toFixed(0),
  };
  if (!goal) return row;
  row.goal = goal.rate === undefined ? `at most ${goal.time}` : `at least ${goal.rate}`;
  row.met = goal.rate === undefined ? ratio <= goal.time : ratio >= goal.rate;
  const least = contest.floor && times.get(contest.floor)!;
  if (!row.met && least !== undefined) {
    row.limit =
      `${contest.floor!.name} takes ${show(contest, least)}: against ${contestant.name} ` +
      `nobody gets past ${ratioOf(least).toFixed(2)}`;
  }
  return row;
}

/** A time with its unit, or the rate that it makes. */
function show({ size, calls = 1 }: Contest, time: number): string {
  if (size !== undefined) return `${(size / (time / 1000)).toFixed(0)} MiB/s`;
  const each = time / calls;
  return `${each.toFixed(each < 10 ? 3 : 1)} ms`;
}
