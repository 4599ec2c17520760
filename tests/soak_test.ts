/**
 * A minute of the soak, half of it against each server: see `bench/soak.ts`.
 *
 * @module
 */

import { assert, assertGreater } from "@std/assert";
import { findObstacle, serverKinds } from "./kit/daemon.ts";
import { stdFlags } from "../tools/std.ts";

const SECONDS = 30;

for (const kind of serverKinds) {
  const ignore = findObstacle(kind) !== undefined;
  Deno.test(
    { name: `[${kind}] mixed work leaves nothing behind and loses nothing`, ignore },
    async () => {
      const program = new URL("../bench/soak.ts", import.meta.url).pathname;
      const flags = ["run", "--no-lock", "-A", "--v8-flags=--expose-gc", ...await stdFlags()];
      const args = [...flags, program, `--seconds=${SECONDS}`, `--server=${kind}`];
      const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), { args })
        .output();
      const text = new TextDecoder().decode(stdout);
      assert(success, text + new TextDecoder().decode(stderr));
      const { rounds } = JSON.parse(text) as { rounds: Record<string, number> };
      assertGreater(Object.keys(rounds).length, 10);
    },
  );
}
