import { gzip } from "../archive/compression.ts";
import { entriesOf } from "../archive/file_tree.ts";
import { writeTar } from "../archive/tar.ts";
import type { Call } from "../call.ts";
import { indexEntry } from "../instances/backup_archive.ts";
import { nextName } from "../instances/names.ts";
import { failed, notFound } from "../refusal.ts";
import { bytes, sync } from "../reply.ts";
import type { Route } from "../router.ts";
import type { SimulatedServer } from "../server.ts";
import { givenTime, secondsOf } from "../times.ts";
import { volumePath } from "./volume_path.ts";
import type { VolumeBackupRecord, VolumeRecord } from "./volume_record.ts";
import type { Volumes } from "./volumes.ts";

/** The body of a creation. */
interface BackupsPost {
  name?: string;
  expires_at?: string | null;
  volume_only?: boolean;
  optimized_storage?: boolean;
  compression_algorithm?: string;
}

const BACKUPS = "/1.0/storage-pools/{pool}/volumes/{type}/{name}/backups";

/** The backups of storage volumes. */
export class VolumeBackups {
  readonly #server: SimulatedServer;
  readonly #volumes: Volumes;

  /** Of a server. */
  constructor(server: SimulatedServer, volumes: Volumes) {
    this.#server = server;
    this.#volumes = volumes;
  }

  /** What answers under `backups`. */
  routes(): Route[] {
    return [
      {
        path: BACKUPS,
        methods: { GET: (call) => this.#list(call), POST: (call) => this.#create(call) },
      },
      {
        path: `${BACKUPS}/{backup}`,
        methods: {
          GET: (call) => sync(viewOf(this.#find(call).backup)),
          POST: (call) => this.#rename(call),
          DELETE: (call) => this.#delete(call),
        },
      },
      {
        path: `${BACKUPS}/{backup}/export`,
        methods: { GET: (call) => bytes(this.#find(call).backup.content) },
      },
    ];
  }

  #find(call: Call): { volume: VolumeRecord; backup: VolumeBackupRecord } {
    const volume = this.#volumes.of(call);
    const backup = volume.backups.get(call.param("backup"));
    if (!backup) throw notFound("Storage volume backup not found");
    return { volume, backup };
  }

  #list(call: Call): Promise<Response> {
    const volume = this.#volumes.of(call);
    const all = [...volume.backups.values()];
    return sync(
      call.recursion > 0 ? all.map(viewOf) : all.map(({ name }) => backupPath(volume, name)),
    );
  }

  async #create(call: Call): Promise<Response> {
    const volume = this.#volumes.of(call);
    const body = await call.json<BackupsPost>("StorageVolumeBackupsPost", { volume_only: "bool" });
    const name = body.name || nextName("backup%d", volume.backups.keys());
    const old = this.#server.dialect === "lxd";
    return this.#server.operations.begin(call, {
      description: "Creating custom volume backup",
      resources: {
        backups: [old ? `/1.0/backups/${name}` : backupPath(volume, name)],
        storage_volumes: [old ? `/1.0/storage_volumes/${volume.name}` : volumePath(volume)],
      },
      run: async () => {
        if (volume.backups.has(name)) {
          throw failed(`Create volume backup: Backup "${volume.name}/${name}" already exists`);
        }
        const volumeOnly = body.volume_only ?? false;
        const tar = pack(volume, volumeOnly);
        volume.backups.set(name, {
          name,
          createdAt: this.#server.clock.now(),
          expiresAt: givenTime(body.expires_at),
          volumeOnly,
          optimized: body.optimized_storage ?? false,
          content: body.compression_algorithm === "none" ? tar : await gzip(tar),
        });
      },
    });
  }

  async #rename(call: Call): Promise<Response> {
    const { volume, backup } = this.#find(call);
    const { name } = await call.json<{ name: string }>("StorageVolumeBackupPost");
    return this.#server.operations.begin(call, {
      description: "Renaming custom volume backup",
      // Incus names the backup by its whole name here.
      resources: this.#resources(volume, `${volume.name}/${backup.name}`),
      run: () => {
        volume.backups.delete(backup.name);
        backup.name = name;
        volume.backups.set(name, backup);
        return Promise.resolve();
      },
    });
  }

  #delete(call: Call): Response {
    const { volume, backup: { name } } = this.#find(call);
    return this.#server.operations.begin(call, {
      description: "Deleting custom volume backup",
      resources: this.#resources(volume, name),
      run: () => {
        volume.backups.delete(name);
        return Promise.resolve();
      },
    });
  }

  #resources(volume: VolumeRecord, name: string): Record<string, string[]> {
    if (this.#server.dialect === "lxd") return { volume: [`/1.0/volume/${volume.name}`] };
    return { backups: [backupPath(volume, name)], storage_volumes: [volumePath(volume)] };
  }
}

function viewOf({ name, createdAt, expiresAt, volumeOnly, optimized }: VolumeBackupRecord): object {
  return {
    name,
    created_at: secondsOf(createdAt),
    expires_at: expiresAt,
    volume_only: volumeOnly,
    optimized_storage: optimized,
  };
}

function backupPath(volume: VolumeRecord, name: string): string {
  return volumePath(volume, name).replace("/snapshots/", "/backups/");
}

function pack(volume: VolumeRecord, volumeOnly: boolean): Uint8Array<ArrayBuffer> {
  const { name, config, description, contentType } = volume;
  const snapshots = volumeOnly ? [] : [...volume.snapshots.values()];
  const told = snapshots.map(({ files: _, ...rest }) => rest);
  return writeTar([
    indexEntry({ name, config, description, contentType, snapshots: told }),
    ...entriesOf(volume.guest.files, "backup/volume"),
    ...snapshots.flatMap((it) => [...entriesOf(it.files, `backup/volume-snapshots/${it.name}`)]),
  ]);
}
