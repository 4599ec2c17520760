/**
 * A worker of the edge: workerd, with a binding to a server.
 *
 * @module
 */

import workerd, { compatibilityDate } from "workerd";
import type { HttpsAccess } from "./trust.ts";
import { freePort, untilAnswers } from "./port.ts";

/** A worker that runs. */
export interface Worker extends AsyncDisposable {
  /** Where it answers. */
  url: string;
}

/** What a worker is made of. */
export interface WorkerOptions {
  /** Its script. */
  script: string;
  /** The server that its binding `SERVER` leads to, by a client certificate. */
  server?: HttpsAccess;
  /** What its other bindings hold, as JSON. */
  env?: Record<string, unknown>;
}

/** Starts a worker. */
export async function startWorker({ script, server, env = {} }: WorkerOptions): Promise<Worker> {
  const folder = await Deno.makeTempDir({ prefix: "lxkit-workerd-" });
  const port = freePort();
  const files = {
    "worker.js": script,
    ...server && certificatesOf(server),
    ...Object.fromEntries(
      Object.entries(env).map(([name, value]) => [`${name}.json`, JSON.stringify(value)]),
    ),
    "config.capnp": configOf(port, server, Object.keys(env)),
  };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${folder}/${name}`, text, { mode: 0o600 });
  }
  const command = new Deno.Command(pathOf(workerd), {
    args: ["serve", "config.capnp"],
    cwd: folder,
  });
  const child = command.spawn();
  const stop = async () => {
    child.kill();
    await child.status;
    await Deno.remove(folder, { recursive: true });
  };
  try {
    await untilAnswers(port, 200);
  } catch (cause) {
    await stop();
    throw new Error("Cannot start workerd", { cause });
  }
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: stop };
}

function certificatesOf({ cert, key, serverCert }: HttpsAccess): Record<string, string> {
  return { "client.crt": cert, "client.key": key, "server.crt": serverCert };
}

function serviceOf({ url }: HttpsAccess): string {
  return `( name = "server",
    external = (
      address = "${new URL(url).host}",
      https = (
        options = (),
        tlsOptions = (
          keypair = ( privateKey = embed "client.key", certificateChain = embed "client.crt" ),
          trustedCertificates = [ embed "server.crt" ],
        ),
      ),
    ),
  ),`;
}

function configOf(port: number, server: HttpsAccess | undefined, names: string[]): string {
  const bindings = names.map((name) => `( name = "${name}", json = embed "${name}.json" ),`);
  if (server) bindings.push('( name = "SERVER", service = "server" ),');
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    ( name = "main",
      worker = (
        modules = [ ( name = "worker", esModule = embed "worker.js" ) ],
        compatibilityDate = "${compatibilityDate}",
        bindings = [ ${bindings.join(" ")} ],
      ),
    ),
    ( name = "internet", network = ( allow = ["local"] ) ),
    ${server ? serviceOf(server) : ""}
  ],
  sockets = [ ( name = "http", address = "127.0.0.1:${port}", http = (), service = "main" ) ],
);
`;
}

/** The path of the executable: the package gives it in the manner of CommonJS. */
function pathOf(module: unknown): string {
  return typeof module === "string" ? module : (module as { default: string }).default;
}
