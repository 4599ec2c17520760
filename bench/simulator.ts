/**
 * What a thousand simulated instances cost: `deno task example bench/simulator.ts`. Goals: all created
 * within two seconds, and listed with recursion in one request within 50 ms of CPU.
 *
 * @module
 */
// deno-lint-ignore-file no-console

// deno-lint-ignore no-external-import
import { cpuUsage } from "node:process";
import { simulate } from "../src/testing/mod.ts";

const INSTANCES = 1000;
const ROUNDS = 15;

/** The CPU that the process has used, in milliseconds. */
function cpu(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1000;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

const source = { type: "image", alias: "busybox" } as const;
for (const dialect of ["lxd", "incus"] as const) {
  await using simulation = await simulate({ dialect });
  const { client, simulator } = simulation;
  const begin = performance.now();
  const busy = cpu();
  for (let n = 0; n < INSTANCES; n++) {
    await client.instances.create({ name: `box-${n}`, source });
  }
  const created = performance.now() - begin;
  const worked = cpu() - busy;
  const one: number[] = [];
  const all: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    let start = cpu();
    await (await simulator.fetch("/1.0/instances?recursion=1")).arrayBuffer();
    one.push(cpu() - start);
    start = cpu();
    const listed = await client.instances.list({ recursion: 2 });
    all.push(cpu() - start);
    if (listed.length !== INSTANCES) throw new Error(`Cannot measure: ${listed.length} listed`);
  }
  console.log(
    `${dialect}: ${INSTANCES} instances created in ${created.toFixed(0)} ms, ` +
      `${worked.toFixed(0)} ms of CPU; ` +
      `GET with recursion 1 took ${median(one).toFixed(1)} ms of CPU, ` +
      `list() with recursion 2 ${median(all).toFixed(1)} ms`,
  );
}
