import { FileError } from "../files/file_error.ts";
import type { FileNode } from "../files/file_node.ts";
import type { GuestFiles } from "../files/guest_files.ts";
import type { Bytes } from "../text.ts";
import { type OpenFile, unreadable } from "./open_file.ts";

/** How a regular file is open. */
export interface RegularFileOptions {
  /** Whether it can be read. */
  readable: boolean;
  /** Whether it can be written. */
  writable: boolean;
  /** Whether all that is written goes to its end. */
  append: boolean;
}

/** A regular file with a position that goes on as it is read and written. */
export class RegularFile implements OpenFile {
  readonly #files: GuestFiles;
  readonly #node: FileNode;
  readonly #options: RegularFileOptions;
  /** Where the next byte is read or written. */
  position = 0;

  /** Open at its start. */
  constructor(files: GuestFiles, node: FileNode, options: RegularFileOptions) {
    this.#files = files;
    this.#node = node;
    this.#options = options;
  }

  /** The bytes from its position on. */
  read(max: number): Promise<Bytes | null> {
    if (!this.#options.readable) return unreadable();
    const bytes = this.#node.content.read(this.position, max);
    this.position += bytes.length;
    return Promise.resolve(bytes.length > 0 ? bytes : null);
  }

  /** Writes at its position, or at its end. */
  async write(bytes: Bytes): Promise<void> {
    if (!this.#options.writable) return await unreadable();
    if (this.#options.append) this.position = this.#node.content.length;
    this.#files.writeAt(this.#node, this.position, bytes);
    this.position += bytes.length;
  }
}

/** Bytes to read, and nothing else. */
export class BytesFile implements OpenFile {
  #rest: Bytes;

  /** Reads these. */
  constructor(bytes: Bytes) {
    this.#rest = bytes;
  }

  /** The next bytes. */
  read(max: number): Promise<Bytes | null> {
    const bytes = this.#rest.subarray(0, max);
    this.#rest = this.#rest.subarray(max);
    return Promise.resolve(bytes.length > 0 ? bytes : null);
  }

  /** Refuses. */
  write(): Promise<void> {
    return unreadable();
  }
}

const nothing = () => Promise.resolve(null);
const takeAll = () => Promise.resolve();

/** The devices that every instance has, by name. */
export const devices: Record<string, OpenFile> = {
  null: { read: nothing, write: takeAll },
  zero: { read: (max) => Promise.resolve(new Uint8Array(max)), write: takeAll },
  full: {
    read: (max) => Promise.resolve(new Uint8Array(max)),
    write: () => Promise.reject(new FileError("ENOSPC")),
  },
  random: { read: (max) => Promise.resolve(randomBytes(max)), write: takeAll },
  urandom: { read: (max) => Promise.resolve(randomBytes(max)), write: takeAll },
};

function randomBytes(max: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(Math.min(max, 65_536)));
}
