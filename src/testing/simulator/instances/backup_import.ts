import type { Call } from "../call.ts";
import { badRequest, failed } from "../refusal.ts";
import type { SimulatedServer } from "../server.ts";
import { type PackedInstance, readBackup, restoreFiles } from "./backup_archive.ts";
import { ID_MAP } from "./config.ts";
import { makeGuest } from "./inside.ts";
import { rootDisk } from "./devices.ts";
import type { InstanceRecord } from "./record.ts";
import { expanded } from "./views.ts";

/** Answers `POST /1.0/instances` with the file of a backup. */
export async function importBackup(server: SimulatedServer, call: Call): Promise<Response> {
  const content = new Uint8Array(await call.request.arrayBuffer());
  const packed = await readBackup<PackedInstance>(content);
  const header = (field: string) => call.headers.get(`x-${server.dialect}-${field}`);
  const name = header("name") || packed.name;
  const { instances, pools } = server.modules;
  const pool = header("pool");
  if (pool && !pools.has(pool)) throw badRequest("Storage pool not found");
  if (instances.find(call.project, name)) {
    throw badRequest(`Instance "${name}" already exists`);
  }
  return server.operations.begin(call, {
    description: "Restoring backup",
    resources: instances.resources({ name, project: call.project }),
    run: () => {
      const instance = unpack(server, call.project, name, packed);
      const root = rootDisk(expanded(server, instance, call.project).expanded_devices);
      if (!root) throw failed("No root device could be found");
      if (pool && root[1].pool !== pool) instance.devices[root[0]] = { ...root[1], pool };
      instances.add(instance);
      instances.tell("created", instance);
      return Promise.resolve();
    },
  });
}

function unpack(
  server: SimulatedServer,
  project: string,
  name: string,
  packed: PackedInstance,
): InstanceRecord {
  const { type, description, architecture, devices, profiles, ephemeral, entries } = packed;
  const guest = makeGuest(server, name);
  restoreFiles(guest.files, entries, "backup/container/rootfs");
  const snapshots = packed.snapshots.map((it) => {
    const files = makeGuest(server, name).files;
    return [it.name, {
      ...it,
      files: restoreFiles(files, entries, `backup/snapshots/${it.name}/rootfs`),
    }] as const;
  });
  const config: Record<string, string> = {
    ...packed.config,
    "volatile.last_state.power": "STOPPED",
  };
  config["volatile.idmap.next"] ??= ID_MAP;
  return {
    name,
    project,
    type,
    description,
    architecture,
    config,
    devices,
    profiles,
    ephemeral,
    createdAt: server.clock.now(),
    lastUsedAt: 0,
    status: "Stopped",
    pid: 0,
    location: server.location,
    guest,
    snapshots: new Map(snapshots),
    backups: new Map(),
    metadata: { architecture, creation_date: 0, expiry_date: 0, properties: {}, templates: {} },
    templates: new Map(),
    logs: new Map(),
    execOutput: new Map(),
    mounted: [],
    volumeDescription: "",
  };
}
