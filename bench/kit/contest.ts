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
  /** Who does the least of the work that nobody can leave out. */
  floor?: Contestant;
  /** How many MiB the work moves, which makes times into rates. */
  size?: number;
  /** How many calls one run makes; 1 by default. */
  calls?: number;
  /** How often everyone does it, after one time that does not count. */
  rounds: number;
  /** The most memory that the process of this package may have had once it did the work, in MiB. */
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
  /** The most memory that the other's process had had once it did the work, in MiB. */
  theirPeak: string;
  /** What stands in the way of a goal that was not met. */
  limit?: string;
}

/** What one contestant took, in milliseconds: medians. */
interface Taken {
  /** In all. */
  time: number;
  /** Of the processor, by the server. */
  server: number;
}

/** Runs a contest and ends all who take part. `serverTime` is what the server computed so far. */
export async function hold(contest: Contest, serverTime: () => number = () => 0): Promise<Row[]> {
  const { ours, reset, rounds } = contest;
  await using stack = new AsyncDisposableStack();
  const all = [ours, ...othersOf(contest)];
  for (const contestant of all) stack.use(contestant);
  const runs = new Map(all.map((it) => [it, [] as Taken[]]));
  for (let round = 0; round <= rounds; round++) {
    for (const contestant of shuffled(all)) {
      await reset?.();
      const before = serverTime();
      const time = await contestant.run();
      if (round > 0) runs.get(contestant)!.push({ time, server: serverTime() - before });
    }
  }
  const taken = new Map(all.map((it) => [it, {
    time: median(runs.get(it)!.map(({ time }) => time)),
    server: median(runs.get(it)!.map(({ server }) => server)),
  }]));
  return [...rowsOf(contest, taken)];
}

/** The same in an order of chance: what a server still does for one slows whoever comes next. */
function shuffled<T>(all: readonly T[]): T[] {
  const placed = all.map((it) => ({ it, place: Math.random() }));
  return placed.sort((a, b) => a.place - b.place).map(({ it }) => it);
}

/** All who take part beside this package. */
function othersOf({ peers, floor }: Contest): Contestant[] {
  return [...peers.map((it) => it.contestant), ...floor ? [floor] : []];
}

function* rowsOf(contest: Contest, taken: Map<Contestant, Taken>): Generator<Row> {
  const { peers, floor, memory } = contest;
  for (const peer of peers) yield compare(contest, taken, peer);
  if (floor) yield compare(contest, taken, { contestant: floor });
  if (memory !== undefined) yield weigh(contest, memory);
}

/** The line about memory. */
function weigh(contest: Contest, most: number): Row {
  const { work, ours, rounds } = contest;
  const { standing, once, last } = ours.memory;
  const row: Row = {
    work,
    against: "",
    theirs: "",
    ours: `${once.toFixed(0)} MiB; ${last.toFixed(0)} after ${rounds + 1} times`,
    ratio: "",
    goal: `under ${most} MiB`,
    met: once < most,
    theirPeak: "",
  };
  if (row.met) return row;
  const said = [`${standing!.toFixed(0)} MiB stand before the work`];
  for (const { name, memory } of othersOf(contest)) {
    // Commands are no programs of Deno.
    if (memory.standing !== undefined) said.push(`${name} has ${memory.once.toFixed(0)} MiB`);
  }
  row.limit = `${work}, memory: ${said.join("; ")}`;
  return row;
}

function compare(contest: Contest, taken: Map<Contestant, Taken>, peer: Peer): Row {
  const { contestant, goal } = peer;
  const [own, their] = [taken.get(contest.ours)!.time, taken.get(contestant)!.time];
  const ratioOf = (time: number) => goal?.rate === undefined ? time / their : their / time;
  const ratio = ratioOf(own);
  const row: Row = {
    work: contest.work,
    against: contestant.name,
    theirs: show(contest, their),
    ours: show(contest, own),
    ratio: ratio.toFixed(2),
    goal: "",
    theirPeak: contestant.memory.once.toFixed(0),
  };
  if (!goal) return row;
  row.goal = goal.rate === undefined ? `at most ${goal.time}` : `at least ${goal.rate}`;
  row.met = goal.rate === undefined ? ratio <= goal.time : ratio >= goal.rate;
  if (!row.met) row.limit = limitOf(contest, taken, contestant, ratioOf);
  return row;
}

/** What stands in the way of a goal: the server's own share, and the least that nobody can leave out. */
function limitOf(
  contest: Contest,
  taken: Map<Contestant, Taken>,
  against: Contestant,
  ratioOf: (time: number) => number,
): string {
  const { work, floor, ours } = contest;
  const { time, server } = taken.get(ours)!;
  const [own, share] = [time.toFixed(0), server.toFixed(0)];
  const said = server > 0
    ? [`in ${own} ms the server and the processes that it starts compute for ${share} ms`]
    : [];
  if (floor) {
    const least = taken.get(floor)!.time;
    const best = ratioOf(least).toFixed(2);
    said.push(`${floor.name} takes ${show(contest, least)}, which alone makes ${best}`);
  }
  return `${work}, against ${against.name}: ${said.join("; ") || "nothing but its own cost"}`;
}

/** A time with its unit, or the rate that it makes. */
function show({ size, calls = 1 }: Contest, time: number): string {
  if (size !== undefined) return `${(size / (time / 1000)).toFixed(0)} MiB/s`;
  const each = time / calls;
  return `${each.toFixed(each < 10 ? 3 : 1)} ms`;
}
