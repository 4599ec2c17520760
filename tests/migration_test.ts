/**
 * Runs every line of `docs/migration.md` against real daemons. The page is written by
 * `tools/migration.ts` from the very same code.
 *
 * @module
 */
// deno-lint-ignore-file no-console

import { connect } from "../mod.ts";
import { daemonTest } from "./kit/suite.ts";
import { trustedAccess } from "./kit/trust.ts";
import { sections } from "./migration/all.ts";

daemonTest("Every line of the migration page runs", async (daemon) => {
  const variable = daemon.kind === "lxd" ? "LXD_SOCKET" : "INCUS_SOCKET";
  Deno.env.set(variable, daemon.socket);
  try {
    const access = await trustedAccess(daemon);
    await using client = await connect({ socket: daemon.socket });
    for (const { title, run } of sections) {
      const idle = await run({ daemon, client, access });
      for (const line of idle) console.log(`${daemon.kind}: ${title}: compiled only: ${line}`);
    }
  } finally {
    Deno.env.delete(variable);
  }
});
