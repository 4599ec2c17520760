import { NotFoundError } from "../../errors.ts";
import { type CallOptions, limited } from "../../core/call.ts";
import { headerName } from "../../core/dialect.ts";
import type { Session, SessionRequest } from "../../core/session.ts";
import type { Progress } from "../../core/progress.ts";
import { bodyOf, type Bytes, type ByteSource, collect } from "../../core/streams.ts";
import { counted, type DownloadOptions, uploadOf } from "../../core/transfer.ts";

/** The kinds of thing that a path can lead to. */
export type FileType = "file" | "directory" | "symlink";

/** What is known of a file without reading it. */
export interface FileInfo {
  /** What it is. A symbolic link is not followed. */
  type: FileType;
  /** The permission bits, such as `0o644`. */
  mode: number;
  /** The id of the owning user. */
  uid: number;
  /** The id of the owning group. */
  gid: number;
  /** The size in bytes; null for what is no file. */
  size: number | null;
  /** When it was last modified; null where the server does not tell. */
  modified: Date | null;
}

/** Who owns a new file or directory, and who may use it. */
export interface OwnershipOptions extends CallOptions {
  /** The permission bits, such as `0o644`. Default: the server's, `0o644` for files. */
  mode?: number;
  /** The id of the owning user. Default: 0. */
  uid?: number;
  /** The id of the owning group. Default: 0. */
  gid?: number;
}

/** Options of a write. */
export interface WriteOptions extends OwnershipOptions {
  /** Adds to the end of a file that exists in place of writing it anew. Default: false. */
  append?: boolean;
  /** Called about twice a second with how much was sent so far, and at the end. */
  onProgress?: (progress: Progress) => void;
}

/** Options of making a directory. */
export interface MkdirOptions extends OwnershipOptions {
  /** Makes the directories above it too, where they are missing. Default: false. */
  recursive?: boolean;
}

/** Options of removing. */
export interface RemoveOptions extends CallOptions {
  /** Removes a directory with all that is in it. Default: false. */
  recursive?: boolean;
}

/** A file that is being read. Its stream is to be read to its end, or cancelled. */
export interface OpenFile {
  /** What is known of it. */
  info: FileInfo;
  /**
   * Its bytes, as they come. In Deno over a Unix socket they fill the buffer of a reader that brings one
   * (`getReader({ mode: "byob" })`), so that no memory is made for each piece.
   */
  readable: ReadableStream<Bytes>;
}

/** How many symbolic links in a row are followed, as on Linux. */
const LINKS = 40;

/**
 * The files of one instance, running or stopped, or of one storage volume: `.../files`. Paths are
 * absolute; those of a volume start at its root.
 *
 * @example
 * ```ts
 * import { connect } from "@lxkit/client";
 *
 * await using client = await connect();
 * const { files } = client.instances.at("web");
 * await files.write("/etc/motd", "hello\n", { mode: 0o644 });
 * console.log(await files.readText("/etc/hostname"), await files.list("/etc"));
 * ```
 */
export class Files {
  readonly #session: Session;
  readonly #owner: string;
  readonly #path: string;

  /** @ignore */
  constructor(session: Session, owner: string) {
    this.#session = session;
    this.#owner = owner;
    this.#path = `${owner}/files`;
  }

  /**
   * Opens a file for reading; a symbolic link leads to its target.
   *
   * @throws {NotFoundError} when there is none.
   * @throws {TypeError} when it is a directory.
   */
  async open(path: string, options: DownloadOptions = {}): Promise<OpenFile> {
    let target = path;
    for (let links = 0; links <= LINKS; links++) {
      const response = await this.#exchange("GET", target, options);
      const info = this.#infoOf(response);
      const readable = bodyOf(response, `read "${path}"`, options.signal);
      if (info.type === "file") {
        return { info, readable: counted(readable, "download", info.size, options.onProgress) };
      }
      if (info.type === "directory") {
        await readable.cancel();
        throw new TypeError(`Cannot read "${path}": it is a directory`);
      }
      target = new TextDecoder().decode(await collect(readable));
    }
    throw new TypeError(
      `Cannot read "${path}": it leads through more than ${LINKS} symbolic links`,
    );
  }

  /** Reads a whole file: see {@linkcode Files.open}. */
  async read(path: string, options: DownloadOptions = {}): Promise<Bytes> {
    const { onProgress } = options;
    return await limited(options, `read "${path}"`, async (signal) => {
      return await collect((await this.open(path, { signal, onProgress })).readable);
    });
  }

  /** Reads a whole file as UTF-8: see {@linkcode Files.open}. */
  async readText(path: string, options: DownloadOptions = {}): Promise<string> {
    return new TextDecoder().decode(await this.read(path, options));
  }

  /**
   * The URL of a file, for a link or a player: whoever follows it needs credentials of their own, as a
   * browser has them.
   *
   * @throws {UnsupportedError} when the connector has no URLs, as over a Unix socket.
   */
  url(path: string): URL {
    return this.#session.url(this.#path, { path: absolute(path) });
  }

  /**
   * Where a symbolic link leads to, as an absolute path.
   *
   * @throws {TypeError} when it is no symbolic link.
   */
  async readLink(path: string, options: CallOptions = {}): Promise<string> {
    return await this.#whole(path, "symlink", options, (response) => response.text());
  }

  /**
   * The names in a directory, sorted.
   *
   * @throws {TypeError} when it is no directory.
   */
  async list(path: string, options: CallOptions = {}): Promise<string[]> {
    return await this.#whole(path, "directory", options, async (response) => {
      const { metadata } = await response.json() as { metadata: string[] | null };
      return (metadata ?? []).sort();
    });
  }

  /**
   * What is known of a file, directory or symbolic link without reading it. Needs the API extension
   * `instance_file_head`.
   *
   * @throws {NotFoundError} when there is nothing at the path.
   */
  async stat(path: string, options: CallOptions = {}): Promise<FileInfo> {
    this.#session.require("instance_file_head", "look at a file");
    const info = this.#infoOf(await this.#exchange("HEAD", path, options));
    if (info.type !== "file" || info.size !== null) return info;
    // Not every server tells the size without any of the content.
    const response = await this.#exchange("GET", path, options, { range: "bytes=0-0" });
    await response.body?.cancel();
    const whole = response.headers.get("content-range")?.split("/")[1];
    return { ...info, size: Number(whole ?? response.headers.get("content-length")) };
  }

  /**
   * Writes a file, anew unless `append` is set. A stream is sent as it is read. The directory has to
   * exist.
   *
   * `mode`, `uid` and `gid` are the file's from then on where they are given, whether it is new or not.
   * Before the bytes are sent they are set on one that exists: over SFTP where the server lacks the API
   * extension `instances_files_modify_permissions`.
   *
   * @throws {NotFoundError} when the directory is missing, or with `append` the file.
   * @throws {UnsupportedError} when the permissions of a file that exists cannot be set, as in browsers.
   */
  async write(path: string, data: ByteSource, options: WriteOptions = {}): Promise<void> {
    const owner = this.#ownership({ mode: 0o644, ...options });
    await limited(options, `write "${path}"`, async (signal) => {
      const given = givenOf(options);
      const sets = this.#session.facts.extensions.has("instances_files_modify_permissions");
      if (given.length > 0 && !sets) await this.#own(path, options, signal);
      await this.#send(path, { signal, ...uploadOf(this.#session, data, options.onProgress) }, {
        ...owner,
        ...given.length > 0 && sets ? { "modify-perm": given.join(",") } : {},
        type: "file",
        write: options.append ? "append" : "overwrite",
      });
    });
  }

  /** Makes a directory, `0o755` unless told otherwise; one that exists is left as it is. */
  async mkdir(path: string, options: MkdirOptions = {}): Promise<void> {
    const parts = absolute(path).split("/").filter((part) => part !== "");
    for (let depth = options.recursive ? 1 : parts.length; depth <= parts.length; depth++) {
      const made = `/${parts.slice(0, depth).join("/")}`;
      const { signal, timeout } = options;
      await this.#send(made, { signal, timeout, bytes: "" }, {
        ...this.#ownership({ mode: 0o755, ...options }),
        type: "directory",
      });
    }
  }

  /** Makes a symbolic link at `path` that leads to `target`. */
  async symlink(target: string, path: string, options: CallOptions = {}): Promise<void> {
    if (target === "" || target.includes("\0") || !target.isWellFormed()) {
      throw new TypeError(`Cannot make a link to ${JSON.stringify(target)}: it can be no path`);
    }
    const { signal, timeout } = options;
    await this.#send(path, { signal, timeout, bytes: target }, { type: "symlink" });
  }

  /**
   * Removes a file, a symbolic link or a directory.
   *
   * @throws {NotFoundError} when there is nothing at the path.
   * @throws {ApiError} when the directory is not empty and `recursive` is not set.
   */
  async remove(path: string, options: RemoveOptions = {}): Promise<void> {
    if (options.recursive) checkRemovable(path);
    await limited(options, `remove "${path}"`, (signal) => this.#remove(path, options, signal));
  }

  async #remove(path: string, options: RemoveOptions, signal?: AbortSignal): Promise<void> {
    if (options.recursive && (await this.stat(path, { signal })).type === "directory") {
      for (const name of await this.list(path, { signal })) {
        await this.#remove(`${path}/${name}`, options, signal);
      }
    }
    await this.#session.send("DELETE", this.#path, { query: { path: absolute(path) }, signal });
  }

  #exchange(
    method: string,
    path: string,
    options: CallOptions,
    headers?: Record<string, string>,
  ): Promise<Response> {
    return this.#session.exchange(method, this.#path, {
      signal: options.signal,
      timeout: options.timeout,
      query: { path: absolute(path) },
      headers,
    });
  }

  /** Reads something small that is not a file. */
  async #whole<T>(
    path: string,
    type: FileType,
    options: CallOptions,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    return await limited(options, `read "${path}"`, async (signal) => {
      const response = await this.#exchange("GET", path, { signal });
      const found = this.#infoOf(response).type;
      if (found === type) return await read(response);
      await response.body?.cancel();
      throw new TypeError(`Cannot read "${path}" as a ${type}: it is a ${found}`);
    });
  }

  async #send(
    path: string,
    request: SessionRequest,
    fields: Record<string, string>,
  ): Promise<void> {
    const { dialect } = this.#session.facts;
    const headers = Object.entries(fields).map((
      [field, value],
    ) => [headerName(dialect, field), value]);
    await this.#session.send("POST", this.#path, {
      ...request,
      query: { path: absolute(path) },
      headers: Object.fromEntries(headers),
    });
  }

  #ownership(
    { mode, uid = 0, gid = 0 }: OwnershipOptions & { mode: number },
  ): Record<string, string> {
    if (!(Number.isInteger(mode) && mode >= 0 && mode <= 0o7777)) {
      throw new TypeError(`Cannot use ${mode} as a mode: it must be an integer up to 0o7777`);
    }
    // Without the leading zero the servers read the number as decimal.
    return { mode: `0${mode.toString(8)}`, uid: String(uid), gid: String(gid) };
  }

  /** Gives a file that exists the owner and mode that are asked for; the files API does so on new ones only. */
  async #own(path: string, options: OwnershipOptions, signal?: AbortSignal): Promise<void> {
    if (!await this.#differs(path, options, signal)) return;
    const { openSftp } = await import("../../core/sftp/open.ts");
    const sftp = await openSftp(this.#session, this.#owner, { signal });
    try {
      const { mode, uid, gid } = await sftp.stat(path);
      await sftp.setAttributes(path, { mode, uid, gid, ...pick(options) });
    } finally {
      await sftp.close();
    }
  }

  async #differs(path: string, options: OwnershipOptions, signal?: AbortSignal): Promise<boolean> {
    try {
      const info = await this.stat(path, { signal });
      return info.type === "symlink" || givenOf(options).some((key) => info[key] !== options[key]);
    } catch (error) {
      if (error instanceof NotFoundError) return false;
      throw error;
    }
  }

  #infoOf(response: Response): FileInfo {
    const field = (name: string) =>
      response.headers.get(headerName(this.#session.facts.dialect, name)) ?? "";
    const type = field("type") as FileType;
    const size = response.headers.get("content-length");
    return {
      type,
      mode: parseInt(field("mode"), 8),
      uid: Number(field("uid")),
      gid: Number(field("gid")),
      size: type === "file" && size !== null ? Number(size) : null,
      modified: parseGoTime(field("modified")),
    };
  }
}

/** Which of the attributes the caller asks for. */
function givenOf(options: OwnershipOptions): ("uid" | "gid" | "mode")[] {
  return (["uid", "gid", "mode"] as const).filter((key) => options[key] !== undefined);
}

function pick(options: OwnershipOptions): OwnershipOptions {
  return Object.fromEntries(givenOf(options).map((key) => [key, options[key]]));
}

/** What is removed with all that is in it must be named in plain words. */
function checkRemovable(path: string): void {
  const parts = path.split("/");
  if (parts.includes("..")) {
    throw new TypeError(`Cannot remove "${path}" with all that is in it: it holds ".."`);
  }
  if (parts.every((part) => part === "" || part === ".")) {
    throw new TypeError(`Cannot remove "${path}": it is the whole file system`);
  }
}

function absolute(path: string): string {
  if (path.startsWith("/") && !path.includes("\0")) return path;
  throw new TypeError(`Cannot use ${JSON.stringify(path)} as a path: it must start with "/"`);
}

/** Reads what Go prints of a time, such as `2026-08-22 10:11:12.123 +0000 UTC`. */
function parseGoTime(text: string): Date | null {
  const match = /^(\S+) (\d\d:\d\d:\d\d)(\.\d{1,3})?\d* ([+-]\d\d)(\d\d)/.exec(text);
  if (!match) return null;
  const [, day, time, fraction = "", hours, minutes] = match;
  return new Date(`${day}T${time}${fraction}${hours}:${minutes}`);
}
