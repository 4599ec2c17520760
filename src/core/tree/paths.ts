import { ProtocolError } from "../../errors.ts";
import type { TreeEntry } from "./entry.ts";

/** Refuses the entries of a tree that would end up outside of it. */
export class TreePaths {
  readonly #verb: "upload" | "download";
  readonly #links = new Set<string>();

  constructor(verb: "upload" | "download") {
    this.#verb = verb;
  }

  /**
   * Gives the path of an entry in its plainest form.
   *
   * @throws {TypeError} when it leads out of the tree, and is the caller's own.
   * @throws {ProtocolError} when it leads out of the tree, and comes from an instance.
   */
  check({ path, type }: Pick<TreeEntry, "path" | "type">): string {
    if (typeof path !== "string" || path === "") throw this.#refusal(path, "it has no path");
    if (path.includes("\0")) throw this.#refusal(path, "its path holds a NUL");
    if (!path.isWellFormed()) throw this.#refusal(path, "its path is no Unicode");
    if (path.startsWith("/")) throw this.#refusal(path, "its path is absolute");
    const names = path.split("/").filter((name) => name !== "" && name !== ".");
    if (names.includes("..")) throw this.#refusal(path, 'its path holds ".."');
    if (names.length === 0 && type !== "directory") {
      throw this.#refusal(path, "the root of a tree is a directory");
    }
    if (this.#links.size > 0) this.#checkLinks(path, names);
    const plain = names.join("/");
    if (type === "symlink") this.#links.add(plain);
    return plain;
  }

  #checkLinks(path: string, names: string[]): void {
    for (let depth = 1; depth <= names.length; depth++) {
      const above = names.slice(0, depth).join("/");
      if (!this.#links.has(above)) continue;
      throw this.#refusal(path, `"${above}" is a symbolic link of the same tree`);
    }
  }

  #refusal(path: unknown, reason: string): Error {
    const message = `Cannot ${this.#verb} the entry ${JSON.stringify(path)}: ${reason}`;
    return this.#verb === "upload" ? new TypeError(message) : new ProtocolError(message);
  }
}
