/**
 * Connections that are kept for what comes next let a program end that never closes its client.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { npmProject, withoutNpm } from "../kit/npm_project.ts";
import { runtimePath } from "../kit/runtimes.ts";
import { presentServers } from "../kit/servers.ts";
import { trustedAccess } from "../kit/trust.ts";

const script = `
  import { connect } from "@lxkit/client";
  const client = await connect(JSON.parse(process.argv[2]));
  await Promise.all([1, 2, 3].map(() => client.profiles.list()));
  console.log((await client.profiles.list()).some(({ name }) => name === "default"));
`;
const servers = presentServers();

Deno.test({
  name: "Other runtimes end while connections are idle",
  ignore: withoutNpm || servers.length === 0,
}, async () => {
  const project = await npmProject("idle");
  await Deno.writeTextFile(`${project}/main.js`, script);
  for (const server of servers) {
    const ways = { "Unix socket": { socket: server.socket }, HTTPS: await trustedAccess(server) };
    for (const [way, access] of Object.entries(ways)) {
      for (const runtime of ["node20", "node22", "node24", "bun"] as const) {
        const { code, signal, stdout, stderr } = await new Deno.Command(
          await runtimePath(runtime),
          {
            args: ["main.js", JSON.stringify(access)],
            cwd: project,
            signal: AbortSignal.timeout(30_000),
          },
        ).output();
        const [printed, words] = [stdout, stderr].map((it) => new TextDecoder().decode(it));
        assertEquals(
          [code, signal, printed, words],
          [0, null, "true\n", ""],
          `${server.kind} ${runtime} ${way}`,
        );
      }
    }
  }
});
