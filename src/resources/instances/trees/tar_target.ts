import { NotFoundError } from "../../../errors.ts";
import type { Bytes } from "../../../core/streams.ts";
import { below, type CheckedEntry, type FoundEntry } from "../../../core/tree/entry.ts";
import { padding, TAR_TYPE, writeTarHead } from "../../../core/tree/tar_header.ts";
import { Directories, notADirectory, type TreeTarget } from "../../../core/tree/target.ts";
import { TarInput } from "./tar_input.ts";
import type { TreePlace } from "./way.ts";

interface Directory {
  /** Whether it was made for the tree. */
  fresh: boolean;
}

/** A directory in a running instance, whose own `tar` unpacks there what comes. */
export class TarTreeTarget implements TreeTarget {
  readonly lanes: number = 32;
  readonly #place: TreePlace;
  readonly #root: string;
  readonly #signal: AbortSignal | undefined;
  readonly #directories: Directories<Directory>;
  readonly #entries: CheckedEntry[] = [];
  #input: TarInput;
  #links = false;

  private constructor(
    place: TreePlace,
    root: string,
    fresh: boolean,
    input: TarInput,
    signal: AbortSignal | undefined,
  ) {
    this.#place = place;
    this.#root = root;
    this.#signal = signal;
    this.#input = input;
    this.#directories = new Directories((path, parent) =>
      parent ? this.#look(path, parent) : Promise.resolve({ fresh })
    );
  }

  /** Makes the directory where it is missing, and starts `tar` there. */
  static async open(
    place: TreePlace,
    root: string,
    signal: AbortSignal | undefined,
  ): Promise<TarTreeTarget> {
    const { files } = place;
    const fresh = await files.list(root, { signal }).then(() => false, (error) => {
      // Through a symbolic link, `tar` itself goes where it leads to.
      if (error instanceof TypeError) return false;
      if (error instanceof NotFoundError) return true;
      throw error;
    });
    if (fresh) await files.mkdir(root, { recursive: true, signal });
    const input = await TarInput.start(place, root, signal);
    return new TarTreeTarget(place, root, fresh, input, signal);
  }

  async find(path: string): Promise<FoundEntry | undefined> {
    const { fresh } = await this.#directories.above(path);
    return fresh ? undefined : await this.#stat(path);
  }

  async directory(entry: CheckedEntry): Promise<void> {
    const { fresh } = await this.#directories.at(entry.path);
    if (entry.path === "" && !fresh) return;
    this.#entries.push(entry);
    await this.#input.append(headOf(entry));
  }

  async symlink(entry: CheckedEntry): Promise<void> {
    await this.#directories.above(entry.path);
    this.#links = true;
    await this.#input.append(headOf(entry));
  }

  async file(entry: CheckedEntry, data: Bytes | ReadableStream<Uint8Array>): Promise<void> {
    await this.#directories.above(entry.path);
    await this.#input.append(headOf(entry), data, new Uint8Array(padding(entry.size)));
  }

  async finish(): Promise<void> {
    if (this.#entries.length > 0) {
      // Busybox makes some links at its very end, which changes the time of what they are in.
      if (this.#links) await this.#restart();
      // Once more, the deepest first: not every `tar` sets their times when all is in them.
      this.#entries.sort((a, b) => b.path.length - a.path.length);
      for (const entry of this.#entries) await this.#input.append(headOf(entry));
    }
    await this.#input.end();
  }

  async abort(): Promise<void> {
    await this.#input.dispose();
  }

  async #restart(): Promise<void> {
    await this.#input.end();
    this.#input = await TarInput.start(this.#place, this.#root, this.#signal);
  }

  async #look(path: string, parent: Directory): Promise<Directory> {
    const found = parent.fresh ? undefined : await this.#stat(path);
    if (!found) return { fresh: true };
    if (found.type === "directory") return { fresh: false };
    throw notADirectory(below(this.#root, path), found.type);
  }

  async #stat(path: string): Promise<FoundEntry | undefined> {
    try {
      return await this.#place.files.stat(below(this.#root, path), { signal: this.#signal });
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }
}

function headOf(entry: CheckedEntry): Bytes {
  const { path, type, mode, uid = 0, gid = 0, modified = new Date(), target = "", size } = entry;
  const directory = type === "directory";
  return writeTarHead({
    type: TAR_TYPE[type],
    path: directory ? `./${path}/` : `./${path}`,
    mode: mode ?? (directory ? 0o755 : type === "symlink" ? 0o777 : 0o644),
    uid,
    gid,
    modified,
    target,
    size: type === "file" ? size : 0,
  });
}
