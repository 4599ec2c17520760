/**
 * What it costs to run a command in a container, beside the servers' own command line, against an LXD
 * and an Incus booted for it.
 *
 *     deno task bench exec
 *
 * @module
 */

import { type Client, connect, type Instance } from "../mod.ts";
import { type Daemon, findObstacle, serverKinds, startDaemon } from "../tests/kit/daemon.ts";
import { imageAlias } from "../tests/kit/setup.ts";
import { head, median, peakOf, row } from "./measure.ts";

const TIMES = 25;
const ROUNDS = 5;
const MEGABYTES = 256;

/** A command line that runs a command in the container of a daemon. */
function cli(daemon: Daemon, command: string[]): Deno.ChildProcess {
  const [program, variable] = daemon.kind === "lxd" ? ["lxc", "LXD_DIR"] : ["incus", "INCUS_DIR"];
  return new Deno.Command(program, {
    args: ["exec", "bench", "--", ...command],
    env: { [variable]: daemon.home },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
}

async function drain(stream: ReadableStream<Uint8Array>): Promise<void> {
  let length = 0;
  for await (const chunk of stream) length += chunk.length;
  if (length !== MEGABYTES * 2 ** 20) throw new Error(`Cannot measure: ${length} bytes came`);
}

/** Seconds that something takes. */
async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

async function measureTrue(daemon: Daemon, instance: Instance): Promise<void> {
  const times: { cli: number[]; ours: number[] } = { cli: [], ours: [] };
  for (let round = 0; round < TIMES; round++) {
    times.cli.push(await seconds(() => cli(daemon, ["true"]).output()));
    times.ours.push(await seconds(() => instance.exec(["true"])));
  }
  const [theirs, ours] = [median(times.cli) * 1000, median(times.ours) * 1000];
  const ratio = (ours / theirs).toFixed(2);
  row(daemon.kind, "`true`, ms", theirs.toFixed(1), ours.toFixed(1), ratio, "", "");
}

async function measureOutput(daemon: Daemon, instance: Instance): Promise<void> {
  const command = ["dd", "if=/dev/zero", "bs=64k", `count=${MEGABYTES * 16}`];
  const speeds: { cli: number[]; ours: number[] } = { cli: [], ours: [] };
  let peak = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const child = cli(daemon, command);
    const watch = setInterval(() => peak = Math.max(peak, peakOf(child.pid)), 20);
    speeds.cli.push(MEGABYTES / await seconds(() => drain(child.stdout)));
    clearInterval(watch);
    await child.status;
    speeds.ours.push(
      MEGABYTES / await seconds(async () => {
        await using process = await instance.spawn(command);
        await Promise.all([drain(process.stdout), process.stderr.cancel()]);
      }),
    );
  }
  const [theirs, ours] = [median(speeds.cli), median(speeds.ours)];
  const what = `${MEGABYTES} MB of output, MB/s`;
  const ratio = (ours / theirs).toFixed(2);
  const memory = [peak, peakOf(Deno.pid)].map((it) => it.toFixed(0));
  row(daemon.kind, what, theirs.toFixed(0), ours.toFixed(0), ratio, ...memory);
}

async function makeContainer(client: Client): Promise<Instance> {
  const source = { type: "image", alias: imageAlias } as const;
  return await client.instances.create({ name: "bench", start: true, source });
}

head("server", "exec", "command line", "this package", "ratio", "its peak, MB", "our peak, MB");
for (const kind of serverKinds) {
  const obstacle = findObstacle(kind);
  if (obstacle !== undefined) {
    row(kind, `Cannot measure: ${obstacle}`, "", "", "", "", "");
    continue;
  }
  await using daemon = await startDaemon(kind);
  await using client = await connect({ socket: daemon.socket });
  const instance = await makeContainer(client);
  await measureTrue(daemon, instance);
  await measureOutput(daemon, instance);
}
