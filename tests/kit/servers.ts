/**
 * The daemons that a whole test run shares. The runner boots them and names them in the environment.
 *
 * @module
 */

import { Api } from "./api.ts";
import { findObstacle, type ServerKind, serverKinds, startDaemon } from "./daemon.ts";

/** What the tests are told about a shared daemon. */
export interface SharedServer {
  /** Which server it is. */
  kind: ServerKind;
  /** Its Unix socket. */
  socket: string;
  /** The port of 127.0.0.1 that its HTTPS listens on. */
  httpsPort: number;
  /** The daemon's own folder, with its certificate `server.crt`. */
  home: string;
}

/** A server that this run has to do without. */
export interface MissingServer {
  /** Which server it is. */
  kind: ServerKind;
  /** Why it is missing. */
  reason: string;
}

const variable = "LXKIT_TEST_SERVERS";
const unprepared = "tests of a daemon run through `deno task test`";

/** The shared daemons, and those that are missing. */
export function sharedServers(): (SharedServer | MissingServer)[] {
  const text = Deno.env.get(variable);
  if (text) return JSON.parse(text);
  return serverKinds.map((kind) => ({ kind, reason: unprepared }));
}

/** The shared daemons that run. */
export function presentServers(): SharedServer[] {
  return sharedServers().filter((it): it is SharedServer => !("reason" in it));
}

/** The environment in which `connect()` finds this daemon and no other, and nothing is coloured. */
export function onlyServer(
  { kind, home }: Pick<SharedServer, "kind" | "home">,
): Record<string, string> {
  const none = { INCUS_SOCKET: "", INCUS_DIR: "", LXD_SOCKET: "", LXD_DIR: "" };
  return { ...none, [`${kind.toUpperCase()}_DIR`]: home, NO_COLOR: "1" };
}

/** The API extensions that a shared daemon names. */
export async function readExtensions(server: SharedServer): Promise<ReadonlySet<string>> {
  using api = new Api(server.socket);
  return new Set<string>((await api.request("GET", "/1.0")).api_extensions);
}

/** Shared daemons that run, to be stopped at the end of the run. */
export interface ServerPark extends AsyncDisposable {
  /** Those that run and those that are missing. */
  servers: (SharedServer | MissingServer)[];
  /** The environment that tells the tests about them. */
  environment: Record<string, string>;
}

/** Boots every daemon that can be booted here. */
export async function startServers(): Promise<ServerPark> {
  await using running = new AsyncDisposableStack();
  const start = async (kind: ServerKind): Promise<SharedServer | MissingServer> => {
    const reason = findObstacle(kind);
    if (reason) return { kind, reason };
    const daemon = running.use(await startDaemon(kind));
    return { kind, socket: daemon.socket, httpsPort: daemon.httpsPort, home: daemon.home };
  };
  const settled = await Promise.allSettled(serverKinds.map(start));
  for (const it of settled) if (it.status === "rejected") throw it.reason;
  const servers = settled.flatMap((it) => it.status === "fulfilled" ? [it.value] : []);
  const kept = running.move();
  return {
    servers,
    environment: { [variable]: JSON.stringify(servers) },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
