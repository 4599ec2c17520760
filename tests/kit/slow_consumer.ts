/**
 * A program that reads much output of a process, or a large file, slowly, and says how much memory it
 * took at most: `deno run -A slow_consumer.ts OPTIONS INSTANCE BYTES command|file`, where OPTIONS are
 * those of `connect()` in JSON.
 *
 * @module
 */

import { type Client, connect } from "../../mod.ts";

const [options, name, bytes, what] = Deno.args as [string, string, string, string];

async function* command(client: Client): AsyncGenerator<Uint8Array> {
  const line = `yes | head -c ${bytes}`;
  await using process = await client.instances.at(name).spawn(["sh", "-c", line]);
  await delay();
  yield* process.stdout;
  const { code } = await process.status;
  if (code !== 0) throw new Error(`Cannot read all: the command ended with ${code}`);
}

async function* file(client: Client): AsyncGenerator<Uint8Array> {
  const { readable } = await client.instances.at(name).files.open("/heavy");
  await delay();
  yield* readable;
}

function delay(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 3000));
}

await using client = await connect(JSON.parse(options));
let length = 0;
for await (const chunk of what === "file" ? file(client) : command(client)) length += chunk.length;
const [, peak] = /^VmHWM:\s*(\d+) kB$/m.exec(await Deno.readTextFile("/proc/self/status"))!;
const report = JSON.stringify({ length, peakMiB: Math.ceil(Number(peak) / 1024) });
await Deno.stdout.write(new TextEncoder().encode(report));
