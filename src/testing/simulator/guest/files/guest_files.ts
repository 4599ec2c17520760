import type { Bytes } from "../text.ts";
import { decode, encode } from "../text.ts";
import { DiskSpace } from "./disk_space.ts";
import { FileError } from "./file_error.ts";
import {
  type AnyNode,
  type DirectoryNode,
  type FileNode,
  NodeFactory,
  type Ownership,
} from "./file_node.ts";

/** How many symbolic links one path may lead through, as on Linux. */
const MAX_LINKS = 40;
/** How long a name may be, in bytes, as on Linux. */
const MAX_NAME = 255;

/** Where a path leads to: a directory, and what has the name in it, if anything has. */
interface Place {
  directory: DirectoryNode;
  name: string;
  node: AnyNode | undefined;
  /** The tree that it is of. */
  tree: GuestFiles;
}

/** How a file is opened. */
export interface OpenFileOptions extends Ownership {
  /** Makes it where it is missing. Default: false. */
  create?: boolean;
  /** Fails where it is there already. Default: false. */
  exclusive?: boolean;
  /** Empties it. Default: false. */
  truncate?: boolean;
}

/** What a write may say beside its bytes. */
export interface WriteFileOptions extends Ownership {
  /** Adds to the end of a file. Default: false. */
  append?: boolean;
}

/**
 * The files of one simulated instance, in memory. Paths are absolute. Everything happens at once, and
 * what Linux would refuse throws a {@linkcode FileError}.
 */
export class GuestFiles {
  /** How much the files may hold. */
  readonly space: DiskSpace = new DiskSpace();
  readonly #now: () => number;
  readonly #nodes: NodeFactory;
  readonly #mounts = new Map<AnyNode, GuestFiles>();
  #root: DirectoryNode;

  /** An empty root. `now` gives the milliseconds since 1970 that changes are dated with. */
  constructor(now: () => number) {
    this.#now = now;
    this.#nodes = new NodeFactory(this.space, now);
    this.#root = this.#nodes.directory({});
  }

  /** A copy of it all, with the same limits, which goes its own way from here on. */
  clone(now: () => number = this.#now): GuestFiles {
    const copy = new GuestFiles(now);
    copy.#root = copy.#nodes.copy(this.#root) as DirectoryNode;
    copy.space.capacity = this.space.capacity;
    copy.space.full = this.space.full;
    return copy;
  }

  /** Lets another tree be seen at a path, which becomes a directory where there is nothing. */
  mount(path: string, tree: GuestFiles): void {
    if (!this.find(path)) this.mkdir(path, { recursive: true });
    this.#mounts.set(this.lookup(path), tree);
  }

  /** Takes a tree away again: what was at the path before is seen. */
  unmount(tree: GuestFiles): void {
    for (const [node, mounted] of this.#mounts) if (mounted === tree) this.#mounts.delete(node);
  }

  /** What is at a path, following symbolic links unless told otherwise. */
  lookup(path: string, { follow = true }: { follow?: boolean } = {}): AnyNode {
    const { node } = this.#place(path, follow);
    if (!node) throw new FileError("ENOENT");
    return node;
  }

  /** As {@linkcode GuestFiles.lookup}; undefined where there is nothing. */
  find(path: string, options: { follow?: boolean } = {}): AnyNode | undefined {
    try {
      return this.lookup(path, options);
    } catch (error) {
      if (error instanceof FileError) return undefined;
      throw error;
    }
  }

  /** The path without `.`, `..` and symbolic links; its last part need not exist. */
  resolve(path: string): string {
    const trail: string[] = [];
    this.#place(path, true, trail);
    return `/${trail.join("/")}`;
  }

  /** The names in a directory, in the order in which they came. */
  list(path: string): string[] {
    return [...this.#directory(path).entries.keys()];
  }

  /** Opens a regular file, or a device as it is. */
  open(path: string, options: OpenFileOptions = {}): AnyNode {
    const place = this.#place(path, !options.exclusive);
    let { node } = place;
    if (!node) {
      if (!options.create) throw new FileError("ENOENT");
      if (path.endsWith("/")) throw new FileError("EISDIR");
      node = place.tree.#nodes.file(options);
      this.#add(place, node);
    } else if (options.create && options.exclusive) {
      throw new FileError("EEXIST");
    }
    if (options.truncate && node.type === "file") {
      node.content.truncate(0);
      node.modified = this.#now();
    }
    return node;
  }

  /** A whole file. */
  read(path: string): Bytes {
    const node = this.#file(path);
    return node.content.read(0, node.content.length);
  }

  /** A whole file as text. */
  readText(path: string): string {
    return decode(this.read(path));
  }

  /** Writes a whole file; who it belongs to is told of a new one alone. */
  write(path: string, data: Uint8Array | string, options: WriteFileOptions = {}): void {
    const node = this.open(path, { ...options, create: true, truncate: !options.append });
    if (node.type !== "file") throw new FileError(node.type === "directory" ? "EISDIR" : "EINVAL");
    this.writeAt(node, node.content.length, typeof data === "string" ? encode(data) : data);
  }

  /** Writes into an open file. */
  writeAt(node: FileNode, offset: number, bytes: Uint8Array): void {
    node.content.write(offset, bytes);
    node.modified = this.#now();
  }

  /** Cuts an open file, or fills it with zeros. */
  truncate(node: FileNode, length: number): void {
    node.content.truncate(length);
    node.modified = this.#now();
  }

  /** Makes a directory. */
  mkdir(path: string, options: Ownership & { recursive?: boolean } = {}): void {
    const { recursive, ...owner } = options;
    if (recursive) {
      const parts = path.split("/").filter((part) => part !== "");
      for (let depth = 1; depth < parts.length; depth++) {
        const above = `/${parts.slice(0, depth).join("/")}`;
        if (!this.find(above)) this.mkdir(above);
      }
      if (this.find(path)?.type === "directory") return;
    }
    const place = this.#place(path, false);
    if (place.node) throw new FileError("EEXIST");
    this.#add(place, place.tree.#nodes.directory(owner));
  }

  /** Makes a symbolic link at a path. */
  symlink(target: string, path: string, owner: Ownership = {}): void {
    if (target === "") throw new FileError("ENOENT");
    const place = this.#place(path, false);
    if (place.node) throw new FileError("EEXIST");
    this.#add(place, place.tree.#nodes.symlink(target, owner));
  }

  /** Gives a file a second name. */
  link(from: string, path: string): void {
    const node = this.lookup(from, { follow: false });
    if (node.type === "directory") throw new FileError("EPERM");
    const place = this.#place(path, false);
    if (place.node) throw new FileError("EEXIST");
    if (node.type === "file") node.links++;
    this.#add(place, node);
  }

  /** Makes a device. */
  mknod(device: string, path: string, owner: Ownership = {}): void {
    const place = this.#place(path, false);
    if (place.node) throw new FileError("EEXIST");
    this.#add(place, place.tree.#nodes.device(device, owner));
  }

  /** Where a symbolic link leads to, as it was written. */
  readLink(path: string): string {
    const node = this.lookup(path, { follow: false });
    if (node.type !== "symlink") throw new FileError("EINVAL");
    return node.target;
  }

  /** Gives something another path; what is there is replaced as by `rename(2)`. */
  rename(from: string, to: string): void {
    const source = this.#place(from, false);
    const target = this.#place(to, false);
    const { node } = source;
    if (!node) throw new FileError("ENOENT");
    if (node === target.node) return;
    if (this.#isRoot(node) || (target.node && this.#isRoot(target.node))) {
      throw new FileError("EBUSY");
    }
    if (source.tree !== target.tree) throw new FileError("EXDEV");
    if (node.type === "directory" && isWithin(target.directory, node)) {
      throw new FileError("EINVAL");
    }
    if (target.node?.type === "directory") {
      if (node.type !== "directory") throw new FileError("EISDIR");
      if (target.node.entries.size > 0) throw new FileError("ENOTEMPTY");
    } else if (target.node && node.type === "directory") {
      throw new FileError("ENOTDIR");
    }
    if (target.node) this.#drop(target);
    source.directory.entries.delete(source.name);
    source.directory.modified = this.#now();
    this.#add(target, node);
  }

  /** Removes what is no directory. */
  remove(path: string): void {
    const place = this.#place(path, false);
    if (!place.node) throw new FileError("ENOENT");
    if (place.node.type === "directory") throw new FileError("EISDIR");
    this.#drop(place);
  }

  /** Removes an empty directory. */
  removeDirectory(path: string): void {
    const place = this.#place(path, false);
    if (!place.node) throw new FileError("ENOENT");
    if (place.node.type !== "directory") throw new FileError("ENOTDIR");
    if (this.#isRoot(place.node)) throw new FileError("EBUSY");
    if (place.node.entries.size > 0) throw new FileError("ENOTEMPTY");
    this.#drop(place);
  }

  /** Removes whatever is at a path, with all that is in it. */
  removeAll(path: string): void {
    const place = this.#place(path, false);
    if (!place.node) throw new FileError("ENOENT");
    if (this.#isRoot(place.node)) throw new FileError("EBUSY");
    this.#drop(place);
  }

  /** Whether a node is the root of this tree, or of one that is mounted in it. */
  #isRoot(node: AnyNode): boolean {
    return node === this.#root || [...this.#mounts.values()].some((tree) => tree.#root === node);
  }

  #add({ directory, name }: Place, node: AnyNode): void {
    if (encode(name).length > MAX_NAME) throw new FileError("ENAMETOOLONG");
    directory.entries.set(name, node);
    directory.modified = this.#now();
  }

  #drop({ directory, name, node }: Place): void {
    directory.entries.delete(name);
    directory.modified = this.#now();
    if (node) releaseAll(node);
  }

  #file(path: string): FileNode {
    const node = this.lookup(path);
    if (node.type === "file") return node;
    throw new FileError(node.type === "directory" ? "EISDIR" : "EINVAL");
  }

  #directory(path: string): DirectoryNode {
    const node = this.lookup(path);
    if (node.type !== "directory") throw new FileError("ENOTDIR");
    return node;
  }

  /** Walks a path; `trail` takes the names of where it leads to. */
  #place(path: string, follow: boolean, trail: string[] = []): Place {
    if (path === "") throw new FileError("ENOENT");
    const above: DirectoryNode[] = [this.#root];
    const trees: GuestFiles[] = [this];
    const parts = path.split("/").filter((part) => part !== "" && part !== ".").reverse();
    const slash = path.endsWith("/") || path.endsWith("/.");
    let links = 0;
    while (true) {
      const name = parts.pop();
      const directory = above.at(-1)!;
      if (name === undefined) {
        const parent = above.at(-2) ?? directory;
        const tree = trees.at(-2) ?? this;
        return { directory: parent, name: trail.at(-1) ?? "", node: directory, tree };
      }
      if (name === "..") {
        if (above.length > 1) {
          above.pop();
          trees.pop();
        }
        trail.pop();
        continue;
      }
      const tree = trees.at(-1)!;
      const entry = directory.entries.get(name);
      const mounted = entry && this.#mounts.get(entry);
      const node = mounted ? mounted.#root : entry;
      const last = parts.length === 0;
      if (node?.type === "symlink" && (!last || follow || slash)) {
        if (++links > MAX_LINKS) throw new FileError("ELOOP");
        if (node.target.startsWith("/")) {
          above.length = 1;
          trees.length = 1;
          trail.length = 0;
        }
        const steps = node.target.split("/").filter((part) => part !== "" && part !== ".");
        parts.push(...steps.reverse());
        continue;
      }
      if (last && node?.type !== "directory") {
        if (node && slash) throw new FileError("ENOTDIR");
        trail.push(name);
        return { directory, name, node, tree };
      }
      if (!node) throw new FileError("ENOENT");
      if (node.type !== "directory") throw new FileError("ENOTDIR");
      trail.push(name);
      above.push(node);
      trees.push(mounted ?? tree);
    }
  }
}

function isWithin(node: AnyNode, directory: DirectoryNode): boolean {
  if (node === directory) return true;
  return [...directory.entries.values()].some((it) =>
    it.type === "directory" && isWithin(node, it)
  );
}

/** Gives back the space of what is in no directory any longer. */
function releaseAll(node: AnyNode): void {
  if (node.type === "directory") { for (const entry of node.entries.values()) releaseAll(entry); }
  if (node.type === "file" && --node.links === 0) node.content.release();
}
