/**
 * Projects that have the package from npm as their users have it: each one is built where it has to be,
 * run, and tells which instances a real server has.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Api } from "../kit/api.ts";
import { openPage, withoutChromium } from "../kit/chromium.ts";
import { npmProject, withoutNpm } from "../kit/npm_project.ts";
import { runtimePath } from "../kit/runtimes.ts";
import { presentServers, type SharedServer } from "../kit/servers.ts";
import { imageAlias, removeInstances } from "../kit/setup.ts";

const servers = presentServers();

interface Project {
  /** Its folder, with the files of `tests/consumers` and with the packages. */
  folder: string;
  /** Runs a program in it, and gives what it printed. */
  run(command: string, args: string[], env?: Record<string, string>): Promise<string>;
}

/** Registers a test of a project; `use` gives all that it told of a server, as JSON. */
function consumerTest(
  name: string,
  packages: string[],
  use: (project: Project, server: SharedServer) => Promise<string[]>,
  options: { ignore?: boolean } = {},
): void {
  const ignore = withoutNpm || servers.length === 0 || options.ignore;
  Deno.test({ name: `A project is run: ${name}`, ignore }, async () => {
    const folder = await npmProject(name, packages);
    const source = new URL(`${name}/`, import.meta.url);
    for await (const { name: file } of Deno.readDir(source)) {
      await Deno.copyFile(new URL(file, source), `${folder}/${file}`);
    }
    for (const server of servers) {
      const instance = `consumer-${crypto.randomUUID().slice(0, 8)}`;
      using api = new Api(server.socket);
      const image = { type: "image", alias: imageAlias };
      await api.request("POST", "/1.0/instances", { body: { name: instance, source: image } });
      try {
        for (const told of await use({ folder, run: run(folder) }, server)) {
          const names: string[] = JSON.parse(told);
          assertEquals(names.filter((it) => it === instance), [instance]);
        }
      } finally {
        await removeInstances(api, [instance]);
      }
    }
  });
}

function run(cwd: string): Project["run"] {
  return async (command, args, env = {}) => {
    const process = new Deno.Command(command, { args, cwd, env: { ...env, NO_COLOR: "1" } });
    const { success, stdout, stderr } = await process.output();
    const decoder = new TextDecoder();
    if (success) return decoder.decode(stdout);
    throw new Error(
      `Cannot ${command} ${args[0]}: ${decoder.decode(stderr)}${decoder.decode(stdout)}`,
    );
  };
}

/** The variable that names a server as the local one; none but its own is read of this machine. */
function local({ kind, socket }: SharedServer): Record<string, string> {
  return { [`${kind.toUpperCase()}_SOCKET`]: socket, HOME: "/nowhere" };
}

/** Serves a folder and, under /1.0, a server from one origin. */
function serve(folder: string, { socket }: SharedServer): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname, search } = new URL(request.url);
    if (pathname.startsWith("/1.0")) {
      using client = Deno.createHttpClient({ proxy: { transport: "unix", path: socket } });
      const response = await fetch(`http://127.0.0.1${pathname}${search}`, { client });
      return Response.json(await response.json());
    }
    const file = pathname === "/" ? "/index.html" : pathname;
    const type = file.endsWith(".js") ? "text/javascript" : "text/html";
    const body = await Deno.readFile(`${folder}${file}`).catch(() => null);
    return new Response(body, { status: body ? 200 : 404, headers: { "content-type": type } });
  });
}

consumerTest("node_js", [], async ({ run }, server) => {
  const runtimes = await Promise.all((["node20", "node22", "node24"] as const).map(runtimePath));
  return await Promise.all(runtimes.map((it) => run(it, ["main.js"], local(server))));
});

const compilers = ["typescript@5.9", "typescript@7"].map((it) =>
  `${it.replace(/\W/g, "_")}@npm:${it}`
);

consumerTest("node_ts", ["@types/node@22", ...compilers], async ({ run }, server) => {
  const node = await runtimePath("node22");
  const told: string[] = [];
  for (const compiler of compilers) {
    await run(node, [`node_modules/${compiler.split("@")[0]}/bin/tsc`]);
    told.push(await run(node, ["out/main.js"], local(server)));
  }
  return told;
});

consumerTest("deno", [], async ({ run }, server) => {
  const flags = ["--no-lock", "--no-config", "--node-modules-dir=manual", "-A"];
  return [await run(Deno.execPath(), ["run", ...flags, "main.ts"], local(server))];
});

consumerTest("bun", [], async ({ run }, server) => {
  return [await run(await runtimePath("bun"), ["main.ts"], local(server))];
});

consumerTest("vite", ["vite@8"], async ({ folder, run }, server) => {
  await run(`${folder}/node_modules/.bin/vite`, ["build", "--logLevel=warn"]);
  await using site = serve(`${folder}/dist`, server);
  await using opened = await openPage();
  await opened.page.goto(`http://127.0.0.1:${site.addr.port}/`);
  await opened.page.waitForFunction("document.title !== 'Instances'");
  assertEquals(opened.words, []);
  return [await opened.page.title()];
}, { ignore: withoutChromium });

consumerTest("worker", ["esbuild", "miniflare@4"], async ({ folder, run }, { socket }) => {
  const flags = ["--bundle", "--format=esm", "--platform=browser", "--outfile=worker.js"];
  await run(`${folder}/node_modules/.bin/esbuild`, ["worker.ts", "--target=es2022", ...flags]);
  return [await run(await runtimePath("node22"), ["run.cjs", socket])];
});
