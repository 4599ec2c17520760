import type { Dialect } from "../../core/dialect.ts";

/** A place where a local daemon may listen. */
export interface LocalSocket {
  /** Which daemon listens there. */
  dialect: Dialect;
  /** The path of the Unix socket. */
  path: string;
  /** Why this place is looked at, such as `$LXD_DIR`. */
  why: string;
  /** Whether it serves each user a project of their own, `user-<uid>`, and nothing else. */
  perUser: boolean;
}

/** The variables that say where a daemon listens. */
export const LOCAL_SOCKET_VARIABLES: readonly string[] = [
  "INCUS_SOCKET",
  "INCUS_DIR",
  "LXD_SOCKET",
  "LXD_DIR",
];

/** Where the packages of each daemon put their sockets, in the order of their own tools. */
const DEFAULT_DIRECTORIES: Record<Dialect, readonly string[]> = {
  incus: ["/run/incus", "/var/lib/incus"],
  lxd: ["/var/snap/lxd/common/lxd", "/var/lib/lxd"],
};

/**
 * The places where a local daemon may listen, the likeliest first; those of one daemon alone where
 * it is given. A variable that is set rules all the default places out: whoever names a daemon
 * wants no other.
 */
export function localSockets(
  env: (name: string) => string | undefined,
  dialect?: Dialect,
): LocalSocket[] {
  const dialects: Dialect[] = dialect ? [dialect] : ["incus", "lxd"];
  const named = dialects.flatMap((it) => namedSockets(it, env));
  return named.length > 0 ? named : dialects.flatMap(defaultSockets);
}

function namedSockets(
  dialect: Dialect,
  env: (name: string) => string | undefined,
): LocalSocket[] {
  const prefix = dialect.toUpperCase();
  const path = env(`${prefix}_SOCKET`);
  if (path) return [{ dialect, path, why: `$${prefix}_SOCKET`, perUser: false }];
  const directory = env(`${prefix}_DIR`);
  return directory ? socketsIn(directory, dialect, `$${prefix}_DIR`) : [];
}

function defaultSockets(dialect: Dialect): LocalSocket[] {
  const why = `a default of ${dialect === "lxd" ? "LXD" : "Incus"}`;
  return DEFAULT_DIRECTORIES[dialect].flatMap((directory) => socketsIn(directory, dialect, why));
}

function socketsIn(directory: string, dialect: Dialect, why: string): LocalSocket[] {
  const path = `${directory.replace(/\/+$/, "")}/unix.socket`;
  const main = { dialect, path, why, perUser: false };
  if (dialect === "lxd") return [main];
  return [main, { dialect, path: `${path}.user`, why: `${why}, of incus-user`, perUser: true }];
}
