/**
 * The README's scripts, run in their order by one who copies them.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { toText } from "@std/streams";
import * as entry from "../mod.ts";
import { Api } from "./kit/api.ts";
import { imageAlias } from "./kit/setup.ts";
import type { Daemon } from "./kit/daemon.ts";
import { onlyServer } from "./kit/servers.ts";
import { daemonTest } from "./kit/suite.ts";
import { trustedAccess } from "./kit/trust.ts";
import { temporary } from "./unit/connectors/deno_kit.ts";

const root = new URL("../", import.meta.url);
const readme = await Deno.readTextFile(new URL("README.md", root));
const scripts = Array.from(readme.matchAll(/^```ts\n([^]*?)^```$/gm), ([, script]) => script!);

const { exports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));

/** The script for a machine that has this repository, and no image but that of the kit. */
function adapt(script: string): string {
  return script
    .replaceAll(/"@lxkit\/client(\/\w+)?"/g, (_, entry = "") => {
      return JSON.stringify(new URL(exports[`.${entry}`], root));
    })
    .replace(/source: \{[^}]*\}/, `source: { type: "image", alias: "${imageAlias}" }`);
}

daemonTest("The README's scripts run", async (daemon) => {
  await using directory = await temporary();
  using api = new Api(daemon.socket);
  const env = {
    ...onlyServer(daemon),
    [`${daemon.kind.toUpperCase()}_CONF`]: directory.path,
  };
  await writeRemote(daemon, directory.path);
  await Deno.mkdir(`${directory.path}/site`);
  await Deno.writeTextFile(`${directory.path}/site/index.html`, "<h1>Hello</h1>\n");
  const printed: string[] = [];
  for (const script of scripts) {
    const file = `${directory.path}/first.ts`;
    await Deno.writeTextFile(file, adapt(script));
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-qA", "--config", config, file, await issueToken(daemon)],
      cwd: directory.path,
      env,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      signal: AbortSignal.timeout(60_000),
    }).spawn();
    const endless = script.includes("client.events(");
    const [stdout, stderr] = await Promise.all([
      endless ? firstLine(child, () => change(api)) : toText(child.stdout),
      toText(child.stderr),
    ]);
    const { success, signal } = await child.status;
    assertEquals({ script, stderr, ended: success || signal === "SIGTERM" && endless }, {
      script,
      stderr: "",
      ended: true,
    });
    printed.push(stdout);
  }
  const all = printed.join("");
  const signs = ["0 Linux first ", "Running {", "false 1 ls: /nowhere:", "a\nb\n", "hello\n"];
  for (const sign of [...signs, "instance-updated /1.0/instances/web"]) {
    assertStringIncludes(all, sign);
  }
});

daemonTest("The README's first script runs as a bundle", async (daemon) => {
  await using directory = await temporary();
  const command = "deno bundle --code-splitting --outdir dist first.ts";
  assertStringIncludes(readme, `\n${command}\ndeno run -A dist/first.js\n`);
  await Deno.writeTextFile(`${directory.path}/first.ts`, adapt(scripts[0]!));
  const deno = async (...args: string[]) => {
    const options = { args, cwd: directory.path, env: onlyServer(daemon) };
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), options).output();
    assertEquals(success, true, new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout);
  };
  const [, bundle, ...args] = command.split(" ");
  await deno(bundle!, "--config", config, ...args);
  assertStringIncludes(await deno("run", "-A", "dist/first.js"), "0 Linux first ");
});

const config = new URL("deno.json", root).pathname;

/** The configuration of one who added the daemon as the remote `production`. */
async function writeRemote(daemon: Daemon, folder: string): Promise<void> {
  const { url, cert, key, serverCert } = await trustedAccess(daemon);
  const remote = `{addr: "${url}", protocol: ${daemon.kind}, public: false}`;
  await Deno.mkdir(`${folder}/servercerts`);
  const files = {
    "config.yml": `default-remote: local\nremotes: {production: ${remote}}\n`,
    "client.crt": cert,
    "client.key": key,
    "servercerts/production.crt": serverCert,
  };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${folder}/${name}`, text);
  }
}

/** A token by which one client can join. */
async function issueToken(daemon: Daemon): Promise<string> {
  await using client = await entry.connect({ socket: daemon.socket });
  return (await client.certificates.createToken({ name: crypto.randomUUID() })).text;
}

/** Something that an event tells of. */
async function change(api: Api): Promise<void> {
  const body = { config: { "user.changed": crypto.randomUUID() } };
  await api.request("PATCH", "/1.0/instances/web", { body });
}

/** What an endless script prints first, while `cause` is called again and again; ends the script. */
async function firstLine(child: Deno.ChildProcess, cause: () => Promise<void>): Promise<string> {
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const line = reader.read().then(({ value }) => value ?? "the script ended");
  let seen: string | undefined;
  while (seen === undefined) seen = await Promise.race([line, cause().then(() => undefined)]);
  child.kill();
  await reader.cancel();
  return seen;
}

Deno.test("The README names every class of error, and no other", () => {
  const { LxkitError, ...rest } = entry;
  const isError = (it: unknown) => typeof it === "function" && it.prototype instanceof LxkitError;
  const classes = Object.entries(rest).filter(([, it]) => isError(it)).map(([name]) => name);
  const rows = Array.from(readme.matchAll(/^\| `(\w+Error)` /gm), ([, name]) => name);
  assertEquals(rows.toSorted(), classes.toSorted());
});
