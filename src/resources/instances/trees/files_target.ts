import { NotFoundError, UnsupportedError } from "../../../errors.ts";
import type { Bytes } from "../../../core/streams.ts";
import { below, type CheckedEntry, type FoundEntry, nameOf } from "../../../core/tree/entry.ts";
import { Directories, notADirectory, type TreeTarget } from "../../../core/tree/target.ts";
import type { Files } from "../files.ts";

interface Directory {
  /** The names of what was in it before. */
  names: ReadonlySet<string>;
}

/** A directory that a tree is written to by a request for each thing. */
export class FilesTreeTarget implements TreeTarget {
  readonly lanes: number = 8;
  readonly #files: Files;
  readonly #root: string;
  readonly #signal: AbortSignal | undefined;
  readonly #directories: Directories<Directory>;
  /** The directories that have attributes; the files API takes them for new ones only. */
  readonly #entries = new Map<string, CheckedEntry>();

  constructor(files: Files, root: string, signal: AbortSignal | undefined) {
    this.#files = files;
    this.#root = root;
    this.#signal = signal;
    this.#directories = new Directories((path, parent) => this.#make(path, parent));
  }

  find(): Promise<FoundEntry | undefined> {
    return Promise.resolve(undefined);
  }

  async directory(entry: CheckedEntry): Promise<void> {
    this.#entries.set(entry.path, entry);
    await this.#directories.at(entry.path);
  }

  async symlink({ path }: CheckedEntry, target: string): Promise<void> {
    const full = below(this.#root, path);
    if (await this.#isThere(path)) await this.#files.remove(full, { signal: this.#signal });
    await this.#files.symlink(target, full, { signal: this.#signal });
  }

  async file(entry: CheckedEntry, data: Bytes | ReadableStream<Uint8Array>): Promise<void> {
    const { path, mode, uid, gid } = entry;
    const full = below(this.#root, path);
    const signal = this.#signal;
    if (await this.#isThere(path)) await this.#clearLink(full);
    const write = () => this.#files.write(full, data, { mode, uid, gid, signal });
    try {
      await write();
    } catch (error) {
      if (!(error instanceof UnsupportedError)) throw error;
      // Where the mode of a file cannot be changed, a new one gets it.
      await this.#files.remove(full, { signal });
      await write();
    }
  }

  async finish(): Promise<void> {
    await this.#directories.at("");
  }

  abort(): Promise<void> {
    return Promise.resolve();
  }

  async #isThere(path: string): Promise<boolean> {
    return (await this.#directories.above(path)).names.has(nameOf(path));
  }

  /** A link would be written through. */
  async #clearLink(full: string): Promise<void> {
    const signal = this.#signal;
    try {
      await this.#files.readLink(full, { signal });
    } catch (error) {
      if (error instanceof TypeError) return;
      throw error;
    }
    await this.#files.remove(full, { signal });
  }

  async #make(path: string, parent: Directory | undefined): Promise<Directory> {
    const full = below(this.#root, path);
    const signal = this.#signal;
    const known = !parent || parent.names.has(nameOf(path));
    const names = known ? await this.#list(full) : undefined;
    if (names) return { names: new Set(names) };
    const { mode, uid, gid } = this.#entries.get(path) ?? {};
    if (path === "") {
      const above = full.slice(0, full.lastIndexOf("/"));
      if (above !== "") await this.#files.mkdir(above, { recursive: true, signal });
    }
    await this.#files.mkdir(full, { mode, uid, gid, signal });
    return { names: new Set() };
  }

  async #list(full: string): Promise<string[] | undefined> {
    try {
      return await this.#files.list(full, { signal: this.#signal });
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      if (error instanceof TypeError) throw notADirectory(full, "other");
      throw error;
    }
  }
}
