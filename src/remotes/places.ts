import type { Dialect } from "../core/dialect.ts";
import type { Surroundings } from "./system.ts";

/** Where the configuration of `lxc` or `incus` may lie. */
export interface ConfigPlace {
  /** The user's own folder, with `config.yml` and the certificates. */
  directory: string;
  /** The folder that holds for all users of the machine. */
  global: string;
}

/**
 * The places where a tool keeps its configuration, in its own order: the first one that holds a
 * `config.yml` rules, and the very first is where a new one is begun.
 */
export function configPlaces(dialect: Dialect, around: Surroundings): ConfigPlace[] {
  return dialect === "lxd" ? lxcPlaces(around) : incusPlaces(around);
}

function lxcPlaces(around: Surroundings): ConfigPlace[] {
  const named = around.env("LXD_CONF");
  const global = around.env("LXD_GLOBAL_CONF");
  if (named) return [{ directory: named, global: global ?? "/etc/lxd" }];
  const home = around.home();
  const own = { directory: around.join(home, ".config", "lxc"), global: global ?? "/etc/lxd" };
  if (around.platform !== "linux") return [own];
  return [own, {
    directory: around.join(home, "snap", "lxd", "common", "config"),
    global: global ?? "/var/snap/lxd/common/global-conf",
  }];
}

function incusPlaces(around: Surroundings): ConfigPlace[] {
  const named = around.env("INCUS_CONF");
  const global = around.env("INCUS_GLOBAL_CONF") ?? "/etc/incus";
  if (named) return [{ directory: named, global }];
  const home = around.home();
  // Older versions use the second one on every system.
  const bases = new Set([userConfig(around, home), around.join(home, ".config")]);
  return Array.from(bases, (base) => ({ directory: around.join(base, "incus"), global }));
}

/** Where the operating system has users keep configuration. */
function userConfig(around: Surroundings, home: string): string {
  switch (around.platform) {
    case "win32":
      return around.env("APPDATA") ?? around.join(home, "AppData", "Roaming");
    case "darwin":
      return around.join(home, "Library", "Application Support");
    default:
      return around.env("XDG_CONFIG_HOME") ?? around.join(home, ".config");
  }
}
