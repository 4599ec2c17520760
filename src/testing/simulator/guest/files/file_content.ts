import type { Bytes } from "../text.ts";
import { DiskSpace } from "./disk_space.ts";

/** The bytes of a file: cheap to add to and, as nothing is copied before it changes, to clone. */
export class FileContent {
  #space: DiskSpace;
  #buffer: Bytes;
  #length: number;
  #shared: boolean;

  private constructor(space: DiskSpace, buffer: Bytes, length: number, shared: boolean) {
    this.#space = space;
    this.#buffer = buffer;
    this.#length = length;
    this.#shared = shared;
  }

  /** An empty one. */
  static empty(space: DiskSpace): FileContent {
    return new FileContent(space, new Uint8Array(), 0, false);
  }

  /** The size in bytes. */
  get length(): number {
    return this.#length;
  }

  /** The same bytes in another space. */
  clone(space: DiskSpace): FileContent {
    space.take(this.#length);
    this.#shared = true;
    return new FileContent(space, this.#buffer, this.#length, true);
  }

  /** A copy of up to `length` bytes from `offset` on; fewer where it ends before. */
  read(offset: number, length: number): Bytes {
    return this.#buffer.slice(offset, Math.max(offset, Math.min(offset + length, this.#length)));
  }

  /**
   * Writes at an offset; zeros fill what is left before it.
   *
   * @throws {FileError} when there is no room.
   */
  write(offset: number, bytes: Uint8Array): void {
    const end = offset + bytes.length;
    if (bytes.length === 0) return;
    if (end > this.#length) this.#space.take(end - this.#length);
    this.#own(end);
    this.#buffer.set(bytes, offset);
    this.#length = Math.max(this.#length, end);
  }

  /**
   * Cuts it, or fills it with zeros, to a length.
   *
   * @throws {FileError} when there is no room.
   */
  truncate(length: number): void {
    this.#space.take(length - this.#length);
    if (length === 0) {
      this.#buffer = new Uint8Array();
      this.#shared = false;
    } else {
      this.#own(length);
      this.#buffer.fill(0, Math.min(length, this.#length));
    }
    this.#length = length;
  }

  /** Gives its space back, for a file that is in no directory any longer; it may still be open. */
  release(): void {
    this.#space.take(-this.#length);
    this.#space = new DiskSpace();
  }

  /** Makes the buffer its own and large enough. */
  #own(size: number): void {
    const fits = size <= this.#buffer.length;
    if (fits && !this.#shared) return;
    const grown = new Uint8Array(fits ? this.#buffer.length : Math.max(size, 2 * this.#length));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
    this.#shared = false;
  }
}
