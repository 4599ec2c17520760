/**
 * Runs the conformance cases on Deno, over the Unix sockets of the shared daemons.
 *
 * @module
 */

import { connect } from "../mod.ts";
import { cases } from "./kit/case.ts";
import { registerCases } from "./kit/suite.ts";

const folder = new URL("conformance/", import.meta.url);
const modules = Array.from(Deno.readDirSync(folder), (entry) => entry.name).sort();
for (const name of modules) await import(new URL(name, folder).href);

await registerCases(cases, ({ socket }) => connect({ socket }), { way: "Unix socket" });
