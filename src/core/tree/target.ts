import type { Bytes } from "../streams.ts";
import { type CheckedEntry, type FoundEntry, parentOf } from "./entry.ts";

/** Where a tree goes. Several things are asked of it at once; entries come after their directories. */
export interface TreeTarget {
  /** How many small things it takes at once. */
  readonly lanes: number;
  /** What is at a path. */
  find(path: string): Promise<FoundEntry | undefined>;
  /** Makes a directory, or takes the one that is there. */
  directory(entry: CheckedEntry): Promise<void>;
  /** Makes a symbolic link in place of whatever is there but a directory. */
  symlink(entry: CheckedEntry, target: string): Promise<void>;
  /** Writes a file. */
  file(entry: CheckedEntry, data: Bytes | ReadableStream<Uint8Array>): Promise<void>;
  /** Does what is to be done once all else is. */
  finish(): Promise<void>;
  /** Lets go of what is open after a failure. Never rejects. */
  abort(reason: unknown): Promise<void>;
}

/** The directories of a tree that were made or found so far, each asked for once. */
export class Directories<T> {
  readonly #states = new Map<string, Promise<T>>();
  readonly #make: (path: string, parent: T | undefined) => Promise<T>;

  /** `make` makes or finds a directory; the parent of the root is undefined. */
  constructor(make: (path: string, parent: T | undefined) => Promise<T>) {
    this.#make = make;
  }

  /** A directory, with those above it. */
  at(path: string): Promise<T> {
    const known = this.#states.get(path);
    if (known) return known;
    const state = path === ""
      ? this.#make(path, undefined)
      : this.at(parentOf(path)).then((parent) => this.#make(path, parent));
    // What needs the directory fails with it.
    state.catch(() => {});
    this.#states.set(path, state);
    return state;
  }

  /** The directory that a path is in. */
  above(path: string): Promise<T> {
    return this.at(parentOf(path));
  }
}

/** Refuses to go through what is no directory. */
export function notADirectory(path: string, type: string): TypeError {
  const what = type === "symlink" ? "a symbolic link" : type === "file" ? "a file" : "no directory";
  return new TypeError(`Cannot write into "${path}": it is ${what}`);
}
