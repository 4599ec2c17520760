import type { Session } from "../../core/session.ts";
import type { MutationOptions } from "../../core/task.ts";
import type { DevicesMap, InstanceConfig, InstancePost } from "../../types/mod.ts";

/** Where an instance is to be moved to, and how. */
export interface InstanceMoveOptions extends MutationOptions {
  /** Its name there. Default: the same. */
  name?: string;
  /** The storage pool of its root disk. Needs the API extension `instance_pool_move`. */
  pool?: string;
  /** The project. Needs the API extension `instance_project_move`. */
  project?: string;
  /** The cluster member. */
  target?: string;
  /** Keeps what runs running. Default: false. */
  live?: boolean;
  /** Leaves the snapshots out. Default: false. */
  instanceOnly?: boolean;
  /** Goes on when files change while they are read. Default: false. */
  allowInconsistent?: boolean;
  /** Configuration that replaces its own. Needs the API extension `instance_move_config`. */
  config?: InstanceConfig;
  /** Devices that replace its own. Needs the API extension `instance_move_config`. */
  devices?: DevicesMap;
  /** Profiles that replace its own. Needs the API extension `instance_move_config`. */
  profiles?: string[];
}

/** What is posted to move an instance. */
export function moveBody(
  session: Session,
  name: string,
  options: InstanceMoveOptions,
): InstancePost {
  const { pool, project, config, devices, profiles } = options;
  const what = `move instance "${name}"`;
  if ([pool, project, options.target].every((place) => place === undefined)) {
    throw new TypeError(`Cannot ${what}: a pool, project or target is needed, or use rename()`);
  }
  if (pool !== undefined) session.require("instance_pool_move", what);
  if (project !== undefined) session.require("instance_project_move", what);
  if (config ?? devices ?? profiles) session.require("instance_move_config", what);
  return {
    name: options.name ?? name,
    migration: true,
    pool,
    project,
    live: options.live,
    instance_only: options.instanceOnly,
    allow_inconsistent: options.allowInconsistent,
    Config: config,
    Devices: devices,
    Profiles: profiles,
  };
}
