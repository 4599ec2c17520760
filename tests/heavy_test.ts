/**
 * What much data costs, measured on a process of its own.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { connect, type ConnectOptions } from "../mod.ts";
import { imageAlias } from "./kit/setup.ts";
import type { SharedServer } from "./kit/servers.ts";
import { serverTest } from "./kit/suite.ts";
import { trustedAccess } from "./kit/trust.ts";

const BYTES = 400_000_000;
/** Far less than what is read; beside the 60 MiB of a bare process it is what V8 lets lie before it tidies up. */
const MOST_MIB = 256;

async function readSlowly(
  server: SharedServer,
  options: ConnectOptions,
  what: "command" | "file",
): Promise<void> {
  await using client = await connect({ socket: server.socket });
  const name = `heavy-${crypto.randomUUID().slice(0, 8)}`;
  const source = { type: "image", alias: imageAlias } as const;
  const instance = await client.instances.create({ name, source, start: true });
  try {
    if (what === "file") await instance.exec(["sh", "-c", `yes | head -c ${BYTES} >/heavy`]);
    const program = new URL("kit/slow_consumer.ts", import.meta.url).pathname;
    const args = ["run", "--no-lock", "-A", program];
    const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
      args: [...args, JSON.stringify(options), name, String(BYTES), what],
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    const { length, peakMiB } = JSON.parse(new TextDecoder().decode(stdout));
    assertEquals(length, BYTES);
    assert(peakMiB < MOST_MIB, `Cannot stay below ${MOST_MIB} MiB: it took ${peakMiB}`);
  } finally {
    await instance.stop({ force: true });
    await instance.delete();
  }
}

for (const what of ["command", "file"] as const) {
  serverTest(`A slow reader of 400 MB of a ${what} costs little memory`, async (server) => {
    await readSlowly(server, { socket: server.socket }, what);
  });
  serverTest(
    `A slow reader of 400 MB of a ${what} over HTTPS costs little memory`,
    async (server) => {
      await readSlowly(server, await trustedAccess(server), what);
    },
  );
}
