/**
 * A program that connects and says how that went: `deno run -A try_connect.ts OPTIONS`, where OPTIONS are
 * those of `connect()` in JSON.
 *
 * @module
 */

import { connect } from "../../mod.ts";

let outcome = "connected";
try {
  await using _ = await connect(JSON.parse(Deno.args[0]!));
} catch (error) {
  outcome = String(error);
}
await Deno.stdout.write(new TextEncoder().encode(outcome));
