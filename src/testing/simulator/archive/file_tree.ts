import type { GuestFiles } from "../guest/files/guest_files.ts";
import type { AnyNode } from "../guest/files/file_node.ts";
import type { TarEntry } from "./tar.ts";

/** The entries of an archive under a folder, such as `rootfs`. */
export function* entriesOf(files: GuestFiles, folder: string): Generator<TarEntry> {
  yield* walk(files, "/", folder);
}

function* walk(files: GuestFiles, path: string, packed: string): Generator<TarEntry> {
  const node = files.lookup(path, { follow: false });
  if (node.type !== "device") yield entryOf(files, node, path, packed);
  if (node.type !== "directory") return;
  for (const name of files.list(path)) {
    yield* walk(files, path === "/" ? `/${name}` : `${path}/${name}`, `${packed}/${name}`);
  }
}

function entryOf(files: GuestFiles, node: AnyNode, path: string, packed: string): TarEntry {
  const { mode, uid, gid, modified } = node;
  const fields = { path: packed, mode, uid, gid, modified };
  if (node.type === "symlink") return { ...fields, type: "symlink", target: node.target };
  if (node.type === "directory") return { ...fields, type: "directory" };
  return { ...fields, type: "file", content: files.read(path) };
}

/** Puts the entries under a folder of an archive into files. */
export function unpackInto(files: GuestFiles, entries: readonly TarEntry[], folder: string): void {
  for (const entry of entries) {
    if (!entry.path.startsWith(`${folder}/`)) continue;
    const path = entry.path.slice(folder.length);
    const { mode, uid, gid } = entry;
    const there = files.find(path, { follow: false });
    if (entry.type === "directory") {
      if (there?.type === "directory") Object.assign(there, { mode, uid, gid });
      else files.mkdir(path, { mode, uid, gid, recursive: true });
      continue;
    }
    if (there) files.removeAll(path);
    makeParents(files, path);
    if (entry.type === "symlink") files.symlink(entry.target!, path, { uid, gid });
    else files.write(path, entry.content!, { mode, uid, gid });
    files.lookup(path, { follow: false }).modified = entry.modified;
  }
}

function makeParents(files: GuestFiles, path: string): void {
  const parent = path.slice(0, path.lastIndexOf("/"));
  if (parent && !files.find(parent)) files.mkdir(parent, { recursive: true });
}
