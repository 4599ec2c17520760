import type { ConnectorResponse } from "../../connector.ts";
import { NotFoundError, UnsupportedError } from "../../errors.ts";
import { type CallOptions, limited } from "../../core/call.ts";
import { headerName } from "../../core/dialect.ts";
import { refuse } from "../../core/envelope.ts";
import type { Session, SessionRequest } from "../../core/session.ts";
import { bodyOf, type Bytes, type ByteSource, collect } from "../../core/streams.ts";
import { type DownloadOptions, metersOf, uploadOf } from "../../core/transfer.ts";
import type { FileType } from "../../core/tree/entry.ts";
import type { TreeOptions, TreeSummary } from "../../core/tree/options.ts";
import {
  type FileInfo,
  givenAttributes,
  givenNames,
  type MkdirOptions,
  type OpenFile,
  ownershipFields,
  type OwnershipOptions,
  readFileInfo,
  type RemoveOptions,
  type WriteOptions,
} from "./file_info.ts";
import { absolute, checkRemovable, rootOf } from "./file_paths.ts";
import type { TreeSink, TreeSource } from "./trees/trees.ts";
import type { TreePlace } from "./trees/way.ts";

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
  readonly #place: TreePlace;

  /** @ignore */
  constructor(
    session: Session,
    owner: string,
    place: Pick<TreePlace, "runs" | "sftpExtension">,
  ) {
    this.#session = session;
    this.#owner = owner;
    this.#path = `${owner}/files`;
    this.#place = { session, owner, files: this, ...place };
  }

  /**
   * Opens a file for reading; a symbolic link leads to its target.
   *
   * @throws {NotFoundError} when there is none.
   * @throws {TypeError} when it is a directory.
   */
  async open(path: string, options: DownloadOptions = {}): Promise<OpenFile> {
    const what = `read ${this.#label(path)}`;
    return await limited(options, what, async (signal) => {
      let target = path;
      for (let links = 0; links <= LINKS; links++) {
        const { info, response } = await this.look(target, { signal });
        const file = info.type === "file";
        const meters = metersOf("download", info.size, file ? options.onProgress : undefined);
        const { readable } = bodyOf(response, what, signal, meters);
        if (file) return { info, readable };
        if (info.type === "directory") {
          await readable.cancel();
          throw new TypeError(`Cannot read ${this.#label(path)}: it is a directory`);
        }
        target = new TextDecoder().decode(await collect(readable));
      }
      throw new TypeError(
        `Cannot read ${this.#label(path)}: it leads through more than ${LINKS} symbolic links`,
      );
    });
  }

  /**
   * Asks for what is at a path, whatever it is.
   *
   * @internal
   */
  async look(
    path: string,
    options: { signal?: AbortSignal },
  ): Promise<{ info: FileInfo; response: ConnectorResponse }> {
    const response = await this.#exchange("GET", path, options.signal);
    return { info: this.#infoOf(response), response };
  }

  /** Reads a whole file: see {@linkcode Files.open}. */
  async read(path: string, options: DownloadOptions = {}): Promise<Bytes> {
    const { onProgress } = options;
    return await limited(options, `read ${this.#label(path)}`, async (signal) => {
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
    return await this.#whole(path, "symlink", options);
  }

  /**
   * The names in a directory, sorted.
   *
   * @throws {TypeError} when it is no directory.
   */
  async list(path: string, options: CallOptions = {}): Promise<string[]> {
    const { metadata } = JSON.parse(await this.#whole(path, "directory", options));
    return ((metadata ?? []) as string[]).sort();
  }

  /**
   * What is known of a file, directory or symbolic link without reading it. A link is not followed, unlike
   * by `stat()` of {@linkcode Sftp}. Needs the API extension `instance_file_head`.
   *
   * @throws {NotFoundError} when there is nothing at the path.
   */
  async stat(path: string, options: CallOptions = {}): Promise<FileInfo> {
    this.#session.require("instance_file_head", "look at a file");
    return await limited(options, `look at ${this.#label(path)}`, async (signal) => {
      const info = this.#infoOf(await this.#exchange("HEAD", path, signal));
      // Not every server tells the size without any of the content.
      const untold = info.type === "file" && info.size === null;
      return untold ? { ...info, size: await this.#sizeOf(path, signal) } : info;
    });
  }

  /**
   * Writes a file, anew unless `append` is set. A stream is sent as it is read. The directory has to
   * exist.
   *
   * `mode`, `uid` and `gid` are the file's from then on where they are given, whether it is new or not.
   * Before the bytes are sent they are set on one that exists: over SFTP where the server lacks the API
   * extension `instances_files_modify_permissions`.
   *
   * A write that breaks off leaves what had come, and ends when the server is done with it, after a second at
   * most. Browsers, and proxies before the server, end it at once: what is written to the same path in the next
   * milliseconds can be mixed with it there.
   *
   * @throws {NotFoundError} when the directory is missing, or with `append` the file.
   * @throws {UnsupportedError} when the permissions of a file that exists cannot be set, as in browsers.
   */
  async write(path: string, data: ByteSource, options: WriteOptions = {}): Promise<void> {
    const owner = ownershipFields({ ...options, mode: options.mode ?? 0o644 });
    await limited(options, `write ${this.#label(path)}`, async (signal) => {
      const given = givenNames(options);
      const sets = this.#session.facts.extensions.has("instances_files_modify_permissions");
      if (given.length > 0 && !sets) await this.#own(path, options, signal);
      await this.#send("write", path, {
        signal,
        ...uploadOf(this.#session, data, options.onProgress),
      }, {
        ...owner,
        ...given.length > 0 && sets ? { "modify-perm": given.join(",") } : {},
        type: "file",
        write: options.append ? "append" : "overwrite",
      });
    });
  }

  /**
   * Makes a directory, `0o755` unless told otherwise; what is at the path already is left as it is, also where
   * that is a file: the servers do not tell.
   */
  async mkdir(path: string, options: MkdirOptions = {}): Promise<void> {
    const parts = absolute(path).split("/").filter((part) => part !== "");
    const owner = ownershipFields({ ...options, mode: options.mode ?? 0o755 });
    await limited(options, `make ${this.#label(path)}`, async (signal) => {
      for (let depth = options.recursive ? 1 : parts.length; depth <= parts.length; depth++) {
        const made = `/${parts.slice(0, depth).join("/")}`;
        await this.#send("make", made, { signal, bytes: "" }, { ...owner, type: "directory" });
      }
    });
  }

  /** Makes a symbolic link at `path` that leads to `target`. */
  async symlink(target: string, path: string, options: CallOptions = {}): Promise<void> {
    if (target === "" || target.includes("\0") || !target.isWellFormed()) {
      throw new TypeError(`Cannot make a link to ${JSON.stringify(target)}: it can be no path`);
    }
    const { signal, timeout } = options;
    await this.#send("make", path, { signal, timeout, bytes: target }, { type: "symlink" });
  }

  /**
   * Removes a file, a symbolic link or a directory.
   *
   * @throws {NotFoundError} when there is nothing at the path.
   * @throws {ApiError} when the directory is not empty and `recursive` is not set.
   */
  async remove(path: string, options: RemoveOptions = {}): Promise<void> {
    if (options.recursive) checkRemovable(path);
    await limited(
      options,
      `remove ${this.#label(path)}`,
      (signal) => this.#remove(path, options, signal),
    );
  }

  /**
   * Brings a whole tree into a directory, which is made where it is missing: from a local directory, or from
   * entries of one's own, which is for every runtime. Files that are there already are written anew, other
   * things that are in the way of files and links are replaced, directories are kept. An entry is refused
   * that would end up elsewhere: by `..`, or through a symbolic link that is there or of the same tree.
   *
   * What was sent when it fails stays; `skipEqual` goes on from there. The root itself gets its mode, owner
   * and time only where it is made.
   *
   * @example
   * ```ts
   * import { connect } from "@lxkit/client";
   *
   * await using client = await connect();
   * const { files } = client.instances.at("web");
   * await files.upload("./site", "/srv/site", { onProgress: ({ text }) => console.log(text) });
   * await files.upload([
   *   { path: "bin", type: "directory", mode: 0o755 },
   *   { path: "bin/run", data: "#!/bin/sh\n", mode: 0o755 },
   *   { path: "current", type: "symlink", target: "bin/run" },
   * ], "/opt/tool");
   * ```
   *
   * @throws {TypeError} when an entry is refused, or something in the way is no directory.
   * @throws {SftpError} when the server refuses something, over SFTP.
   * @throws {TruncatedError} when the `tar` of the instance fails, or a file is shorter than was told.
   * @throws {UnsupportedError} when the way that is asked for is not there, or cannot do what is.
   */
  async upload(
    source: TreeSource,
    remote: string,
    options: TreeOptions = {},
  ): Promise<TreeSummary> {
    const { uploadTree } = await import("./trees/trees.ts");
    return await uploadTree(this.#place, source, rootOf(remote), options);
  }

  /**
   * Brings the whole tree below a directory to a local directory, which is made where it is missing, or to a
   * sink of one's own, which is for every runtime. Local files that are there already are replaced once their
   * successors are complete, directories are kept. An entry is refused that would end up elsewhere: by `..`,
   * or through a symbolic link that is there or of the same tree.
   *
   * A sink gets a directory before what is in it, the root as `.` first. It reads the data of a file before
   * its `write` resolves, or not at all. Of a file that grows meanwhile comes what there was when it was
   * looked at; one that shrinks ends the download.
   *
   * @example
   * ```ts
   * import { connect, type DownloadedEntry } from "@lxkit/client";
   *
   * await using client = await connect();
   * const { files } = client.instances.at("web");
   * await files.download("/etc", "./etc", { skipEqual: true });
   * const sink = new WritableStream<DownloadedEntry>({
   *   async write({ path, type, data }) {
   *     if (type === "file") console.log(path, await new Response(data).text());
   *   },
   * });
   * await files.download("/etc", sink);
   * ```
   *
   * @throws {TypeError} when it is no directory, or something in the way is none.
   * @throws {NotFoundError} when there is nothing; over SFTP an {@linkcode SftpError} of that reason.
   * @throws {ProtocolError} when an entry is refused.
   * @throws {SftpError} when the server refuses something, over SFTP.
   * @throws {TruncatedError} when a file or the whole breaks off.
   * @throws {UnsupportedError} when the way that is asked for is not there.
   */
  async download(
    remote: string,
    sink: TreeSink,
    options: TreeOptions = {},
  ): Promise<TreeSummary> {
    const { downloadTree } = await import("./trees/trees.ts");
    return await downloadTree(this.#place, rootOf(remote), sink, options);
  }

  async #remove(path: string, options: RemoveOptions, signal?: AbortSignal): Promise<void> {
    if (options.recursive && (await this.stat(path, { signal })).type === "directory") {
      for (const name of await this.list(path, { signal })) {
        await this.#remove(`${path}/${name}`, options, signal);
      }
    }
    const what = `remove ${this.#label(path)}`;
    const query = { path: absolute(path) };
    await this.#session.send("DELETE", this.#path, { query, signal, what });
  }

  #exchange(method: string, path: string, signal: AbortSignal | undefined) {
    const what = `${method === "HEAD" ? "look at" : "read"} ${this.#label(path)}`;
    const query = { path: absolute(path) };
    return this.#session.exchange(method, this.#path, { signal, query, what });
  }

  /** A path with the thing that it is in, for messages. */
  #label(path: string): string {
    return `"${path}" in ${this.#owner}`;
  }

  /** How many bytes a file has, told by the answer to who asks for the first one. */
  async #sizeOf(path: string, signal: AbortSignal | undefined): Promise<number> {
    const query = { path: absolute(path) };
    const headers = { range: "bytes=0-0" };
    const response = await this.#session.fetch("GET", this.#path, { signal, query, headers });
    // There is no first byte of an empty file.
    const EMPTY = 416;
    if (!response.ok && response.status !== EMPTY) {
      const what = `look at ${this.#label(path)}`;
      return await refuse(response, { method: "GET", path: this.#path, what });
    }
    await response.body?.cancel();
    if (response.status === EMPTY) return 0;
    const whole = response.headers.get("content-range")?.split("/")[1];
    return Number(whole ?? response.headers.get("content-length"));
  }

  /** Reads something small that is not a file, as text. */
  async #whole(path: string, type: FileType, options: CallOptions): Promise<string> {
    const what = `read ${this.#label(path)}`;
    return await limited(options, what, async (signal) => {
      const response = await this.#exchange("GET", path, signal);
      const found = this.#infoOf(response).type;
      const { readable } = bodyOf(response, what, signal);
      if (found === type) return new TextDecoder().decode(await collect(readable));
      await readable.cancel();
      throw new TypeError(`Cannot read ${this.#label(path)} as a ${type}: it is a ${found}`);
    });
  }

  async #send(
    verb: string,
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
      what: `${verb} ${this.#label(path)}`,
      headers: Object.fromEntries(headers),
    });
  }

  /** Gives a file that exists the owner and mode that are asked for; the files API does so on new ones only. */
  async #own(path: string, options: OwnershipOptions, signal?: AbortSignal): Promise<void> {
    if (!await this.#differs(path, options, signal)) return;
    if (!this.#session.connector.upgrade) {
      throw new UnsupportedError(
        `Cannot set the mode or owner of ${this.#label(path)}, which exists: ` +
          "this server takes that over SFTP alone, and this runtime has no raw connections",
      );
    }
    const { openSftp } = await import("../../core/sftp/open.ts");
    const sftp = await openSftp(this.#session, this.#owner, { signal });
    try {
      const { mode, uid, gid } = await sftp.stat(path);
      await sftp.setAttributes(path, { mode, uid, gid, ...givenAttributes(options) });
    } finally {
      await sftp.close();
    }
  }

  async #differs(path: string, options: OwnershipOptions, signal?: AbortSignal): Promise<boolean> {
    try {
      const info = await this.stat(path, { signal });
      return info.type === "symlink" ||
        givenNames(options).some((key) => info[key] !== options[key]);
    } catch (error) {
      if (error instanceof NotFoundError) return false;
      throw error;
    }
  }

  #infoOf(response: ConnectorResponse): FileInfo {
    return readFileInfo(response, this.#session.facts.dialect);
  }
}
