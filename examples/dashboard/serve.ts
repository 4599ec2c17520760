/**
 * A dashboard of the local LXD or Incus in the browser: its instances live, with a terminal.
 *
 *     deno task example examples/dashboard/serve.ts
 *
 * The page talks to the daemon itself: what is here serves the page and passes `/1.0` on to the
 * daemon's socket, whose power is that of root. So it listens on loopback, for those who have the
 * key in the address that it prints, and for its own page alone.
 *
 * @module
 */
// deno-lint-ignore-file no-console

import { connect } from "../../mod.ts";
import { isPathOfApi, passOn, refuse } from "../relay.ts";
import { pageFiles } from "./files.ts";

const key = crypto.randomUUID();
const files = await pageFiles();
await using client = await connect();

const server = Deno.serve({
  hostname: "127.0.0.1",
  port: Number(Deno.args[0] ?? 8000),
  onListen: ({ port }) => console.log(`Open http://127.0.0.1:${port}/?key=${key}`),
  onError: (error) => refuse(502, String(error)),
}, answer);
const origin = `http://127.0.0.1:${server.addr.port}`;
// Cookies belong to a host with all its ports.
const cookie = `dashboard-${server.addr.port}=${key}`;

/** Why a request is turned away: names bound anew, other sites, other users, all but the API. */
function findObstacle({ url, headers }: Request): string | undefined {
  if (new URL(url).origin !== origin) return "another host";
  if ((headers.get("origin") ?? origin) !== origin) return "another origin";
  if (!["same-origin", "none"].includes(headers.get("sec-fetch-site") ?? "none")) return "a link";
  if (!headers.get("cookie")?.split("; ").includes(cookie)) return "no key";
  if (!isPathOfApi(new URL(url))) return "no path of the API";
}

async function answer(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  if (searchParams.get("key") === key) {
    const headers = { location: "/", "set-cookie": `${cookie}; HttpOnly; SameSite=Strict` };
    return new Response(null, { status: 303, headers });
  }
  const file = files[pathname];
  if (file) return file();
  const obstacle = findObstacle(request);
  return obstacle ? refuse(403, obstacle) : await passOn(client.connector, request);
}

await server.finished;
