/** Ends a wait when something beside it fails. */
export class Interrupt {
  #failure: { error: unknown } | undefined;
  #reject: ((error: unknown) => void) | undefined;

  /** Waits, but no longer than until the failure. One wait at a time. */
  async beside<T>(promise: Promise<T>): Promise<T> {
    // One that fails later has been told of.
    promise.catch(() => {});
    this.check();
    // A promise that lived as long as this would hold on to every wait.
    const failed = new Promise<never>((_, reject) => this.#reject = reject);
    return await Promise.race([promise, failed]);
  }

  /** Tells of the failure; the first one counts. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#reject?.(this.#failure.error);
  }

  /** Throws the failure, if there was one. */
  check(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
