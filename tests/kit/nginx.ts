/**
 * Debian's nginx as a reverse proxy, configured as `docs/browsers.md` says.
 *
 * @module
 */

import { makeCertificate } from "./trust.ts";
import { freePort, untilAnswers } from "./port.ts";

const path = "/usr/sbin/nginx";

/** Whether nginx is missing; said once. */
export const withoutNginx: boolean = await Deno.stat(path).then(() => false, () => true);

// deno-lint-ignore no-console
if (withoutNginx) console.log(`Skipped the tests behind a reverse proxy: there is no ${path}`);

/** A reverse proxy that runs. */
export interface ReverseProxy extends AsyncDisposable {
  /** The origin of the page, which is empty, and of the daemon behind the path `/lxd/`. */
  origin: string;
  /** The one user that it knows. */
  user: { username: string; password: string };
}

/** The configuration of the documentation, for a daemon and a port on this machine. */
async function siteFor(socket: string, port: number, folder: string): Promise<string> {
  const docs = new URL("../../docs/browsers.md", import.meta.url);
  const [, site] = /^```nginx\n([^]*?)^```$/m.exec(await Deno.readTextFile(docs))!;
  return site!
    .replace("listen 443", `listen 127.0.0.1:${port}`)
    .replace("/var/lib/incus/unix.socket", socket)
    .replaceAll("/etc/nginx", folder).replace("/srv/page", folder);
}

/** Puts a reverse proxy before the Unix socket of a daemon. */
export async function startNginx(socket: string): Promise<ReverseProxy> {
  const folder = await Deno.makeTempDir({ prefix: "lxkit-nginx-" });
  await Deno.chmod(folder, 0o755);
  const port = freePort();
  const user = { username: "ada", password: crypto.randomUUID() };
  const { cert, key } = await makeCertificate({ name: "page", address: "127.0.0.1" });
  const files = {
    "page.crt": cert,
    "page.key": key,
    "users": `${user.username}:{PLAIN}${user.password}\n`,
    "index.html": "<!doctype html><title>page</title>\n",
    "nginx.conf": [
      "daemon off; user root; worker_processes 1; pid nginx.pid; error_log stderr crit;",
      "events { worker_connections 4096; }",
      "http {",
      "access_log off; gzip on; gzip_proxied any; gzip_min_length 1; gzip_types application/json;",
      await siteFor(socket, port, folder),
      "}",
    ].join("\n"),
  };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${folder}/${name}`, text);
  }
  const args = ["-p", folder, "-c", "nginx.conf", "-e", "stderr"];
  const child = new Deno.Command(path, { args }).spawn();
  const stop = async () => {
    child.kill("SIGTERM");
    await child.status;
    await Deno.remove(folder, { recursive: true });
  };
  try {
    await untilAnswers(port, 100);
  } catch (cause) {
    await stop();
    throw new Error("Cannot start nginx", { cause });
  }
  return { origin: `https://127.0.0.1:${port}`, user, [Symbol.asyncDispose]: stop };
}
