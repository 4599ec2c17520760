import { FileError } from "../files/file_error.ts";
import type { Bytes } from "../text.ts";
import type { Terminal } from "./terminal.ts";

/** Something that a process has open: Linux's open file description. */
export interface OpenFile {
  /** Up to so many bytes, as soon as there are any; null at the end. */
  read(max: number, signal: AbortSignal): Promise<Bytes | null>;
  /** Takes all the bytes; resolves when there was room for them. */
  write(bytes: Bytes, signal: AbortSignal): Promise<void>;
  /** Called when the last descriptor of it is closed. */
  close?(): void;
  /** The terminal that it is, if it is one. */
  readonly terminal?: Terminal;
}

/** A number's way to an open file, shared by all that inherited it. */
export class Descriptor {
  /** What is open. */
  readonly file: OpenFile;
  #holders = 1;

  /** The first holder's. */
  constructor(file: OpenFile) {
    this.file = file;
  }

  /** One more holder. */
  share(): this {
    this.#holders++;
    return this;
  }

  /** One holder less; the last one closes the file. */
  release(): void {
    if (--this.#holders === 0) this.file.close?.();
  }
}

/** What cannot be read. */
export function unreadable(): Promise<never> {
  return Promise.reject(new FileError("EBADF"));
}
