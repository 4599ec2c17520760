import { pathOf } from "../documents.ts";
import type { InstanceRecord } from "../instances/record.ts";
import type { SimulatedServer } from "../server.ts";
import { NO_TIME, timeOf } from "../times.ts";
import type { VolumeRecord, VolumeSnapshotRecord } from "./volume_record.ts";

/** When a volume was made, where the server tells. */
export function creationTime({ extensions }: SimulatedServer, milliseconds: number): string {
  return extensions.has("storage_volumes_created_at") ? timeOf(milliseconds) : NO_TIME;
}

/** A custom volume as the API tells it. */
export function volumeView(
  server: SimulatedServer,
  volume: VolumeRecord,
  used_by: readonly string[],
): object {
  const { config, description, name, location, contentType, project } = volume;
  return {
    config,
    description,
    name,
    type: "custom",
    used_by,
    location,
    content_type: contentType,
    project,
    created_at: creationTime(server, volume.createdAt),
  };
}

/** A snapshot of a custom volume as lists of volumes tell it. */
export function listedSnapshotView(
  server: SimulatedServer,
  volume: VolumeRecord,
  { name, config, description, createdAt }: VolumeSnapshotRecord,
): object {
  return {
    ...volumeView(server, volume, []),
    name: `${volume.name}/${name}`,
    config,
    description,
    created_at: creationTime(server, createdAt),
  };
}

/** The volume of an instance as the API tells it. */
export function instanceVolumeView(server: SimulatedServer, instance: InstanceRecord): object {
  const { name, type, project, location, createdAt, volumeDescription } = instance;
  return {
    config: {},
    description: volumeDescription,
    name,
    type,
    used_by: [pathOf("/1.0/instances", instance)],
    location,
    content_type: type === "container" ? "filesystem" : "block",
    project,
    created_at: creationTime(server, createdAt),
  };
}

/** The volumes of the snapshots of an instance as the API tells them. */
export function instanceSnapshotViews(
  server: SimulatedServer,
  instance: InstanceRecord,
): [name: string, view: object][] {
  return [...instance.snapshots.values()].map(({ name, createdAt }) => {
    const collection = `/1.0/instances/${encodeURIComponent(instance.name)}/snapshots`;
    const path = pathOf(collection, { name, project: instance.project });
    return [name, {
      ...instanceVolumeView(server, instance),
      name: `${instance.name}/${name}`,
      used_by: server.dialect === "lxd" ? [path] : [],
      created_at: creationTime(server, createdAt),
    }];
  });
}
