/**
 * A program that reads much output of a process slowly, and says how much memory it took at most:
 * `deno run -A slow_consumer.ts SOCKET INSTANCE BYTES`.
 *
 * @module
 */

import { connect } from "../../mod.ts";

const [socket, name, bytes] = Deno.args as [string, string, string];
await using client = await connect({ socket });
const line = `yes | head -c ${bytes}`;
await using process = await client.instances.at(name).spawn(["sh", "-c", line]);
await new Promise((resolve) => setTimeout(resolve, 3000));
let length = 0;
for await (const chunk of process.stdout) length += chunk.length;
const { code } = await process.status;
const [, peak] = /^VmHWM:\s*(\d+) kB$/m.exec(await Deno.readTextFile("/proc/self/status"))!;
const report = JSON.stringify({ code, length, peakMiB: Math.ceil(Number(peak) / 1024) });
await Deno.stdout.write(new TextEncoder().encode(report));
