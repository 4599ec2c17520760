import { FileError } from "./file_error.ts";

/** How much the files of an instance may hold. */
export class DiskSpace {
  /** How many bytes all contents may have in all. */
  capacity: number = Infinity;
  /** Which error tells that there is no more: that of a full disk, or that of a quota. */
  full: "ENOSPC" | "EDQUOT" = "ENOSPC";
  #used = 0;

  /** How many bytes all contents have. */
  get used(): number {
    return this.#used;
  }

  /**
   * Takes some bytes, or gives back where the number is negative.
   *
   * @throws {FileError} when there is no room.
   */
  take(bytes: number): void {
    if (bytes > 0 && this.#used + bytes > this.capacity) throw new FileError(this.full);
    this.#used += bytes;
  }

  /** How many more bytes fit. */
  get free(): number {
    return Math.max(0, this.capacity - this.#used);
  }
}
