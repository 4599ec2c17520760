import { badRequest } from "../refusal.ts";

const KEYS =
  /^(agent|boot|cloud-init|cluster|environment|image|limits|linux|migration|nvidia|oci|placement|raw|security|smbios11|snapshots|systemd|ubuntu_pro|user|volatile)\./;

/** Makes sure that configuration is one that instances know. */
export function checkConfig(config: Record<string, string>): void {
  for (const [key, value] of Object.entries(config)) {
    if (!KEYS.test(key)) throw badRequest(`Unknown configuration key: ${key}`);
    if (key === "limits.memory" && !/^\d+(%|[kKMGTPE]?i?B?)$/.test(value)) {
      throw badRequest(`Invalid value: ${value}`);
    }
  }
}

/** Configuration after the profiles, each of which goes over the ones before it. */
export function expandConfig(
  profiles: readonly { config: Record<string, string> }[],
  own: Record<string, string>,
): Record<string, string> {
  return Object.assign({}, ...profiles.map(({ config }) => config), own);
}

/** What a copy takes over of the configuration of its source. */
export function lastingConfig(config: Record<string, string>): Record<string, string> {
  const kept = Object.entries(config)
    .filter(([key]) => !key.startsWith("volatile.") || key === "volatile.base_image");
  return Object.fromEntries(kept);
}

/** How users of an unprivileged container are mapped. */
export const ID_MAP: string = JSON.stringify(
  [true, false].map((user) => ({
    Isuid: user,
    Isgid: !user,
    Hostid: 100000,
    Nsid: 0,
    Maprange: 10000001,
  })),
);
