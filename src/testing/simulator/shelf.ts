/** Things kept by project and name. */
export class Shelf<T> {
  readonly #projects = new Map<string, Map<string, T>>();

  /** The things of a project, by name. */
  in(project: string): Map<string, T> {
    let things = this.#projects.get(project);
    if (!things) this.#projects.set(project, things = new Map());
    return things;
  }

  /** The things of all projects. */
  *all(): Generator<T> {
    for (const things of this.#projects.values()) yield* things.values();
  }

  /** Moves the things of a project to its new name. */
  rename(from: string, to: string): void {
    const things = this.#projects.get(from);
    if (!things) return;
    this.#projects.delete(from);
    this.#projects.set(to, things);
  }

  /** Forgets a project. */
  drop(project: string): void {
    this.#projects.delete(project);
  }
}
