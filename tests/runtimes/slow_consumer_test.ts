/**
 * What much data costs on other runtimes, measured on a process of its own.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { ConnectOptions } from "../../mod.ts";
import { Api } from "../kit/api.ts";
import { npmProject, withoutNpm } from "../kit/npm_project.ts";
import { type RuntimeName, runtimePath } from "../kit/runtimes.ts";
import { presentServers, type SharedServer } from "../kit/servers.ts";
import { imageAlias, removeInstances } from "../kit/setup.ts";
import { trustedAccess } from "../kit/trust.ts";

const BYTES = 384 * 1024 * 1024;
/** What the runtimes take before anything is read, and as much again as they let lie before they tidy up. */
const MOST_MIB = 160;

const program = new URL("slow_consumer.js", import.meta.url);
const servers = presentServers();

function test(
  runtime: RuntimeName,
  way: string,
  access: (server: SharedServer) => ConnectOptions | Promise<ConnectOptions>,
): void {
  const title = `A slow consumer and a large file cost little memory on ${runtime} by ${way}`;
  Deno.test({ name: title, ignore: withoutNpm || servers.length === 0 }, async () => {
    const folder = await npmProject("slow_consumer");
    await Deno.copyFile(program, `${folder}/main.js`);
    for (const server of servers) {
      const name = `heavy-${crypto.randomUUID().slice(0, 8)}`;
      using api = new Api(server.socket);
      const source = { type: "image", alias: imageAlias };
      await api.request("POST", "/1.0/instances", { body: { name, source } });
      await api.request("PUT", `/1.0/instances/${name}/state`, { body: { action: "start" } });
      try {
        const plan = { access: await access(server), name, bytes: BYTES };
        await Deno.writeTextFile(`${folder}/plan.json`, JSON.stringify(plan));
        const command = new Deno.Command(await runtimePath(runtime), {
          args: ["main.js", "plan.json"],
          cwd: folder,
        });
        const { success, stdout, stderr } = await command.output();
        assert(success, new TextDecoder().decode(stderr));
        const { peakMiB, ...rest } = JSON.parse(new TextDecoder().decode(stdout));
        assertEquals(rest, { code: 0, read: BYTES, written: BYTES });
        assert(peakMiB < MOST_MIB, `Cannot stay below ${MOST_MIB} MiB: it took ${peakMiB}`);
      } finally {
        await removeInstances(api, [name]);
      }
    }
  });
}

for (const runtime of ["node22", "bun"] as const) {
  test(runtime, "Unix socket", ({ socket }) => ({ socket }));
  test(runtime, "HTTPS", trustedAccess);
}
