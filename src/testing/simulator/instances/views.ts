import type { SimulatedServer } from "../server.ts";
import { EPOCH, NO_TIME, secondsOf, timeOf } from "../times.ts";
import { expandConfig } from "./config.ts";
import { type Devices, expandDevices } from "./devices.ts";
import {
  type BackupRecord,
  type InstanceRecord,
  type Settings,
  type SnapshotRecord,
  statusCode,
} from "./record.ts";
import { stateView } from "./state.ts";

/** An instance as the API tells it. */
export function instanceView(server: SimulatedServer, instance: InstanceRecord): object {
  const { architecture, config, devices, ephemeral, profiles, description, lastUsedAt } = instance;
  const { name, status, location, type, project } = instance;
  return {
    architecture,
    config,
    devices,
    ephemeral,
    profiles,
    stateful: false,
    description,
    created_at: timeOf(instance.createdAt),
    ...expanded(server, instance, project),
    name,
    status,
    status_code: statusCode(status),
    last_used_at: lastUsedAt ? timeOf(lastUsedAt) : EPOCH,
    location,
    type,
    project,
  };
}

/** An instance with all that is its own. */
export function fullView(server: SimulatedServer, instance: InstanceRecord): object {
  const backups = [...instance.backups.values()].map((it) => backupView(server, it));
  const snapshots = [...instance.snapshots.values()]
    .map((it) => snapshotView(server, instance, it));
  return {
    ...instanceView(server, instance),
    backups: backups.length > 0 ? backups : null,
    state: stateView(server, instance),
    snapshots: snapshots.length > 0 ? snapshots : null,
  };
}

/** A snapshot as the API tells it. */
export function snapshotView(
  server: SimulatedServer,
  { project }: InstanceRecord,
  snapshot: SnapshotRecord,
): object {
  const { architecture, config, devices, ephemeral, profiles, name, expiresAt } = snapshot;
  const { expanded_config, expanded_devices } = expanded(server, snapshot, project);
  return {
    expires_at: expiresAt,
    architecture,
    config,
    created_at: timeOf(snapshot.createdAt),
    devices,
    ephemeral,
    expanded_config,
    expanded_devices,
    last_used_at: NO_TIME,
    name,
    profiles,
    stateful: false,
    size: -1,
  };
}

/** A backup as the API tells it. */
export function backupView({ dialect }: SimulatedServer, backup: BackupRecord): object {
  const { name, createdAt, expiresAt, instanceOnly, optimized } = backup;
  return {
    name,
    created_at: secondsOf(createdAt),
    expires_at: expiresAt,
    instance_only: instanceOnly,
    ...dialect === "lxd" && { container_only: instanceOnly },
    optimized_storage: optimized,
  };
}

/** The fields that an instance's ETag is made of. */
export function instanceTag(instance: InstanceRecord): unknown {
  const { architecture, config, devices, ephemeral, profiles, description } = instance;
  return [architecture, config, devices, ephemeral, profiles, description];
}

/** Settings after the profiles. */
export function expanded(
  { modules }: SimulatedServer,
  settings: Settings,
  project: string,
): { expanded_config: Record<string, string>; expanded_devices: Devices } {
  const profiles = modules.profiles.resolve(project, settings.profiles);
  return {
    expanded_config: expandConfig(profiles, settings.config),
    expanded_devices: expandDevices(profiles, settings.devices),
  };
}
