import type { Client } from "../client.ts";
import { connect as connectServer, type ConnectOptions } from "../connect.ts";
import { ConfigurationError } from "../errors.ts";
import { findRemotes, placesOf, readRemotes } from "./read.ts";

/** How to connect: by the name of a remote, or in any way that `connect()` of the package knows. */
export interface RemoteConnectOptions extends ConnectOptions {
  /**
   * A remote that `lxc` or `incus` knows by that name. It brings its address, certificates and key;
   * `project`, `target`, `accessToken`, `signal` and `timeout`, which limits each address, can be given
   * beside it.
   */
  remote?: string;
}

/** What a remote brings along. */
const BROUGHT = [
  "url",
  "token",
  "socket",
  "connector",
  "cert",
  "key",
  "serverCert",
  "fingerprint",
  "ca",
  "headers",
] as const;

/**
 * Connects as `connect()` of the package does, and also by the name of a remote. Without `remote` it is
 * the same function: this one stands apart since it reads files, and loads a library for YAML.
 *
 * A remote is looked for in the configuration of `incus` and in that of `lxc`. Where both have one of
 * that name, `dialect` says which is meant: `local` is such a name wherever both tools were used.
 *
 * @example
 * ```ts
 * import { connect } from "@lxkit/client/remotes";
 *
 * await using client = await connect({ remote: "lab", project: "ci" });
 * console.log(await client.instances.names());
 * ```
 *
 * @throws {ConfigurationError} when no configuration has the remote, both have it, or a file is broken,
 * missing or cannot be used.
 * @throws {ConnectionError} when no address of it can be reached, or another server answers there.
 */
export async function connect(options: RemoteConnectOptions = {}): Promise<Client> {
  const { remote, ...rest } = options;
  if (remote === undefined) return await connectServer(rest);
  const [twice] = BROUGHT.filter((it) => rest[it] !== undefined);
  if (twice) throw new TypeError(`Cannot connect in two ways: give the remote or its ${twice}`);
  const { dialect, project, target, accessToken, signal, timeout } = rest;
  const scope = { project, target, accessToken, signal, timeout };
  if (dialect) return await (await readRemotes({ dialect })).connect(remote, scope);
  const all = await findRemotes();
  const [found, ...others] = all.filter((it) => it.has(remote));
  if (found && others.length === 0) return await found.connect(remote, scope);
  const why = found
    ? `${placesOf([found, ...others])} have one of that name. Give the dialect`
    : all.length > 0
    ? `${placesOf(all)} know none of that name`
    : "neither incus nor lxc has a configuration here";
  throw new ConfigurationError(`Cannot find the remote "${remote}": ${why}`);
}
