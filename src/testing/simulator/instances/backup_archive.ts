import { gunzip, gzip } from "../archive/compression.ts";
import { entriesOf, unpackInto } from "../archive/file_tree.ts";
import { readTar, type TarEntry, writeTar } from "../archive/tar.ts";
import { parseYaml, writeYaml } from "../archive/yaml.ts";
import type { GuestFiles } from "../guest/files/guest_files.ts";
import { badRequest } from "../refusal.ts";
import type { InstanceRecord, Settings, SnapshotRecord } from "./record.ts";

/** How a backup is packed. */
export interface PackOptions {
  /** Whether the snapshots are left out. */
  instanceOnly: boolean;
  /** The name of the compression; `none` for none. */
  compression: string;
}

/** What a backup tells of the instance that it was taken of. */
export interface PackedInstance extends Settings {
  /** Its name. */
  name: string;
  /** What kind of instance it is. */
  type: InstanceRecord["type"];
  /** Its description. */
  description: string;
  /** Its snapshots. */
  snapshots: Omit<SnapshotRecord, "files">[];
  /** All files. */
  entries: TarEntry[];
}

const INDEX = "backup/index.yaml";

/** A file of its own for what a backup holds beside files. */
export function indexEntry(index: object): TarEntry {
  const content = new TextEncoder().encode(writeYaml(index));
  return { path: INDEX, type: "file", mode: 0o644, uid: 0, gid: 0, modified: 0, content };
}

/** Packs an instance into the file of a backup. */
export async function packInstance(
  instance: InstanceRecord,
  { instanceOnly, compression }: PackOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { name, type, description, architecture, config, devices, profiles, ephemeral } = instance;
  const snapshots = instanceOnly ? [] : [...instance.snapshots.values()];
  const index = indexEntry({
    name,
    type,
    description,
    architecture,
    config,
    devices,
    profiles,
    ephemeral,
    snapshots: snapshots.map(({ files: _, ...settings }) => settings),
  });
  const tar = writeTar([
    index,
    ...entriesOf(instance.guest.files, "backup/container/rootfs"),
    ...snapshots.flatMap((it) => [...entriesOf(it.files, `backup/snapshots/${it.name}/rootfs`)]),
  ]);
  return compression === "none" ? tar : await gzip(tar);
}

/**
 * Reads the file of a backup.
 *
 * @throws {Refusal} when it is none.
 */
export async function readBackup<T>(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<T & { entries: TarEntry[] }> {
  const entries = readTar(await gunzip(bytes)) ?? [];
  const content = entries.find(({ path }) => path === INDEX)?.content;
  if (!content) throw badRequest("Backup is missing index.yaml");
  return { ...parseYaml(new TextDecoder().decode(content)) as T, entries };
}

/** Puts the files of a backup in place of those that are there. */
export function restoreFiles(
  files: GuestFiles,
  entries: readonly TarEntry[],
  folder: string,
): GuestFiles {
  for (const name of files.list("/")) if (name !== "dev") files.removeAll(`/${name}`);
  unpackInto(files, entries, folder);
  return files;
}
