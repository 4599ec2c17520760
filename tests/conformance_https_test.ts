/**
 * Runs the conformance cases on Deno, over HTTPS with a pinned server.
 *
 * @module
 */

import { connect } from "../mod.ts";
import { cases } from "./kit/case.ts";
import { registerCases } from "./kit/suite.ts";
import { type HttpsAccess, trustedAccess } from "./kit/trust.ts";
import { unfitOverHttps } from "./kit/unfit.ts";

const folder = new URL("conformance/", import.meta.url);
const modules = Array.from(Deno.readDirSync(folder), (entry) => entry.name).sort();
for (const name of modules) await import(new URL(name, folder).href);

const accesses = new Map<string, Promise<HttpsAccess>>();

for (const [name, reason] of Object.entries(unfitOverHttps)) {
  // deno-lint-ignore no-console
  console.log(`Not over HTTPS: "${name}": ${reason}`);
  if (!cases.some((it) => it.name === name)) throw new Error(`Cannot leave out "${name}": no case`);
}

await registerCases(
  cases.filter(({ name }) => !(name in unfitOverHttps)),
  async (server) => {
    const known = accesses.get(server.kind) ?? trustedAccess(server);
    accesses.set(server.kind, known);
    return await connect(await known);
  },
  "HTTPS",
);
