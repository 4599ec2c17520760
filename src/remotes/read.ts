import type { Dialect } from "../core/dialect.ts";
import { ConfigurationError } from "../errors.ts";
import { ConfigFile } from "./config_file.ts";
import { type ConfigPlace, configPlaces } from "./places.ts";
import { type ConfigSources, Remotes } from "./remotes.ts";
import { nodeSystem, type System } from "./system.ts";

/** Which configuration to read. */
export interface ReadRemotesOptions {
  /** That of `lxc` or that of `incus`. To be given where there are both, or none yet. */
  dialect?: Dialect;
}

const TOOLS: Record<Dialect, string> = { incus: "incus", lxd: "lxc" };

/**
 * Reads the configuration of `lxc` or `incus`, at the places where the tool itself looks for it:
 *
 * - `lxc`: `LXD_CONF`, else `~/.config/lxc` and `~/snap/lxd/common/config`; for all users
 *   `LXD_GLOBAL_CONF`, else `/etc/lxd`, or `/var/snap/lxd/common/global-conf` beside the snap's;
 * - `incus`: `INCUS_CONF`, else `$XDG_CONFIG_HOME/incus` or `~/.config/incus`, on macOS
 *   `~/Library/Application Support/incus`, on Windows `%AppData%\incus`; for all users
 *   `INCUS_GLOBAL_CONF`, else `/etc/incus`.
 *
 * Certificates and keys are not read before they are needed. Nothing is written.
 *
 * In Deno it needs `--allow-read` for these folders, and `--allow-env` for these variables and for
 * `HOME`, `LXC_REMOTE`, `INCUS_REMOTE` and `INCUS_PROJECT`.
 *
 * @example
 * ```ts
 * import { readRemotes } from "@lxkit/client/remotes";
 *
 * const remotes = await readRemotes({ dialect: "incus" });
 * for (const { name, addresses } of remotes.list) console.log(name, addresses);
 * await using client = await remotes.connect();
 * ```
 *
 * @throws {ConfigurationError} when a file is broken, its line named, or cannot be read; also without
 * `dialect`, when both tools have a configuration, or none has.
 */
export async function readRemotes(options: ReadRemotesOptions = {}): Promise<Remotes> {
  const system = nodeSystem();
  const { dialect } = options;
  if (dialect) return new Remotes(system, await readSources(system, dialect));
  const [found, ...others] = await findRemotes();
  if (found && others.length === 0) return found;
  throw new ConfigurationError(
    found
      ? `Cannot choose a configuration: ${placesOf([found, ...others])} have one. Give the dialect`
      : "Cannot find a configuration: neither incus nor lxc has one. Give the dialect to begin it",
  );
}

/** The configurations that are there, of both tools or of the one given. */
export async function findRemotes(dialect?: Dialect): Promise<Remotes[]> {
  const system = nodeSystem();
  const dialects: Dialect[] = dialect ? [dialect] : ["incus", "lxd"];
  const sources = await Promise.all(dialects.map((it) => readSources(system, it)));
  return sources.filter(({ user, global }) => user ?? global).map((it) => new Remotes(system, it));
}

/** Names tools and where their configurations lie, for messages. */
export function placesOf(all: readonly Remotes[]): string {
  return all.map((it) => `${TOOLS[it.dialect]} ("${it.directory}")`).join(" and ");
}

async function readSources(system: System, dialect: Dialect): Promise<ConfigSources> {
  const places = configPlaces(dialect, system);
  for (const place of places) {
    const user = await readFile(system, place.directory);
    if (user) return { dialect, place, user, global: await readFile(system, place.global) };
  }
  const [place] = places as [ConfigPlace, ...ConfigPlace[]];
  return { dialect, place, user: undefined, global: await readFile(system, place.global) };
}

async function readFile(system: System, directory: string): Promise<ConfigFile | undefined> {
  const path = system.join(directory, "config.yml");
  const text = await system.read(path);
  return text === undefined ? undefined : new ConfigFile(path, text);
}
