/**
 * Runs the conformance cases on Deno, over HTTPS with a pinned server.
 *
 * @module
 */

import { connect } from "../mod.ts";
import { cases } from "./kit/case.ts";
import { registerCases } from "./kit/suite.ts";
import { type HttpsAccess, trustedAccess } from "./kit/trust.ts";
import { unfitOverHttps } from "./kit/case_choice.ts";

const folder = new URL("conformance/", import.meta.url);
const modules = Array.from(Deno.readDirSync(folder), (entry) => entry.name).sort();
for (const name of modules) await import(new URL(name, folder).href);

const accesses = new Map<string, Promise<HttpsAccess>>();

await registerCases(
  cases,
  async (server) => {
    const known = accesses.get(server.kind) ?? trustedAccess(server);
    accesses.set(server.kind, known);
    return await connect(await known);
  },
  { way: "HTTPS", unfit: unfitOverHttps },
);
