import { ProtocolError } from "../../errors.ts";
import { type Bytes, chunksOf } from "../../core/streams.ts";
import { below, type CheckedEntry, type FoundEntry } from "../../core/tree/entry.ts";
import { Directories, notADirectory, type TreeTarget } from "../../core/tree/target.ts";
import { type NodeFileHandle, type NodeFiles, nodeFiles } from "./node_files.ts";

/** What whoever does not own a file has no use of: set-user-id, set-group-id and sticky. */
const PLAIN = 0o777;

interface Directory {
  /** Whether it was made for the tree. */
  fresh: boolean;
}

/**
 * A local directory that a tree is written to. Nothing is written through a symbolic link, and what is
 * there already goes only once its successor is complete.
 */
export class LocalTreeTarget implements TreeTarget {
  readonly lanes: number = 32;
  readonly #files: NodeFiles = nodeFiles();
  readonly #root: string;
  readonly #directories: Directories<Directory>;
  readonly #entries: CheckedEntry[] = [];

  constructor(root: string) {
    this.#root = root;
    this.#directories = new Directories((path, parent) =>
      parent ? this.#make(path) : this.#makeRoot()
    );
  }

  async find(path: string): Promise<FoundEntry | undefined> {
    await this.#directories.above(path);
    const stats = await this.#files.lstat(this.#full(path)).catch(unlessMissing);
    if (!stats) return undefined;
    const type = stats.isFile()
      ? "file"
      : stats.isDirectory()
      ? "directory"
      : stats.isSymbolicLink()
      ? "symlink"
      : "other";
    return { type, size: stats.size, modified: new Date(stats.mtimeMs) };
  }

  async directory(entry: CheckedEntry): Promise<void> {
    const { path, mode } = entry;
    const { fresh } = await this.#directories.at(path);
    if (path === "" && !fresh) return;
    this.#entries.push(entry);
    // What is private is so from the start, and open to its owner until it is full.
    if (fresh && mode !== undefined) {
      await this.#files.chmod(this.#full(path), mode & PLAIN | 0o700);
    }
  }

  async symlink({ path, uid, gid, modified }: CheckedEntry, target: string): Promise<void> {
    const files = this.#files;
    const full = this.#full(path);
    await this.#directories.above(path);
    await files.symlink(target, full).catch(async (error) => {
      if (error.code !== "EEXIST") throw error;
      await this.#refuseDirectory(path);
      await files.unlink(full);
      await files.symlink(target, full);
    });
    if (uid !== undefined) await files.lchown(full, uid, gid!);
    if (modified) await files.lutimes(full, secondsOf(modified), secondsOf(modified));
  }

  async file(entry: CheckedEntry, data: Bytes | ReadableStream<Uint8Array>): Promise<void> {
    const files = this.#files;
    const { path, mode } = entry;
    const full = this.#full(path);
    const { fresh } = await this.#directories.above(path);
    if (fresh && data instanceof Uint8Array && await this.#writeNew(full, entry, data)) return;
    const creation = mode === undefined ? 0o666 : 0o600;
    const handle = await files.open(full, "wx", creation).catch((error) => {
      if (error.code !== "EEXIST") throw error;
    });
    if (handle) return await this.#fill(handle, full, entry, data);
    await this.#refuseDirectory(path);
    const old = await files.lstat(full);
    const kept = old.isFile() ? old.mode & PLAIN : undefined;
    const draft = files.join(full, "..", `.lxkit-${crypto.randomUUID()}`);
    const aside = await files.open(draft, "wx", creation);
    await this.#fill(aside, draft, { ...entry, mode: mode ?? kept }, data);
    await files.rename(draft, full);
  }

  async finish(): Promise<void> {
    await this.#directories.at("");
    // The deepest first: those above may let nobody in afterwards.
    this.#entries.sort((a, b) => b.path.length - a.path.length);
    for (const entry of this.#entries) {
      const { path, mode, uid, gid, modified } = entry;
      const full = this.#full(path);
      if (uid !== undefined) await this.#files.lchown(full, uid, gid!);
      if (mode !== undefined) await this.#files.chmod(full, modeOf(entry)!);
      if (modified) await this.#files.lutimes(full, secondsOf(modified), secondsOf(modified));
    }
  }

  abort(): Promise<void> {
    return Promise.resolve();
  }

  /**
   * Writes a file where there was none before, if the runtime has one call for that. A call does not tell
   * whether it failed before it made the file, so that what is removed must not be anybody else's.
   */
  async #writeNew(full: string, entry: CheckedEntry, data: Bytes): Promise<boolean> {
    const { writeNew, lutimes, unlink } = this.#files;
    const { uid, modified } = entry;
    // A change of the owner takes bits of the mode away, which are set afterwards.
    if (!writeNew || uid !== undefined) return false;
    try {
      await writeNew(full, data, modeOf(entry));
      if (modified) await lutimes(full, secondsOf(modified), secondsOf(modified));
    } catch (error) {
      // Of a path that comes twice.
      if ((error as { code?: string }).code === "EEXIST") return false;
      await unlink(full).catch(() => {});
      throw error;
    }
    return true;
  }

  /** Writes and closes a new file; one that cannot be completed is removed. */
  async #fill(
    handle: NodeFileHandle,
    path: string,
    entry: CheckedEntry,
    data: Bytes | ReadableStream<Uint8Array>,
  ): Promise<void> {
    const { uid, gid, modified } = entry;
    const mode = modeOf(entry);
    try {
      if (data instanceof Uint8Array) await writeAll(handle, data);
      else for await (const chunk of chunksOf(data)) await writeAll(handle, chunk);
      if (uid !== undefined) await handle.chown(uid, gid!);
      if (mode !== undefined) await handle.chmod(mode);
      if (modified) await handle.utimes(secondsOf(modified), secondsOf(modified));
      await handle.close();
    } catch (error) {
      await handle.close().catch(() => {});
      await this.#files.unlink(path).catch(() => {});
      throw error;
    }
  }

  async #make(path: string): Promise<Directory> {
    const full = this.#full(path);
    try {
      await this.#files.mkdir(full);
      return { fresh: true };
    } catch (error) {
      if ((error as { code?: string }).code !== "EEXIST") throw error;
    }
    const found = await this.#files.lstat(full);
    if (found.isDirectory()) return { fresh: false };
    throw notADirectory(full, found.isSymbolicLink() ? "symlink" : "file");
  }

  async #makeRoot(): Promise<Directory> {
    const found = await this.#files.stat(this.#root).catch(unlessMissing);
    if (found && !found.isDirectory()) throw notADirectory(this.#root, "file");
    if (!found) await this.#files.mkdir(this.#root, { recursive: true });
    return { fresh: !found };
  }

  async #refuseDirectory(path: string): Promise<void> {
    const full = this.#full(path);
    if (!(await this.#files.lstat(full)).isDirectory()) return;
    throw new TypeError(`Cannot write "${full}": it is a directory`);
  }

  #full(path: string): string {
    // On Windows such names would lead elsewhere.
    if (this.#files.windows && /[\\:]/.test(path)) {
      throw new ProtocolError(`Cannot download "${path}": Windows has no such names`);
    }
    return below(this.#root, path);
  }
}

/** The mode that a file gets: bits that hand on its owner's rights only where the owner is kept. */
function modeOf({ mode, uid }: CheckedEntry): number | undefined {
  return mode === undefined || uid !== undefined ? mode : mode & PLAIN;
}

function secondsOf(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}

function unlessMissing(error: { code?: string }): undefined {
  if (error.code !== "ENOENT") throw error;
}

async function writeAll(handle: NodeFileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += (await handle.write(bytes, at, bytes.length - at)).bytesWritten;
  }
}
