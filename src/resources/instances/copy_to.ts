import type { CopyMode } from "../../core/copy_mode.ts";
import type { Migration, MigrationSource } from "../../core/migration.ts";
import { segment } from "../../core/path.ts";
import type { Session } from "../../core/session.ts";
import { Task } from "../../core/task.ts";
import { NotFoundError, TransferError } from "../../errors.ts";
import type { InstancePost, InstancesPost } from "../../types/mod.ts";
import { Instance, type InstanceDetails } from "./instance.ts";
import {
  type Copyable,
  type CopyableData,
  inPool,
  type InstanceCopyOptions,
  lasting,
} from "./copy.ts";
import type { Instances } from "./instances.ts";

/** Where an instance can be copied to: a client of another server, or a scope of it. */
export interface InstanceCopyTarget {
  /** The instances that the copy is to be among. */
  readonly instances: Instances;
}

/**
 * Options of copying an instance or a snapshot to another server. The project and the cluster member
 * are those of the client that it is copied to, where its profiles and networks have to exist. A storage
 * pool that is missing there is replaced by that of its profiles, unless `pool` names it.
 */
export interface InstanceCopyToOptions extends Omit<InstanceCopyOptions, "project" | "target"> {
  /** Its name there. Default: that of the instance. */
  name?: string;
  /**
   * How it goes. For `pull` the source server has to listen on HTTPS where the target server reaches
   * it, for `push` the other way round. Default: the first of `pull`, `push` and `relay` by which the
   * two reach each other.
   */
  mode?: CopyMode;
}

/** Options of moving an instance to another server: those of a copy that is made anew. */
export interface InstanceMoveToOptions
  extends Omit<InstanceCopyToOptions, "refresh" | "refreshExcludeOlder"> {}

/** An instance or a snapshot on its way to another server. */
export interface InstanceTransfer {
  /** The server that it is on. */
  session: Session;
  /** Its path there. */
  path: string;
  /** What is copied, which is read anew. */
  origin: Copyable<CopyableData & Partial<InstanceDetails>>;
  /** The name of the instance. */
  name: string;
  /** Whether it is gone from there in the end. */
  move?: boolean;
}

const PATH = "/1.0/instances";

/** Takes an instance or a snapshot from another server. */
export function receiveInstance(
  target: Session,
  transfer: InstanceTransfer,
  options: InstanceCopyToOptions,
): Task<Instance> {
  const { session, path, origin, move } = transfer;
  const { name = transfer.name, mode, onProgress } = options;
  const verb = move ? "move" : "copy";
  const what = `${verb} instance "${transfer.name}" to ${target.connector.address}`;
  // A member that is named to the source would be one to move it to.
  const source = session.scoped({ target: undefined });
  segment(name);
  return new Task(target, what, options, async (step, signal, follow) => {
    await origin.refresh({ signal });
    const { data } = origin;
    if (move) refuseImmovable(data, what, options);
    if (options.pool !== undefined) await requirePool(target, options.pool, what, signal);
    const sending: InstancePost = {
      name,
      migration: true,
      // LXD 5.0 takes its absence for true.
      live: options.live ?? false,
      instance_only: options.instanceOnly,
      container_only: source.facts.dialect === "lxd" ? options.instanceOnly : undefined,
      allow_inconsistent: options.allowInconsistent,
      refresh: options.refresh,
    };
    const migration: Migration = {
      what,
      mode,
      onProgress,
      source: { session: source, path, body: (target) => ({ ...sending, target }) },
      target: {
        session: target,
        path: PATH,
        body: (source) => received(target, name, transfer, source, options),
      },
    };
    const { migrate, removeMoved } = await import("../../core/migration.ts");
    await migrate(migration, follow, signal);
    const copy = await new Instance(target, { name }).refresh({ signal });
    if (move) await removeMoved(migration, step);
    if (!options.start || copy.data.status !== "Stopped") return copy;
    await step("PUT", `${PATH}/${segment(name)}/state`, { json: { action: "start" } });
    return await copy.refresh({ signal });
  });
}

/** What the target is asked to make. */
function received(
  target: Session,
  name: string,
  { origin: { data }, move }: InstanceTransfer,
  source: MigrationSource,
  options: InstanceCopyToOptions,
): InstancesPost {
  const { pool, config, devices, instanceOnly } = options;
  return {
    name,
    type: data.type,
    architecture: data.architecture,
    // Who moves keeps what the server noted of it, such as the addresses of its network devices.
    config: { ...move ? data.config : lasting(data.config), ...config },
    description: data.description,
    devices: { ...data.devices, ...inPool(data, pool), ...devices },
    ephemeral: options.ephemeral ?? data.ephemeral,
    profiles: options.profiles ?? data.profiles,
    source: {
      ...source,
      "base-image": data.config["volatile.base_image"],
      live: options.live,
      instance_only: instanceOnly,
      container_only: target.facts.dialect === "lxd" ? instanceOnly : undefined,
      refresh: options.refresh,
      refresh_exclude_older: options.refreshExcludeOlder,
      allow_inconsistent: options.allowInconsistent,
    },
  };
}

/** Makes sure of the storage pool: the servers take another one where it is missing. */
async function requirePool(
  target: Session,
  pool: string,
  what: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await target.get(`/1.0/storage-pools/${segment(pool)}`, { signal });
  } catch (cause) {
    if (!(cause instanceof NotFoundError)) throw cause;
    const message = `Cannot ${what}: the target has no storage pool "${pool}"`;
    throw new TransferError(message, { side: "target", cause });
  }
}

/** Refuses to move what could not be deleted afterwards. */
function refuseImmovable(
  { status, expanded_config }: Partial<InstanceDetails>,
  what: string,
  { live }: InstanceMoveToOptions,
): void {
  if (status !== "Stopped" && !live) {
    throw new TypeError(`Cannot ${what}: it is not stopped. Stop it first, or move it live`);
  }
  if (expanded_config?.["security.protection.delete"] === "true") {
    throw new TypeError(`Cannot ${what}: its "security.protection.delete" forbids to delete it`);
  }
}
