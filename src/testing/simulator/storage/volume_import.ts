import type { Call } from "../call.ts";
import { readBackup, restoreFiles } from "../instances/backup_archive.ts";
import { badRequest, conflict } from "../refusal.ts";
import type { SimulatedServer } from "../server.ts";
import type { VolumeRecord, VolumeSnapshotRecord } from "./volume_record.ts";
import type { Volumes } from "./volumes.ts";

type Packed = Pick<VolumeRecord, "name" | "config" | "description" | "contentType"> & {
  snapshots: Omit<VolumeSnapshotRecord, "files">[];
};

/** Answers `POST` of volumes with a file: that of a backup, or an ISO image. */
export async function importVolume(
  server: SimulatedServer,
  volumes: Volumes,
  call: Call,
): Promise<Response> {
  const header = (field: string) => call.headers.get(`x-${server.dialect}-${field}`) ?? "";
  const content = new Uint8Array(await call.request.arrayBuffer());
  const make = header("type") === "iso"
    ? isoVolume(volumes, call, header("name"), content)
    : await backedUpVolume(volumes, call, header("name"), content);
  if (volumes.find(call.project, make.pool, make.name)) {
    throw conflict("Volume by that name already exists");
  }
  return server.operations.begin(call, {
    description: header("type") === "iso" ? "Creating storage volume" : "Restoring backup",
    run: () => {
      volumes.add(make);
      return Promise.resolve();
    },
  });
}

function isoVolume(
  volumes: Volumes,
  call: Call,
  name: string,
  content: Uint8Array<ArrayBuffer>,
): VolumeRecord {
  if (!name) throw badRequest("Missing volume name");
  const config = { size: String(content.length) };
  const volume = volumes.make(call.project, call.param("pool"), name, { config, description: "" });
  volume.contentType = "iso";
  return volume;
}

async function backedUpVolume(
  volumes: Volumes,
  call: Call,
  name: string,
  content: Uint8Array<ArrayBuffer>,
): Promise<VolumeRecord> {
  const packed = await readBackup<Packed>(content);
  const { project } = call;
  const pool = call.param("pool");
  const volume = volumes.make(project, pool, name || packed.name, packed);
  volume.contentType = packed.contentType;
  restoreFiles(volume.guest.files, packed.entries, "backup/volume");
  for (const snapshot of packed.snapshots) {
    const { files } = volumes.make(project, pool, snapshot.name, packed).guest;
    const folder = `backup/volume-snapshots/${snapshot.name}`;
    volume.snapshots.set(snapshot.name, {
      ...snapshot,
      files: restoreFiles(files, packed.entries, folder),
    });
  }
  return volume;
}
