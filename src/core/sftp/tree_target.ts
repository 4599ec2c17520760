import { SftpError } from "../../errors.ts";
import { type Bytes, chunksOf } from "../streams.ts";
import { below, type CheckedEntry, type FoundEntry, nameOf } from "../tree/entry.ts";
import { Lanes } from "../tree/lanes.ts";
import { Directories, notADirectory, type TreeTarget } from "../tree/target.ts";
import type { SftpChannel } from "./channel.ts";
import { ownerOf, secondsOf, Sftp, type SftpEntry } from "./sftp.ts";
import { openWriter } from "./transfer.ts";

/** How many files are written at once. */
const LANES = 64;

/** A directory as it was before; empty where it is new. */
interface Directory {
  /** Whether it was made for the tree. */
  fresh: boolean;
  /** What was in it, by name. */
  entries: ReadonlyMap<string, SftpEntry>;
}

/** A directory behind an SFTP connection that a tree is written to. */
export class SftpTreeTarget implements TreeTarget {
  readonly lanes: number = LANES;
  readonly #channel: SftpChannel;
  readonly #sftp: Sftp;
  readonly #root: string;
  readonly #directories: Directories<Directory>;
  readonly #entries: CheckedEntry[] = [];

  constructor(channel: SftpChannel, root: string) {
    this.#channel = channel;
    this.#sftp = new Sftp(channel);
    this.#root = root;
    this.#directories = new Directories((path, parent) =>
      parent ? this.#make(path, parent) : this.#makeRoot()
    );
  }

  async find(path: string): Promise<FoundEntry | undefined> {
    const { entries } = await this.#directories.above(path);
    return entries.get(nameOf(path));
  }

  async directory(entry: CheckedEntry): Promise<void> {
    const { fresh } = await this.#directories.at(entry.path);
    if (entry.path !== "" || fresh) this.#entries.push(entry);
  }

  async symlink({ path }: CheckedEntry, target: string): Promise<void> {
    await this.#clear(path);
    await this.#sftp.symlink(target, below(this.#root, path));
  }

  async file(entry: CheckedEntry, data: Bytes | ReadableStream<Uint8Array>): Promise<void> {
    const { path, mode, modified } = entry;
    // A link would be written through.
    await this.#clear(path, "file");
    const writer = await openWriter(this.#channel, below(this.#root, path), {
      owner: ownerOf(path, entry),
      permissions: mode,
      modified: modified && secondsOf(modified),
    });
    try {
      if (data instanceof Uint8Array) await writer.write(data);
      else for await (const chunk of chunksOf(data)) await writer.write(chunk);
    } catch (error) {
      await writer.abort().catch(() => {});
      throw error;
    }
    await writer.close();
  }

  async finish(): Promise<void> {
    // The root may be empty, and no entry.
    await this.#directories.at("");
    const lanes = new Lanes(LANES);
    for (const { path, ...attributes } of this.#entries) {
      await lanes.run(() => this.#sftp.setAttributes(below(this.#root, path), pick(attributes)));
    }
    await lanes.done();
  }

  async abort(): Promise<void> {
    await this.#channel.close();
  }

  /** Removes what is there, unless it is a directory or what may stay. */
  async #clear(path: string, stays?: "file"): Promise<void> {
    const { entries } = await this.#directories.above(path);
    const found = entries.get(nameOf(path));
    if (!found || found.type === stays || found.type === "directory") return;
    await this.#sftp.remove(below(this.#root, path));
  }

  async #make(path: string, parent: Directory): Promise<Directory> {
    const full = below(this.#root, path);
    const found = parent.entries.get(nameOf(path));
    if (found?.type === "directory") return await this.#read(full);
    if (found) throw notADirectory(full, found.type);
    await this.#sftp.mkdir(full);
    return { fresh: true, entries: new Map() };
  }

  async #makeRoot(): Promise<Directory> {
    const found = await this.#look(this.#root);
    if (found === "directory") return await this.#read(this.#root);
    if (found) throw notADirectory(this.#root, found);
    const names = this.#root.split("/").filter((name) => name !== "");
    for (let depth = 1; depth <= names.length; depth++) {
      const path = `/${names.slice(0, depth).join("/")}`;
      if (!await this.#look(path)) await this.#sftp.mkdir(path);
    }
    return { fresh: true, entries: new Map() };
  }

  /** What a path leads to, through links, if to anything. */
  async #look(path: string): Promise<string | undefined> {
    try {
      return (await this.#sftp.stat(path)).type;
    } catch (error) {
      if (error instanceof SftpError && error.reason === "not-found") return undefined;
      throw error;
    }
  }

  async #read(path: string): Promise<Directory> {
    const entries = await this.#sftp.list(path);
    return { fresh: false, entries: new Map(entries.map((entry) => [entry.name, entry])) };
  }
}

function pick({ mode, uid, gid, modified }: Omit<CheckedEntry, "path">) {
  return { mode, uid, gid, modified };
}
