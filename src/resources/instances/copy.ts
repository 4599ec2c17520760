import type { CallOptions } from "../../core/call.ts";
import type { Session } from "../../core/session.ts";
import { type MutationOptions, Task } from "../../core/task.ts";
import type { DevicesMap, InstanceConfig, InstancesPost } from "../../types/mod.ts";
import { Instance } from "./instance.ts";
import { createInstance } from "./create.ts";

/** Options of copying an instance or a snapshot on the same server. */
export interface InstanceCopyOptions extends MutationOptions {
  /** The project that the copy is to be in. Default: that of the source. */
  project?: string;
  /** The cluster member that the copy is to live on. Default: the server's choice. */
  target?: string;
  /** The storage pool of its root disk. Default: that of the source. */
  pool?: string;
  /** Configuration of the copy, key by key in place of the source's. */
  config?: InstanceConfig;
  /** Devices of the copy, name by name in place of the source's. */
  devices?: DevicesMap;
  /** Profiles of the copy. Default: those of the source. */
  profiles?: string[];
  /** Whether the copy is deleted when it stops. Default: as the source. */
  ephemeral?: boolean;
  /** Starts the copy once it stands. Default: false. */
  start?: boolean;
  /** Leaves the snapshots out. Default: false. */
  instanceOnly?: boolean;
  /** Copies the memory of what runs, too. Default: false. */
  live?: boolean;
  /** Brings an existing copy up to date in place of making one. Default: false. */
  refresh?: boolean;
  /**
   * With `refresh`, leaves out snapshots older than the newest one of the copy; Incus alone knows it.
   * Default: false.
   */
  refreshExcludeOlder?: boolean;
  /** Goes on when files change while they are read. Default: false. */
  allowInconsistent?: boolean;
}

/** What a copy takes over of an instance or a snapshot. */
export interface CopyableData {
  /** Its architecture. */
  architecture: string;
  /** Its own configuration. */
  config: InstanceConfig;
  /** Its description; snapshots have none. */
  description?: string;
  /** Its own devices. */
  devices: DevicesMap;
  /** Whether it is deleted when it stops. */
  ephemeral: boolean;
  /** Its devices and those of its profiles. */
  expanded_devices?: DevicesMap;
  /** Its profiles. */
  profiles: string[];
}

/** What can be copied. */
export interface Copyable<Data extends CopyableData = CopyableData> {
  /** Its data as last read. */
  readonly data: Data;
  /** Reads its data anew. */
  refresh(options?: CallOptions): Promise<unknown>;
}

/** Copies an instance, or the snapshot `instance/snapshot`, within the server. */
export function copyInstance(
  session: Session,
  origin: Copyable,
  source: string,
  name: string,
  options: InstanceCopyOptions,
): Task<Instance> {
  const { project, target, pool } = options;
  const scoped = project === undefined ? session : session.scoped({ project });
  return new Task(scoped, `copy "${source}" to "${name}"`, options, async (step, signal) => {
    await origin.refresh({ signal });
    const { data } = origin;
    // LXD 5.0 takes over nothing by itself but configuration, not even the root disk.
    const body: InstancesPost = {
      name,
      architecture: data.architecture,
      config: { ...lasting(data.config), ...options.config },
      description: data.description,
      devices: { ...data.devices, ...inPool(data, pool), ...options.devices },
      ephemeral: options.ephemeral ?? data.ephemeral,
      profiles: options.profiles ?? data.profiles,
      start: options.start,
      source: {
        type: "copy",
        source,
        project: project === undefined ? undefined : session.scope.project ?? "default",
        instance_only: options.instanceOnly,
        live: options.live,
        refresh: options.refresh,
        refresh_exclude_older: options.refreshExcludeOlder,
        allow_inconsistent: options.allowInconsistent,
      },
    };
    await createInstance(scoped, step, body, target);
    return await new Instance(scoped, { name }).refresh({ signal });
  });
}

/** The configuration without what the server notes of one instance alone. */
export function lasting(config: InstanceConfig): InstanceConfig {
  return Object.fromEntries(
    Object.entries(config).filter(([key]) => !key.startsWith("volatile.")),
  );
}

/** The root disk in another storage pool. */
export function inPool(data: CopyableData, pool: string | undefined): DevicesMap {
  if (pool === undefined) return {};
  const disks = Object.entries(data.expanded_devices ?? data.devices);
  const root = disks.find(([, device]) => device.type === "disk" && device.path === "/");
  if (root) return { [root[0]]: { ...root[1], pool } };
  throw new TypeError(`Cannot copy to storage pool "${pool}": the source has no root disk`);
}
