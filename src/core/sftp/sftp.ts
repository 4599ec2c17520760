import type { Bytes } from "../streams.ts";
import type { Answer, SftpChannel } from "./channel.ts";
import { type Attributes, type Field, PACKET } from "./packet.ts";
import { endOf } from "./status.ts";
import { handleOf, openReader, openWriter, type SftpRange } from "./transfer.ts";

/** What a path leads to, as SFTP tells it. */
export interface SftpInfo {
  /** What it is. */
  type: "file" | "directory" | "symlink" | "other";
  /** The permission bits, such as `0o644`. */
  mode: number;
  /** The id of the owning user. */
  uid: number;
  /** The id of the owning group. */
  gid: number;
  /** The size in bytes. */
  size: number;
  /** When it was last modified, to the second. */
  modified: Date;
  /** When it was last read, to the second. */
  accessed: Date;
}

/** An entry of a directory. */
export interface SftpEntry extends SftpInfo {
  /** Its name in the directory. */
  name: string;
}

/** What to change of a file; what is left out stays. */
export interface SftpAttributes {
  /** The permission bits. The servers take those up to `0o777`, and drop set-user-id and the like. */
  mode?: number;
  /** The id of the owning user; together with `gid`. */
  uid?: number;
  /** The id of the owning group; together with `uid`. */
  gid?: number;
  /** When it was last modified, to the second. The time of reading becomes the same. */
  modified?: Date;
  /** Cuts the file, or fills it with zeros, to this size in bytes. */
  size?: number;
}

/** How a file is opened for writing. */
export interface SftpWriteOptions {
  /** The permission bits. Default: `0o644` for a new file, and those of one that exists. */
  mode?: number;
  /** The id of the owning user; together with `gid`. Default: 0 for a new file. */
  uid?: number;
  /** The id of the owning group; together with `uid`. Default: 0 for a new file. */
  gid?: number;
  /** When it was last modified, to the second. Default: now. */
  modified?: Date;
  /** Writes from this byte on into a file that exists, without cutting it. Default: writes it anew. */
  start?: number;
}

/**
 * The file system of an instance over one connection, on which any number of calls can be under way
 * at once: much faster than a request a file where there are many. Made by `instance.sftp()`.
 *
 * Paths are absolute. All methods throw {@linkcode SftpError} when the server refuses, and
 * {@linkcode ConnectionError} when the connection is gone.
 *
 * @example
 * ```ts
 * import { connect } from "@lxkit/client";
 *
 * await using client = await connect();
 * await using sftp = await client.instances.at("web").sftp();
 * for (const { name, size } of await sftp.list("/etc")) console.log(name, size);
 * await sftp.setAttributes("/etc/motd", { mode: 0o600 });
 * ```
 */
export class Sftp implements AsyncDisposable {
  readonly #channel: SftpChannel;

  /** @ignore */
  constructor(channel: SftpChannel) {
    this.#channel = channel;
  }

  /** What a path leads to; a symbolic link is followed. */
  async stat(path: string): Promise<SftpInfo> {
    return infoOf(attributesOf(await this.#ask(PACKET.stat, "look at", path, [])));
  }

  /** What is at a path; a symbolic link is not followed. */
  async lstat(path: string): Promise<SftpInfo> {
    return infoOf(attributesOf(await this.#ask(PACKET.lstat, "look at", path, [])));
  }

  /** Changes the attributes of a file or directory. */
  async setAttributes(path: string, attributes: SftpAttributes): Promise<void> {
    const { mode, modified, size } = attributes;
    const owner = ownerOf(path, attributes);
    // One at a time: the servers read several of them in the wrong order.
    const parts: Attributes[] = [];
    if (size !== undefined) parts.push({ size });
    if (owner) parts.push({ owner });
    if (mode !== undefined) parts.push({ permissions: mode });
    if (modified) {
      const seconds = secondsOf(modified);
      parts.push({ times: { accessed: seconds, modified: seconds } });
    }
    for (const part of parts) {
      await this.#ask(PACKET.setstat, "change the attributes of", path, [part]);
    }
  }

  /** The entries of a directory, sorted by name, without `.` and `..`. */
  async list(path: string): Promise<SftpEntry[]> {
    const handle = handleOf(await this.#ask(PACKET.opendir, "list", path, []));
    const entries: SftpEntry[] = [];
    try {
      while (true) {
        const answer = await this.#channel.request(PACKET.readdir, [handle]);
        if (endOf(answer, "list", path)) break;
        for (let count = answer.fields.uint32(); count > 0; count--) {
          const name = answer.fields.text();
          answer.fields.bytes();
          const info = infoOf(answer.fields.attributes());
          if (name !== "." && name !== "..") entries.push({ name, ...info });
        }
      }
    } finally {
      await this.#channel.request(PACKET.close, [handle]);
    }
    return entries.sort((a, b) => a.name < b.name ? -1 : 1);
  }

  /** A file, or a part of it, as a stream. */
  async read(path: string, range: SftpRange = {}): Promise<ReadableStream<Bytes>> {
    return await openReader(this.#channel, path, range);
  }

  /**
   * A sink for the bytes of a file. What was written stands once the sink has closed, with its mode, owner
   * and time as they are asked for.
   */
  async write(path: string, options: SftpWriteOptions = {}): Promise<WritableStream<Uint8Array>> {
    const { start, mode, modified } = options;
    const writer = await openWriter(this.#channel, path, {
      start,
      owner: ownerOf(path, options),
      permissions: mode,
      modified: modified && secondsOf(modified),
    });
    return new WritableStream<Uint8Array>({
      async write(chunk) {
        try {
          await writer.write(chunk);
        } catch (error) {
          // A sink that fails is neither closed nor aborted, and the server would keep the file open.
          await writer.abort().catch(() => {});
          throw error;
        }
      },
      close: () => writer.close(),
      abort: () => writer.abort(),
    });
  }

  /** Makes a directory, `0o755` unless told otherwise. */
  async mkdir(path: string, options: { mode?: number } = {}): Promise<void> {
    await this.#ask(PACKET.mkdir, "make the directory", path, [{}]);
    await this.setAttributes(path, { mode: options.mode ?? 0o755 });
  }

  /** Removes an empty directory. */
  async removeDirectory(path: string): Promise<void> {
    await this.#ask(PACKET.rmdir, "remove the directory", path, []);
  }

  /** Removes a file or symbolic link. */
  async remove(path: string): Promise<void> {
    await this.#ask(PACKET.remove, "remove", path, []);
  }

  /** Gives a file or directory another path. */
  async rename(from: string, to: string): Promise<void> {
    await this.#ask(PACKET.rename, "rename", from, [to]);
  }

  /** Makes a symbolic link at `path` that leads to `target`, which is kept as it is written. */
  async symlink(target: string, path: string): Promise<void> {
    // The servers take the target first, as OpenSSH does, whatever the draft of the protocol says.
    const answer = await this.#channel.request(PACKET.symlink, [target, path]);
    endOf(answer, "make the link", path);
  }

  /** Where a symbolic link leads to, as it is written. */
  async readLink(path: string): Promise<string> {
    return nameOf(await this.#ask(PACKET.readlink, "read the link", path, []));
  }

  /** The path without `.`, `..` and symbolic links. */
  async realPath(path: string): Promise<string> {
    return nameOf(await this.#ask(PACKET.realpath, "resolve", path, []));
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    await this.#channel.close();
  }

  /** Ends the connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #ask(type: number, verb: string, path: string, fields: Field[]): Promise<Answer> {
    const answer = await this.#channel.request(type, [path, ...fields]);
    endOf(answer, verb, path);
    return answer;
  }
}

/** The owner that is asked for, if any. */
export function ownerOf(
  path: string,
  { uid, gid }: { uid?: number; gid?: number },
): { uid: number; gid: number } | undefined {
  if (uid !== undefined && gid !== undefined) return { uid, gid };
  if (uid === gid) return undefined;
  throw new TypeError(`Cannot change the owner of "${path}": give both uid and gid`);
}

/** A time as SFTP tells it: it has 32 bits, from 1970 on. */
export function secondsOf(time: Date): number {
  return Math.min(Math.max(Math.floor(time.getTime() / 1000), 0), 0xffffffff);
}

function attributesOf(answer: Answer): Attributes {
  return answer.fields.attributes();
}

function nameOf(answer: Answer): string {
  answer.fields.uint32();
  return answer.fields.text();
}

const TYPES: Record<number, SftpInfo["type"]> = {
  0o100000: "file",
  0o040000: "directory",
  0o120000: "symlink",
};

function infoOf({ size = 0, owner, permissions = 0, times }: Attributes): SftpInfo {
  return {
    type: TYPES[permissions & 0o170000] ?? "other",
    mode: permissions & 0o7777,
    uid: owner?.uid ?? 0,
    gid: owner?.gid ?? 0,
    size,
    modified: new Date((times?.modified ?? 0) * 1000),
    accessed: new Date((times?.accessed ?? 0) * 1000),
  };
}
