import { headerName } from "../../core/dialect.ts";
import type { Session } from "../../core/session.ts";
import type { Progress } from "../../core/progress.ts";
import type { MutationOptions } from "../../core/task.ts";
import type { DevicesMap, InstanceConfig } from "../../types/mod.ts";

/** Options of making an instance of a backup. */
export interface InstanceImportOptions extends MutationOptions {
  /**
   * Called with how much was sent, and then as the server's own progress changes, about
   * twice a second each.
   */
  onProgress?: (progress: Progress) => void;
  /** Its name. Default: that in the backup. Needs the API extension `backup_override_name`. */
  name?: string;
  /** The storage pool. Default: that in the backup. Needs `container_backup_override_pool`. */
  pool?: string;
  /**
   * Configuration that replaces that in the backup, key by key. Needs the API extension
   * `backup_override_config`, which Incus alone has.
   */
  config?: InstanceConfig;
  /**
   * Devices whose fields replace those in the backup. Needs the API extension
   * `import_instance_devices` of LXD or `backup_override_config` of Incus.
   */
  devices?: DevicesMap;
  /** The cluster member that it is to live on. Default: the server's choice. */
  target?: string;
}

/** The header fields of a backup that is sent to become an instance. */
export function importHeaders(
  session: Session,
  options: InstanceImportOptions,
): Record<string, string> {
  const { name, pool, config, devices } = options;
  const { dialect } = session.facts;
  const what = (override: string) => `override the ${override} of a backup`;
  const fields: Record<string, string> = {};
  if (name !== undefined) {
    session.require("backup_override_name", what("name"));
    fields.name = name;
  }
  if (pool !== undefined) {
    session.require("container_backup_override_pool", what("storage pool"));
    fields.pool = pool;
  }
  if (config !== undefined) {
    session.require("backup_override_config", what("configuration"));
    fields.config = Object.entries(config).map(([key, value]) => word(key, value)).join(" ");
  }
  if (devices !== undefined) {
    const extension = dialect === "lxd" ? "import_instance_devices" : "backup_override_config";
    session.require(extension, what("devices"));
    fields.devices = dialect === "lxd" ? lxdDevices(devices) : incusDevices(devices);
  }
  return Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [headerName(dialect, field), value]),
  );
}

function lxdDevices(devices: DevicesMap): string {
  const query = new URLSearchParams();
  for (const [name, device] of Object.entries(devices)) {
    query.set(name, new URLSearchParams(device as Record<string, string>).toString());
  }
  return query.toString();
}

function incusDevices(devices: DevicesMap): string {
  return Object.entries(devices).map(([name, device]) => {
    const fields = Object.entries(device as Record<string, string>);
    return [name, ...fields.map(([key, value]) => word(key, value))].join(",");
  }).join(" ");
}

/** One `key=value` of a header that knows no quotes. */
function word(key: string, value: string | undefined): string {
  if (/^[^\s,=]+$/.test(key) && /^[^\s,]*$/.test(value ?? "")) return `${key}=${value ?? ""}`;
  throw new TypeError(
    `Cannot override "${key}" of a backup: a space or comma in it cannot be sent to the server`,
  );
}
