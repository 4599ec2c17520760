import { type Bytes, type ByteSource, collect, streamOf } from "../streams.ts";
import type { Meter } from "../transfer.ts";
import { type CheckedEntry, SMALL, type TreeEntry } from "./entry.ts";
import { Lanes } from "./lanes.ts";
import type { TreeOptions, TreeSummary } from "./options.ts";
import { TreePaths } from "./paths.ts";
import { sized } from "./sized.ts";
import type { TreeTarget } from "./target.ts";

/** The entries of a tree, in whatever order; directories that have attributes come before their content. */
export type TreeEntries = Iterable<TreeEntry> | AsyncIterable<TreeEntry>;

/** What a copy of a tree needs beside its two ends. */
export interface TreeCopyOptions extends TreeOptions {
  /** Which way it goes, as seen by the caller. */
  verb: "upload" | "download";
  /** Told of what passes. */
  meter: Meter;
}

/** How the copy of a tree went. */
export type TreeCount = Omit<TreeSummary, "way" | "omitted">;

/** Brings all entries to a target: small files several at once, large ones as streams, one by one. */
export async function copyTree(
  entries: TreeEntries,
  target: TreeTarget,
  options: TreeCopyOptions,
): Promise<TreeCount> {
  const copy = new TreeCopy(target, options);
  try {
    return await copy.run(entries);
  } catch (error) {
    await copy.end(error);
    throw error;
  }
}

class TreeCopy {
  readonly #target: TreeTarget;
  readonly #options: TreeCopyOptions;
  readonly #paths: TreePaths;
  readonly #lanes: Lanes;
  readonly #stop = new AbortController();
  readonly #abort = () => this.#lanes.fail(this.#options.signal!.reason);
  /** The large file that passes just now. */
  #large: Promise<void> | undefined;
  readonly #count: TreeCount = { files: 0, directories: 0, symlinks: 0, bytes: 0, equal: 0 };

  constructor(target: TreeTarget, options: TreeCopyOptions) {
    this.#target = target;
    this.#options = options;
    this.#paths = new TreePaths(options.verb);
    this.#lanes = new Lanes(target.lanes);
    options.signal?.addEventListener("abort", this.#abort, { once: true });
  }

  async run(entries: TreeEntries): Promise<TreeCount> {
    const iterator = Symbol.asyncIterator in entries
      ? entries[Symbol.asyncIterator]()
      : entries[Symbol.iterator]();
    let waits = true;
    let exhausted = false;
    try {
      while (true) {
        waits = true;
        const { done, value } = await this.#lanes.beside(Promise.resolve(iterator.next()));
        waits = false;
        exhausted = done === true;
        if (done) break;
        try {
          await this.#take(this.#checked(value));
        } catch (error) {
          await release(value.data);
          throw error;
        }
      }
      await this.#lanes.done();
    } finally {
      const ending = exhausted ? undefined : Promise.resolve(iterator.return?.()).catch(() => {});
      // A source that waits for something itself may never come back from this.
      if (!waits) await ending;
    }
    await this.#target.finish();
    this.#options.signal?.removeEventListener("abort", this.#abort);
    this.#options.meter.tell();
    return this.#count;
  }

  /** Ends what is still under way. */
  async end(error: unknown): Promise<void> {
    this.#lanes.fail(error);
    this.#stop.abort(error);
    this.#options.signal?.removeEventListener("abort", this.#abort);
    await this.#target.abort(error);
    await Promise.allSettled([this.#lanes.idle(), this.#large]);
  }

  #checked(entry: TreeEntry): CheckedEntry {
    const { type = "file", data, target } = entry;
    const { modes = true, owners = true, times = true } = this.#options;
    const path = this.#paths.check({ path: entry.path, type });
    const fail = (reason: string) =>
      new TypeError(`Cannot ${this.#options.verb} "${path}": ${reason}`);
    if (!["file", "directory", "symlink"].includes(type)) throw fail(`"${type}" is no type`);
    if (type === "symlink" && (!target || target.includes("\0") || !target.isWellFormed())) {
      throw fail("the target of the symbolic link can be no path");
    }
    if ((entry.uid === undefined) !== (entry.gid === undefined)) {
      throw fail("give both uid and gid");
    }
    const size = entry.size ?? sizeOf(data);
    if (size === undefined) throw fail("give the size of its data");
    return {
      path,
      type,
      target,
      data,
      size,
      mode: modes ? entry.mode : undefined,
      uid: owners ? entry.uid : undefined,
      gid: owners ? entry.gid : undefined,
      modified: times ? entry.modified : undefined,
    };
  }

  async #take(entry: CheckedEntry): Promise<void> {
    const lanes = this.#lanes;
    if (entry.type === "directory") {
      this.#count.directories += 1;
      await lanes.beside(lanes.run(() => this.#target.directory(entry)));
    } else if (entry.type === "symlink") {
      if (this.#options.symlinks === false) return;
      this.#count.symlinks += 1;
      await lanes.beside(lanes.run(() => this.#target.symlink(entry, entry.target!)));
    } else if (entry.size <= SMALL || entry.data instanceof Uint8Array) {
      await lanes.beside(lanes.run(() => this.#file(entry)));
    } else {
      this.#large = this.#file(entry);
      await lanes.beside(this.#large);
    }
  }

  async #file(entry: CheckedEntry): Promise<void> {
    const { path, size } = entry;
    const { meter, verb, skipEqual } = this.#options;
    if (skipEqual && await this.#isThere(entry)) {
      this.#count.equal += 1;
      return await release(entry.data);
    }
    const source = await this.#open(entry.data);
    const what = `${verb} "${path}"`;
    if (source instanceof Uint8Array && source.length === size) {
      await this.#target.file(entry, source as Bytes);
      meter.add(size);
    } else {
      const count = (bytes: number) => meter.add(bytes);
      const stream = sized(streamOf(source), size, what, this.#stop.signal, count);
      try {
        await this.#target.file(entry, size <= SMALL ? await collect(stream) : stream);
      } finally {
        await release(stream);
      }
    }
    this.#count.files += 1;
    this.#count.bytes += size;
    meter.addFile();
  }

  /** Opens what gives the data; one that never comes does not outlast the copy. */
  async #open(data: TreeEntry["data"] = ""): Promise<ByteSource> {
    if (typeof data !== "function") return data;
    const { signal } = this.#stop;
    signal.throwIfAborted();
    let abort: () => void;
    const aborted = new Promise<never>((_, reject) => abort = () => reject(signal.reason));
    signal.addEventListener("abort", abort!);
    try {
      return await Promise.race([data(), aborted]);
    } finally {
      signal.removeEventListener("abort", abort!);
    }
  }

  async #isThere({ path, size, modified }: CheckedEntry): Promise<boolean> {
    const found = modified && await this.#target.find(path);
    return found?.type === "file" && found.size === size && found.modified !== null &&
      secondsOf(found.modified) === secondsOf(modified!);
  }
}

/** Lets go of a stream that nobody reads; what was read to its end takes no harm. */
async function release(data: TreeEntry["data"]): Promise<void> {
  if (data instanceof ReadableStream && !data.locked) await data.cancel().catch(() => {});
}

function secondsOf(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}

function sizeOf(data: TreeEntry["data"]): number | undefined {
  if (data === undefined) return 0;
  if (typeof data === "string") return new TextEncoder().encode(data).length;
  if (data instanceof Uint8Array) return data.length;
  return (data as ByteSource) instanceof Blob ? (data as Blob).size : undefined;
}
