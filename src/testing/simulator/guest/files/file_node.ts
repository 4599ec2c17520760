import type { DiskSpace } from "./disk_space.ts";
import { FileContent } from "./file_content.ts";

/** What every node of a file system has. */
export interface NodeFields {
  /** The permission bits, with set-user-id, set-group-id and sticky. */
  mode: number;
  /** The id of the owning user. */
  uid: number;
  /** The id of the owning group. */
  gid: number;
  /** When it was modified last, in milliseconds since 1970. */
  modified: number;
  /** When it was read last, in milliseconds since 1970. */
  accessed: number;
  /** The number that tells it from all others. */
  readonly id: number;
}

/** A regular file. */
export interface FileNode extends NodeFields {
  /** What it is. */
  readonly type: "file";
  /** Its bytes. */
  readonly content: FileContent;
  /** In how many directories it is. */
  links: number;
}

/** A directory. */
export interface DirectoryNode extends NodeFields {
  /** What it is. */
  readonly type: "directory";
  /** What is in it, by name. */
  readonly entries: Map<string, AnyNode>;
}

/** A symbolic link. */
export interface LinkNode extends NodeFields {
  /** What it is. */
  readonly type: "symlink";
  /** Where it leads to, as it was written. */
  readonly target: string;
}

/** A device, known by its name to whoever opens it. */
export interface DeviceNode extends NodeFields {
  /** What it is. */
  readonly type: "device";
  /** Which one, such as `null`. */
  readonly device: string;
}

/** A node of a file system. */
export type AnyNode = FileNode | DirectoryNode | LinkNode | DeviceNode;

/** Who a new node belongs to, and who may use it. */
export interface Ownership {
  /** The permission bits. */
  mode?: number;
  /** The id of the owning user. Default: 0. */
  uid?: number;
  /** The id of the owning group. Default: 0. */
  gid?: number;
}

/** Makes the nodes of one file system. */
export class NodeFactory {
  readonly #space: DiskSpace;
  readonly #now: () => number;
  #last = 1;

  constructor(space: DiskSpace, now: () => number) {
    this.#space = space;
    this.#now = now;
  }

  /** An empty file. */
  file(owner: Ownership): FileNode {
    const content = FileContent.empty(this.#space);
    return { type: "file", content, links: 1, ...this.#fields(owner, 0o644) };
  }

  /** An empty directory. */
  directory(owner: Ownership): DirectoryNode {
    return { type: "directory", entries: new Map(), ...this.#fields(owner, 0o755) };
  }

  /** A symbolic link. */
  symlink(target: string, owner: Ownership): LinkNode {
    return { type: "symlink", target, ...this.#fields({ ...owner, mode: 0o777 }, 0o777) };
  }

  /** A device. */
  device(device: string, owner: Ownership): DeviceNode {
    return { type: "device", device, ...this.#fields(owner, 0o666) };
  }

  /** A node with all that is in it; what is linked twice still is. */
  copy(node: AnyNode, copies: Map<AnyNode, AnyNode> = new Map()): AnyNode {
    const made = copies.get(node);
    if (made) return made;
    const id = ++this.#last;
    let copy: AnyNode;
    if (node.type === "file") {
      copy = { ...node, id, content: node.content.clone(this.#space) };
      copies.set(node, copy);
    } else if (node.type === "directory") {
      const entries = new Map<string, AnyNode>();
      for (const [name, entry] of node.entries) entries.set(name, this.copy(entry, copies));
      copy = { ...node, id, entries };
    } else {
      copy = { ...node, id };
    }
    return copy;
  }

  #fields({ mode, uid = 0, gid = 0 }: Ownership, fallback: number): NodeFields {
    const now = this.#now();
    const id = ++this.#last;
    return { mode: mode ?? fallback, uid, gid, modified: now, accessed: now, id };
  }
}
