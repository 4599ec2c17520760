import type { AnyNode } from "../files/file_node.ts";
import type { GuestFiles } from "../files/guest_files.ts";
import type { FileAttributes, PacketFields } from "./packet.ts";

const kinds = { file: 0o100000, directory: 0o040000, symlink: 0o120000, device: 0o020000 };

/** The size that a node is told to have. */
export function sizeOf(node: AnyNode): number {
  if (node.type === "file") return node.content.length;
  if (node.type === "symlink") return node.target.length;
  return node.type === "directory" ? 4096 : 0;
}

/** What SFTP tells of a node. */
export function attributesOf(node: AnyNode): FileAttributes {
  return {
    size: sizeOf(node),
    owner: [node.uid, node.gid],
    permissions: kinds[node.type] | node.mode,
    times: [Math.floor(node.accessed / 1000), Math.floor(node.modified / 1000)],
  };
}

/** The line that `ls -l` would print. */
export function longName(name: string, node: AnyNode): string {
  const letter = { file: "-", directory: "d", symlink: "l", device: "c" }[node.type];
  const bits = node.mode & 0o777;
  const rights = [6, 3, 0].map((shift) =>
    ["r", "w", "x"].map((it, i) => bits >> shift & 4 >> i ? it : "-").join("")
  ).join("");
  const time = new Date(node.modified).toUTCString().slice(5, 22);
  return `${letter}${rights} 1 ${node.uid} ${node.gid} ${sizeOf(node)} ${time} ${name}`;
}

/**
 * Sets what a request tells to. Where it tells several things, they are read in the order of the
 * daemons' own server, which is not that of the protocol.
 */
export function setAttributes(files: GuestFiles, node: AnyNode, fields: PacketFields): void {
  const flags = fields.number();
  if (flags & 1) {
    const size = fields.long();
    if (node.type === "file") files.truncate(node, size);
  }
  // The bits above these are lost in the daemons, too.
  if (flags & 4) node.mode = fields.number() & 0o777;
  if (flags & 8) {
    node.accessed = fields.number() * 1000;
    node.modified = fields.number() * 1000;
  }
  if (flags & 2) {
    node.uid = fields.number();
    node.gid = fields.number();
  }
}
