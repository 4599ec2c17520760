/**
 * Does mixed work for a long time, and makes sure that nothing grows and nothing is lost: memory and
 * handles stay flat, and every byte is accounted for.
 *
 *     deno task soak                              an hour against each server
 *     deno task soak --seconds=60 --server=lxd    a minute against one
 *
 * Each work makes sure of its own bytes; what is streamed is counted at both ends. Prints one report for
 * each server, as JSON; ends with 1 where something grew or was lost.
 *
 * @module
 */
// deno-lint-ignore-file no-console

import { assertEquals } from "@std/assert";
import { parseArgs } from "@std/cli";
import { type Client, connect } from "../mod.ts";
import { type Ground, prepare } from "../tests/faults/ground.ts";
import { Random } from "../tests/faults/seed.ts";
import { type Work, works } from "../tests/faults/works.ts";
import { type ServerKind, serverKinds, startDaemon } from "../tests/kit/daemon.ts";

const WORKERS = 4;
const STREAMED = 16_000_000;
const SAMPLE_MS = 1000;
/** How long connections are given to go when the work is over, in milliseconds. */
const SETTLE_MS = 5000;
/** How often all work is let come to its end, to measure what is in use then. */
const REST = 5;
/**
 * What memory in use may grow by from the second rest to the last, in MiB: a client keeps up to 32
 * connections, each with a buffer of 256 KiB.
 */
const GROWTH_MIB = 12;

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

/** What the soak of one server told. */
interface Report {
  /** The server. */
  server: ServerKind;
  /** How long it took. */
  seconds: number;
  /** How often each work was done. */
  rounds: Record<string, number>;
  /** How many bytes were asked to be streamed, and how many came. */
  streamed: { wanted: number; got: number };
  /** Memory in MiB: what was in use at each rest, and the most that was resident. */
  memory: { rests: number[]; most: number };
  /** Open files and sockets before the client was made, at the most, and after it was closed. */
  handles: { before: number; most: number; after: number };
}

function countHandles(): number {
  return Array.from(Deno.readDirSync("/proc/self/fd")).length;
}

/** What is in use, in MiB, when all garbage is collected. */
async function measureMemory(): Promise<number> {
  // What one round has found to be garbage, another one frees.
  for (let rounds = 3; rounds > 0; rounds--) {
    (globalThis as { gc?: () => void }).gc?.();
    await pause(100);
  }
  const { heapUsed, external } = Deno.memoryUsage();
  return Math.round((heapUsed + external) / 2 ** 20);
}

/** Zeros as a stream, of which nothing is kept. */
function zeros(length: number): ReadableStream<Uint8Array> {
  let left = length;
  return new ReadableStream({
    pull(controller) {
      const piece = new Uint8Array(Math.min(left, 64 * 1024));
      left -= piece.length;
      controller.enqueue(piece);
      if (left === 0) controller.close();
    },
  });
}

/** Much output of a command and much input of one, counted. */
function streaming(report: Report): Work {
  return {
    name: "much is streamed",
    async run({ client, ground, limits }) {
      const instance = client.instances.at(ground.running);
      report.streamed.wanted += 2 * STREAMED;
      await using source = await instance.spawn(["head", "-c", `${STREAMED}`, "/dev/zero"], limits);
      for await (const chunk of source.stdout) report.streamed.got += chunk.length;
      const stdin = zeros(STREAMED);
      const { stdoutText } = await instance.exec(["wc", "-c"], { stdin, ...limits });
      report.streamed.got += Number(stdoutText);
    },
  };
}

/** Does one work after the other until the time is over. */
async function labour(
  client: Client,
  ground: Ground,
  { mine, random, until, report }: {
    mine: readonly Work[];
    random: Random;
    until: number;
    report: Report;
  },
): Promise<void> {
  while (performance.now() < until) {
    const work = random.of(mine);
    await work.run({ client, ground, limits: {} });
    report.rounds[work.name] = (report.rounds[work.name] ?? 0) + 1;
  }
}

async function soak(server: ServerKind, seconds: number): Promise<Report> {
  await using daemon = await startDaemon(server);
  const ground = await prepare(daemon);
  const report: Report = {
    server,
    seconds,
    rounds: {},
    streamed: { wanted: 0, got: 0 },
    memory: { rests: [], most: 0 },
    handles: { before: countHandles(), most: 0, after: 0 },
  };
  const client = await connect({ socket: daemon.socket });
  const watch = setInterval(() => {
    const resident = Math.round(Deno.memoryUsage().rss / 2 ** 20);
    report.memory.most = Math.max(report.memory.most, resident);
    report.handles.most = Math.max(report.handles.most, countHandles());
  }, SAMPLE_MS);
  const all = [...works, streaming(report)];
  const randoms = Array.from({ length: WORKERS }, (_, index) => new Random(`${index}`));
  try {
    for (let rest = 0; rest < REST; rest++) {
      const until = performance.now() + seconds * 1000 / REST;
      await Promise.all(randoms.map((random, index) => {
        // A console is one worker's alone: it takes one client at a time.
        const mine = all.filter(({ name }) => index === 0 || name !== "a console");
        return labour(client, ground, { mine, random, until, report });
      }));
      report.memory.rests.push(await measureMemory());
    }
  } finally {
    clearInterval(watch);
    await client[Symbol.asyncDispose]();
  }
  for (let left = SETTLE_MS; left > 0 && countHandles() > report.handles.before; left -= 50) {
    await pause(50);
  }
  report.handles.after = countHandles();
  return report;
}

/** Throws where something grew or was lost. */
function judge({ memory, handles, streamed }: Report): void {
  assertEquals(streamed.got, streamed.wanted, "Bytes were lost");
  assertEquals(handles.after, handles.before, "Handles are left open");
  const early = memory.rests[1]!;
  const late = memory.rests.at(-1)!;
  if (late > early + GROWTH_MIB) throw new Error(`Memory grows: from ${early} to ${late} MiB`);
}

if (!("gc" in globalThis)) {
  throw new Error("Cannot measure memory: run it with --v8-flags=--expose-gc");
}
const flags = parseArgs(Deno.args, { string: ["seconds", "server"] });
const kinds = flags.server === undefined ? serverKinds : [flags.server as ServerKind];
for (const kind of kinds) {
  const report = await soak(kind, Number(flags.seconds ?? 3600));
  console.log(JSON.stringify(report));
  judge(report);
}
