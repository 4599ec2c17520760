/**
 * The README's table of permissions: with what a row names all kinds of work go through, and without
 * any part of it none does.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { ConnectionFailure } from "../mod.ts";
import { Api } from "./kit/api.ts";
import { uniqueName } from "./kit/case.ts";
import type { ServerKind } from "./kit/daemon.ts";
import type { SharedServer } from "./kit/servers.ts";
import { imageAlias, removeInstances } from "./kit/setup.ts";
import { serverTest } from "./kit/suite.ts";
import { trustedAccess } from "./kit/trust.ts";
import { runDeno, temporary } from "./unit/connectors/deno_kit.ts";

const root = new URL("../", import.meta.url);
const readme = await Deno.readTextFile(new URL("README.md", root));

/** The permissions that the README's row of this way names, each value by itself. */
function permissions(way: string, values: Record<string, string> = {}): string[] {
  const cell = readme.split("\n").find((line) => line.startsWith(`| ${way} `))!.split("|")[2]!;
  const flags = cell.matchAll(/--[^\s`]+/g).flatMap(([flag]) => {
    const [name, list = ""] = flag.split("=");
    return list.split(",").map((value) => `${name}=${value}`);
  });
  return Array.from(flags, (flag) => {
    return Object.entries(values).reduce((text, [word, value]) => text.replace(word, value), flag);
  });
}

/** A script that does every kind of work through `connection`, an expression. */
function script(connection: string, work = ""): string {
  return `
    import { connect } from "${new URL("mod.ts", root)}";
    import { webConnector } from "${new URL("src/connectors/web.ts", root)}";
    try {
      await using client = await connect(${connection});
      ${work}
      console.log(JSON.stringify("done"));
    } catch (error) {
      console.log(JSON.stringify([error.name, error.reason]));
    }
  `;
}

/** Work that takes requests, WebSockets and streams. */
function allWork(name: string): string {
  return `
    await using events = client.events();
    await events.opened;
    const source = { type: "image", alias: "${imageAlias}" };
    const it = await client.instances.create({ name: "${name}", start: true, source });
    await it.exec(["cat"], { stdin: "x" });
    await it.files.write("/x", "x");
    await it.files.read("/x");
    await it.stop({ force: true });
    await it.delete();
  `;
}

/** How a script is run, and what it is to say of a missing permission. */
interface CheckOptions {
  /** The environment. */
  env?: Record<string, string>;
  /** Flags of Deno that are no permissions. */
  more?: string[];
  /** The `reason` of the error. */
  reason?: ConnectionFailure;
}

/** Runs the script with all flags, and with all but each one of them. */
async function check(source: string, flags: string[], options: CheckOptions = {}): Promise<void> {
  const { env, more = [], reason = "missing-permission" } = options;
  assert(flags.length > 0);
  const run = async (flags: string[]) => {
    const all = [...more, ...flags];
    const { output } = await runDeno(source, { flags: all, env });
    try {
      return JSON.parse(output);
    } catch {
      throw new Error(`Cannot read what the script printed with ${all.join(" ")}: ${output}`);
    }
  };
  assertEquals(await run(flags), "done", flags.join(" "));
  for (const flag of flags) {
    const rest = flags.filter((other) => other !== flag);
    assertEquals(await run(rest), ["ConnectionError", reason], `without ${flag}`);
  }
}

/** Registers a test for each of the shared daemons. */
function permissionTest(
  way: string,
  fn: (server: SharedServer, way: string, name: string) => Promise<void>,
  kinds?: readonly ServerKind[],
): void {
  serverTest(`The permissions of ${way} are enough, and the least`, async (server) => {
    const name = uniqueName("permitted");
    try {
      await fn(server, way, name);
    } finally {
      using api = new Api(server.socket);
      await removeInstances(api, [name]);
    }
  }, kinds);
}

permissionTest('`webConnector({ url: "https://HOST:PORT" })`', async (server, way) => {
  const { httpsPort, home } = server;
  const flags = permissions(way, { HOST: "127.0.0.1", PORT: String(httpsPort) });
  const source = script(
    `{ connector: webConnector({ url: "https://127.0.0.1:${httpsPort}" }) }`,
  );
  // What the platform's `fetch` hides is not told: the message is Deno's own.
  await check(source, flags, { more: ["--cert", `${home}/server.crt`], reason: "unreachable" });
});

permissionTest('`connect({ url: "https://HOST:PORT" })`', async (server, way, name) => {
  const access = await trustedAccess(server);
  const flags = permissions(way, { HOST: "127.0.0.1", PORT: String(server.httpsPort) });
  await check(script(JSON.stringify(access), allWork(name)), flags);
});

const bySocket = '`connect({ socket: "SOCKET" })`';
permissionTest(bySocket, async ({ socket }, way, name) => {
  const flags = permissions(way, { SOCKET: socket });
  await check(script(JSON.stringify({ socket }), allWork(name)), flags);
});

const local = "`connect()`";
permissionTest(local, async ({ kind, socket, home }, way, name) => {
  const flags = [...permissions(bySocket, { SOCKET: socket }), ...permissions(way)];
  const env = { [`${kind.toUpperCase()}_DIR`]: home };
  await check(script("", allWork(name)), flags, { env });
});

permissionTest(`${local}, where \`incus-user\` serves the caller`, async (server, way, name) => {
  await using directory = await temporary();
  const socket = `${directory.path}/unix.socket.user`;
  // The same socket under the name by which that of incus-user is told.
  await Deno.link(server.socket, socket);
  const flags = [
    ...permissions(bySocket, { SOCKET: socket }),
    ...permissions(local),
    ...permissions(way),
  ];
  const env = { INCUS_DIR: directory.path };
  await check(script('{ project: "default" }', allWork(name)), flags, { env });
}, ["incus"]);
