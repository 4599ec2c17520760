/**
 * What much data costs, measured on a process of its own.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { connect } from "../mod.ts";
import { imageAlias } from "./kit/setup.ts";
import { type SharedServer, sharedServers } from "./kit/servers.ts";

const BYTES = 400_000_000;
const MOST_MIB = 150;

async function readSlowly({ socket }: SharedServer): Promise<void> {
  await using client = await connect({ socket });
  const name = `heavy-${crypto.randomUUID().slice(0, 8)}`;
  const source = { type: "image", alias: imageAlias } as const;
  const instance = await client.instances.create({ name, source, start: true });
  try {
    const program = new URL("kit/slow_consumer.ts", import.meta.url).pathname;
    const args = ["run", "--no-lock", "-A", program, socket, name, String(BYTES)];
    const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), { args }).output();
    assert(success, new TextDecoder().decode(stderr));
    const { code, length, peakMiB } = JSON.parse(new TextDecoder().decode(stdout));
    assertEquals([code, length], [0, BYTES]);
    assert(peakMiB < MOST_MIB, `Cannot stay below ${MOST_MIB} MiB: it took ${peakMiB}`);
  } finally {
    await instance.stop({ force: true });
    await instance.delete();
  }
}

for (const server of sharedServers()) {
  Deno.test({
    name: `[${server.kind}] a slow consumer of 400 MB costs little memory`,
    ignore: "reason" in server,
    fn: () => readSlowly(server as SharedServer),
  });
}
