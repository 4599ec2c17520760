import { FileError } from "../files/file_error.ts";
import type { AnyNode } from "../files/file_node.ts";
import type { GuestFiles } from "../files/guest_files.ts";
import type { ByteDuplex } from "../socket.ts";
import type { Bytes } from "../text.ts";
import { attributesOf, longName, setAttributes } from "./attributes.ts";
import { PacketFields, PacketWriter } from "./packet.ts";
import { readPackets } from "./packet_stream.ts";
import { PacketType, StatusCode } from "./packet_types.ts";

/** What one answer holds at the most, in bytes. */
const MAX_DATA = 32 * 1024;
/** How many entries of a directory one answer holds at the most. */
const MAX_ENTRIES = 128;

const READ = 1, WRITE = 2, CREATE = 8, TRUNCATE = 16, EXCLUSIVE = 32;

/** Something open: a file, or the entries of a directory that are still to be told. */
interface Handle {
  path: string;
  node: AnyNode;
  entries?: [name: string, node: AnyNode][];
}

/** An answer that is no success: the end of what can be told, or what the server does not do. */
class StatusError extends Error {
  override name = "StatusError";
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Serves the files of an instance over SFTP until the client goes. */
export async function serveSftp(files: GuestFiles, connection: ByteDuplex): Promise<void> {
  const writer = connection.writable.getWriter();
  const server = new SftpServer(files);
  try {
    for await (const packet of readPackets(connection.readable)) {
      await writer.write(server.answer(packet));
    }
  } catch {
    // The client is gone, or what it sends makes no sense: either way there is no one to tell.
  } finally {
    connection.close();
  }
}

/** Answers packets one by one. */
class SftpServer {
  readonly #files: GuestFiles;
  readonly #handles = new Map<string, Handle>();
  #last = 0;

  constructor(files: GuestFiles) {
    this.#files = files;
  }

  /** The answer to a packet. */
  answer(packet: Bytes): Bytes {
    const fields = new PacketFields(packet);
    const type = fields.byte();
    if (type === PacketType.INIT) return new PacketWriter(PacketType.VERSION).number(3).finish();
    const id = fields.number();
    try {
      const answer = this.#do(type, id, fields);
      return (answer ?? status(id, StatusCode.OK, "")).finish();
    } catch (error) {
      return failed(id, error).finish();
    }
  }

  /** Does what is asked for; gives nothing where a plain success is all that there is to tell. */
  #do(type: number, id: number, fields: PacketFields): PacketWriter | void {
    const files = this.#files;
    switch (type) {
      case PacketType.OPEN:
        return this.#open(id, fields.text(), fields.number());
      case PacketType.OPENDIR:
        return this.#openDirectory(id, fields.text());
      case PacketType.CLOSE: {
        if (!this.#handles.delete(fields.text())) throw new FileError("EBADF");
        return;
      }
      case PacketType.READ:
        return this.#read(id, this.#handle(fields), fields.long(), fields.number());
      case PacketType.WRITE:
        return this.#write(this.#handle(fields), fields.long(), fields.data());
      case PacketType.READDIR:
        return this.#readDirectory(id, this.#handle(fields));
      case PacketType.STAT:
      case PacketType.LSTAT: {
        const follow = type === PacketType.STAT;
        const path = fields.text();
        const node = during(follow ? "stat" : "lstat", path, () => files.lookup(path, { follow }));
        return attributes(id, node);
      }
      case PacketType.FSTAT:
        return attributes(id, this.#handle(fields).node);
      case PacketType.SETSTAT: {
        const path = fields.text();
        const node = during("chmod", path, () => files.lookup(path));
        return during("truncate", path, () => setAttributes(files, node, fields));
      }
      case PacketType.FSETSTAT: {
        const { path, node } = this.#handle(fields);
        return during("truncate", path, () => setAttributes(files, node, fields));
      }
      case PacketType.MKDIR: {
        const path = fields.text();
        return during("mkdir", path, () => files.mkdir(path));
      }
      case PacketType.REMOVE:
      case PacketType.RMDIR: {
        const path = fields.text();
        return during("remove", path, () => {
          // Either removes both, as `os.Remove` of Go does.
          if (files.lookup(path, { follow: false }).type !== "directory") files.remove(path);
          else files.removeDirectory(path);
        });
      }
      case PacketType.RENAME: {
        const from = fields.text(), to = fields.text();
        return during("rename", `${from} ${to}`, () => {
          // Go goes beyond Linux here: not even an empty directory is replaced.
          const there = files.find(to, { follow: false })?.type === "directory";
          if (there && files.find(from, { follow: false })) throw new FileError("EEXIST");
          files.rename(from, to);
        });
      }
      case PacketType.SYMLINK: {
        const target = fields.text(), path = fields.text();
        return during("symlink", `${target} ${path}`, () => files.symlink(target, path));
      }
      case PacketType.READLINK: {
        const path = fields.text();
        return oneName(id, during("readlink", path, () => files.readLink(path)));
      }
      case PacketType.REALPATH:
        return oneName(id, clean(fields.text()));
      default:
        throw new StatusError(StatusCode.UNSUPPORTED, "operation unsupported");
    }
  }

  #handle(fields: PacketFields): Handle {
    const handle = this.#handles.get(fields.text());
    if (!handle) throw new FileError("EBADF");
    return handle;
  }

  #keep(id: number, handle: Handle): PacketWriter {
    const name = String(++this.#last);
    this.#handles.set(name, handle);
    return new PacketWriter(PacketType.HANDLE).number(id).data(name);
  }

  #open(id: number, path: string, flags: number): PacketWriter {
    if (!(flags & (READ | WRITE))) throw new FileError("EINVAL");
    const node = during("open", path, () => {
      const node = this.#files.open(path, {
        create: (flags & CREATE) !== 0,
        truncate: (flags & TRUNCATE) !== 0,
        exclusive: (flags & EXCLUSIVE) !== 0,
      });
      if (flags & WRITE && node.type === "directory") throw new FileError("EISDIR");
      return node;
    });
    return this.#keep(id, { path, node });
  }

  #openDirectory(id: number, path: string): PacketWriter {
    const node = during("stat", path, () => this.#files.lookup(path));
    if (node.type !== "directory") throw new ActionFailure("", path, new FileError("ENOTDIR"));
    return this.#keep(id, { path, node, entries: [...node.entries] });
  }

  #read(id: number, { path, node }: Handle, offset: number, length: number): PacketWriter {
    if (node.type === "directory") throw new ActionFailure("read", path, new FileError("EISDIR"));
    const bytes = node.type === "file"
      ? node.content.read(offset, Math.min(length, MAX_DATA))
      : new Uint8Array();
    if (bytes.length === 0) throw new StatusError(StatusCode.EOF, "EOF");
    return new PacketWriter(PacketType.DATA).number(id).data(bytes);
  }

  #write({ path, node }: Handle, offset: number, bytes: Bytes): undefined {
    if (node.type === "file") {
      during("write", path, () => this.#files.writeAt(node, offset, bytes));
    }
  }

  #readDirectory(id: number, { entries }: Handle): PacketWriter {
    if (!entries?.length) throw new StatusError(StatusCode.EOF, "EOF");
    const told = entries.splice(0, MAX_ENTRIES);
    const answer = new PacketWriter(PacketType.NAME).number(id).number(told.length);
    for (const [name, node] of told) {
      answer.data(name).data(longName(name, node)).attributes(attributesOf(node));
    }
    return answer;
  }
}

/** What failed, in the words of Go's `os.PathError`. */
class ActionFailure extends Error {
  override name = "ActionFailure";
  override readonly cause: FileError;

  constructor(action: string, path: string, cause: FileError) {
    super(`${action} ${path}: ${cause.message}`);
    this.cause = cause;
  }
}

function during<T>(action: string, path: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof FileError ? new ActionFailure(action, path, error) : error;
  }
}

function failed(id: number, error: unknown): PacketWriter {
  if (error instanceof StatusError) return status(id, error.code, error.message);
  const cause = error instanceof ActionFailure ? error.cause : error;
  if (!(error instanceof Error) || !(cause instanceof FileError)) throw error;
  const { errno } = cause;
  if (errno === "ENOENT") return status(id, StatusCode.NO_SUCH_FILE, error.message);
  const denied = errno === "EACCES" || errno === "EPERM";
  return status(id, denied ? StatusCode.PERMISSION_DENIED : StatusCode.FAILURE, error.message);
}

function status(id: number, code: number, message: string): PacketWriter {
  return new PacketWriter(PacketType.STATUS).number(id).number(code).data(message).data("");
}

function attributes(id: number, node: AnyNode): PacketWriter {
  return new PacketWriter(PacketType.ATTRS).number(id).attributes(attributesOf(node));
}

function oneName(id: number, name: string): PacketWriter {
  return new PacketWriter(PacketType.NAME).number(id).number(1).data(name).data(name).attributes(
    {},
  );
}

/** The path without `.` and `..`; symbolic links stay, as in the daemons. */
function clean(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
