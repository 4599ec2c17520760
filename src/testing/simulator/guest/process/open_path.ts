import { FileError } from "../files/file_error.ts";
import type { AnyNode } from "../files/file_node.ts";
import { devices, RegularFile } from "./devices.ts";
import type { OpenFile } from "./open_file.ts";
import type { Process } from "./process.ts";

/** What a file is opened for. `update` neither empties it nor starts at its end. */
export type OpenMode = "read" | "write" | "append" | "update";

const READ = 4, WRITE = 2;

/** Opens a path for a process, as far as its user may. */
export function openPath(process: Process, path: string, mode: OpenMode): OpenFile {
  const { kernel } = process;
  const { files } = kernel;
  const full = process.path(path);
  const terminal = kernel.terminal(full);
  if (terminal) return terminal.file;
  const existing = files.find(full);
  const writable = mode !== "read";
  if (existing) {
    if (writable && existing.type === "directory") throw new FileError("EISDIR");
    if (mode !== "write" && mode !== "append") check(process, existing, READ);
    if (writable) check(process, existing, WRITE);
  } else if (writable) {
    check(process, files.lookup(parentOf(full)), WRITE);
  }
  const node = files.open(full, {
    create: writable,
    truncate: mode === "write",
    mode: 0o666 & ~process.umask,
    uid: process.uid,
    gid: process.gid,
  });
  if (node.type === "device") return openDevice(process, node.device);
  if (node.type !== "file") return directory;
  const readable = mode === "read" || mode === "update";
  return new RegularFile(files, node, { readable, writable, append: mode === "append" });
}

/** Whether a user may do something with a node. */
export function mayAccess(process: Process, node: AnyNode, bits: number): boolean {
  const { uid, gid } = process;
  if (uid === 0) return true;
  const shift = node.uid === uid ? 6 : node.gid === gid ? 3 : 0;
  return (node.mode >> shift & bits) === bits;
}

/** As {@linkcode mayAccess}, and throws where it may not. */
export function check(process: Process, node: AnyNode, bits: number): void {
  if (!mayAccess(process, node, bits)) throw new FileError("EACCES");
}

/** Whether a process may make and remove what is in the directory of a path; throws where it may not. */
export function checkParent(process: Process, path: string): void {
  check(process, process.kernel.files.lookup(parentOf(path)), WRITE);
}

function parentOf(path: string): string {
  const trimmed = path.replace(/\/+$/, "");
  return trimmed.slice(0, trimmed.lastIndexOf("/")) || "/";
}

const directory: OpenFile = {
  read: () => Promise.reject(new FileError("EISDIR")),
  write: () => Promise.reject(new FileError("EISDIR")),
};

function openDevice(process: Process, name: string): OpenFile {
  const device = devices[name];
  if (device) return device;
  if (name === "console" && process.kernel.console) return process.kernel.console.file;
  if (name === "tty" && process.terminal) return process.terminal.file;
  const standard = ["stdin", "stdout", "stderr"].indexOf(name);
  if (standard < 0) throw new FileError("ENXIO");
  const { read, write, terminal } = process.open(standard);
  return { read, write, terminal };
}
