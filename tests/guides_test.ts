/**
 * The scripts of the guides for other runtimes, run in their order by one who copies them.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Api } from "./kit/api.ts";
import type { Daemon } from "./kit/daemon.ts";
import { npmProject, withoutNpm } from "./kit/npm_project.ts";
import { type RuntimeName, runtimePath } from "./kit/runtimes.ts";
import { onlyServer } from "./kit/servers.ts";
import { imageAlias } from "./kit/setup.ts";
import { daemonTest } from "./kit/suite.ts";
import { trustedAccess } from "./kit/trust.ts";

interface Guide {
  runtime: RuntimeName;
  /** What each of its scripts prints. */
  prints: Record<string, RegExp>;
}

const node = {
  "list.mjs": /^web Running\n$/,
  "failures.mjs": /^socket-missing Cannot reach unix:\/nowhere\/unix.socket: no such socket/,
  "backup.mjs": /^0\n(.*\n)*etc\/passwd\n/,
  "sort.mjs": /^a\nb\n$/,
  "remote.mjs": /^true\n$/,
};

const guides: Record<string, Guide[]> = {
  "node.md": [
    { runtime: "node20", prints: node },
    { runtime: "node24", prints: { ...node, "list24.mjs": /^\[ 'web' \]\n$/ } },
  ],
  "bun.md": [{
    runtime: "bun",
    prints: {
      "first.ts": /^0 web\n/,
      "files.ts": /^hello from bun\n/,
      "remote.ts": /^true\n$/,
    },
  }],
};

/** The scripts of a guide, by the names that it gives them. */
async function readScripts(guide: string): Promise<Map<string, string>> {
  const text = await Deno.readTextFile(new URL(`../docs/${guide}`, import.meta.url));
  const named = text.matchAll(/^`([\w.]+)`[^`]*?:\n\n```(?:js|ts)\n([^]*?)^```$/gm);
  const scripts = new Map(named.map(([, name, script]) => [name!, script!]));
  assertEquals(scripts.size, text.matchAll(/^```(js|ts)$/gm).toArray().length, guide);
  return scripts;
}

async function prepare(daemon: Daemon, folder: string): Promise<string> {
  using api = new Api(daemon.socket);
  const source = { type: "image", alias: imageAlias };
  await api.request("POST", "/1.0/instances", { body: { name: "web", source } });
  await api.request("PUT", "/1.0/instances/web/state", { body: { action: "start" } });
  const { url, cert, key, serverCert } = await trustedAccess(daemon);
  const files = { "client.crt": cert, "client.key": key, "server.crt": serverCert };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${folder}/${name}`, text);
  }
  return url;
}

async function runGuides(daemon: Daemon): Promise<void> {
  const folder = await npmProject("guides");
  const url = await prepare(daemon, folder);
  const env = onlyServer(daemon);
  for (const [guide, runs] of Object.entries(guides)) {
    const scripts = await readScripts(guide);
    const untold = new Set(scripts.keys());
    for (const { runtime, prints } of runs) {
      const command = await runtimePath(runtime);
      for (const [name, expected] of Object.entries(prints)) {
        const script = scripts.get(name)!.replace("https://10.0.0.5:8443", url);
        await Deno.writeTextFile(`${folder}/${name}`, script);
        const child = new Deno.Command(command, { args: [name], cwd: folder, env });
        const { success, stdout, stderr } = await child.output();
        const printed = new TextDecoder().decode(stdout);
        const errors = new TextDecoder().decode(stderr);
        const fits = expected.test(printed);
        assertEquals({ name, success, errors, printed, fits }, {
          ...{ name, success: true, errors: "", printed, fits: true },
        });
        untold.delete(name);
      }
    }
    assertEquals([...untold], [], guide);
  }
}

if (withoutNpm) Deno.test.ignore("The scripts of the guides run", () => {});
else daemonTest("The scripts of the guides run", runGuides);
