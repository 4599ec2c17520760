/**
 * The dashboard of a server that is simulated in the page itself.
 *
 * @module
 */

import { type ScriptedCommand, simulate, systemClock } from "../../src/testing/mod.ts";
import { follow, giveUp } from "../dashboard/page/board.ts";

/** A command of one's own, beside the shell and its programs. */
const greet: ScriptedCommand = {
  matches: ([name]) => name === "greet",
  async run({ argv, stdout }) {
    await stdout.getWriter().write(`Hello ${argv[1] ?? "you"}, from a page without a server\n`);
  },
};

async function run(): Promise<void> {
  // A person is there: time passes as it does for them.
  await using simulation = await simulate({ clock: systemClock, commands: [greet] });
  const { client } = simulation;
  const source = { type: "image", alias: "busybox" } as const;
  const web = await client.instances.create({ name: "web", source, start: true });
  await web.files.write("/etc/motd", "Nothing of this is real\n");
  await client.instances.create({ name: "db", source });
  await follow(client);
}

run().catch(giveUp);
