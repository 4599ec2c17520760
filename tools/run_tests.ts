import { stdFlags } from "./std.ts";

const args = ["test", "-A", ...await stdFlags(), ...Deno.args];
Deno.exit((await new Deno.Command(Deno.execPath(), { args }).spawn().status).code);
