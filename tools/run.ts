/**
 * Runs `deno` with an `@std` that resolves here: `deno run -A tools/run.ts test -A tests/unit`.
 *
 * @module
 */

import { stdFlags } from "./std.ts";

const [command, ...args] = Deno.args;
if (!command) throw new Error("Cannot run deno: no command is given");
const child = new Deno.Command(Deno.execPath(), { args: [command, ...await stdFlags(), ...args] });
Deno.exit((await child.spawn().status).code);
