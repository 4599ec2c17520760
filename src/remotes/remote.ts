import type { Dialect } from "../core/dialect.ts";
import type { RemoteFields } from "./config_file.ts";

/** What a remote speaks: the API of a server, or a list of images that instances are made from. */
export type RemoteProtocol =
  | "lxd"
  | "incus"
  | "simplestreams"
  | "oci"
  | (string & Record<never, never>);

/** A server that `lxc` or `incus` knows by a name. */
export interface Remote {
  /** The name. */
  readonly name: string;
  /** Whose configuration it is from: that of `lxc` or of `incus`. */
  readonly dialect: Dialect;
  /**
   * Where it is, in the order in which the addresses are tried, such as `https://10.0.0.5:8443`;
   * `unix://` is the local daemon wherever it listens, `unix:///path` its socket. That of a list of images
   * may hold a user and a password.
   */
  readonly addresses: readonly string[];
  /** What it speaks. */
  readonly protocol: RemoteProtocol;
  /** How the caller proves who it is; undefined where it does not, as at a socket. */
  readonly authType: "tls" | "oidc" | (string & Record<never, never>) | undefined;
  /** The project that calls go to; undefined for the server's own default. */
  readonly project: string | undefined;
  /** Whether it is used without a certificate, for its public images. */
  readonly public: boolean;
  /** Who made it: the user, the machine's administrator for all users, or the tool itself. */
  readonly origin: "user" | "global" | "built-in";
}

/** What the tools know from the start, and write into a new configuration. */
export const BUILT_IN: Readonly<Record<Dialect, Readonly<Record<string, RemoteFields>>>> = {
  incus: {
    images: images("https://images.linuxcontainers.org"),
    local: { addr: "unix://", protocol: "incus", public: "false" },
  },
  lxd: {
    images: images("https://images.lxd.canonical.com"),
    local: { addr: "unix://", public: "false" },
    ubuntu: images("https://cloud-images.ubuntu.com/releases/"),
    "ubuntu-daily": images("https://cloud-images.ubuntu.com/daily/"),
    "ubuntu-minimal": images("https://cloud-images.ubuntu.com/minimal/releases/"),
    "ubuntu-minimal-daily": images("https://cloud-images.ubuntu.com/minimal/daily/"),
  },
};

/** The name of the one remote that stays as it is built in, but for its project. */
export const LOCAL = "local";

/** The remotes that each file of a tool brings; undefined for a file that does not exist. */
export interface RemoteSources {
  /** Whose they are. */
  dialect: Dialect;
  /** Those of the user. */
  user: ReadonlyMap<string, RemoteFields> | undefined;
  /** Those of all users of the machine. */
  global: ReadonlyMap<string, RemoteFields> | undefined;
}

/** All remotes by name: what the user wrote goes before the administrator's, and that before what is built in. */
export function mergeRemotes({ dialect, user, global }: RemoteSources): Map<string, Remote> {
  const merged = new Map<string, Remote>();
  for (const [name, fields] of Object.entries(BUILT_IN[dialect])) {
    // `incus` takes a list that the user has to hold all that he did not throw out.
    if (dialect === "incus" && user && name !== LOCAL) continue;
    merged.set(name, remoteOf(name, dialect, fields, "built-in"));
  }
  for (const [origin, source] of [["global", global], ["user", user]] as const) {
    for (const [name, fields] of source ?? []) {
      if (name !== LOCAL) merged.set(name, remoteOf(name, dialect, fields, origin));
    }
  }
  const local = merged.get(LOCAL)!;
  const project = user?.get(LOCAL)?.project || global?.get(LOCAL)?.project;
  return merged.set(LOCAL, { ...local, project: project || undefined });
}

function images(addr: string): RemoteFields {
  return { addr, protocol: "simplestreams", public: "true" };
}

function remoteOf(
  name: string,
  dialect: Dialect,
  fields: RemoteFields,
  origin: Remote["origin"],
): Remote {
  const isPublic = /^(true|yes|on|y)$/i.test(fields.public ?? "");
  const addresses = rolled(
    fields.addr.split(",").map((it) => it.trim()).filter((it) => it !== ""),
    fields.last_working_address,
  );
  const anonymous = isPublic || addresses.every((it) => it.startsWith("unix:"));
  return {
    name,
    dialect,
    addresses,
    protocol: fields.protocol || dialect,
    authType: anonymous ? undefined : fields.auth_type || "tls",
    project: fields.project || undefined,
    public: isPublic,
    origin,
  };
}

/** The same addresses in the same round, beginning with the one that worked last. */
function rolled(addresses: string[], last: string | undefined): string[] {
  const start = Math.max(0, addresses.indexOf(last ?? ""));
  return [...addresses.slice(start), ...addresses.slice(0, start)];
}
