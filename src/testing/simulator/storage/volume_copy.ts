import type { Call } from "../call.ts";
import { conflict, notFound } from "../refusal.ts";
import type { SimulatedServer } from "../server.ts";
import type { VolumesPost } from "./volume_record.ts";
import type { Volumes } from "./volumes.ts";

/** Answers `POST` of volumes with another one as the source: makes a copy of it, or brings one up to date. */
export function copyVolume(
  server: SimulatedServer,
  volumes: Volumes,
  call: Call,
  name: string,
  { source = {}, config, description }: VolumesPost,
): Response {
  const [sourceName = "", snapshotName] = (source.name ?? "").split("/");
  const pool = call.param("pool");
  const from = volumes.find(source.project ?? call.project, source.pool ?? pool, sourceName);
  if (!from) throw notFound("Storage pool volume not found");
  const snapshot = from.snapshots.get(snapshotName ?? "");
  if (snapshotName !== undefined && !snapshot) throw notFound("Storage pool volume not found");
  const there = volumes.find(call.project, pool, name);
  if (there && !source.refresh) throw conflict("Volume by that name already exists");
  return server.operations.begin(call, {
    description: "Copying storage volume",
    run: () => {
      const settings = {
        config: { ...(snapshot ?? from).config, ...config },
        description: description || (snapshot ?? from).description,
      };
      const copy = there ?? volumes.make(call.project, pool, name, settings);
      copy.guest.files = (snapshot?.files ?? from.guest.files).clone();
      copy.contentType = from.contentType;
      const snapshots = snapshot || source.volume_only ? [] : [...from.snapshots.values()];
      for (const it of snapshots) {
        if (copy.snapshots.has(it.name)) continue;
        copy.snapshots.set(it.name, { ...it, files: it.files.clone() });
      }
      if (!there) volumes.add(copy);
      return Promise.resolve();
    },
  });
}
