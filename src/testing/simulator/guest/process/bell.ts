/** Wakes those who wait for a change. */
export class Bell {
  readonly #waiting = new Set<() => void>();

  /** Wakes all. */
  ring(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /** Resolves at the next ring; rejects with the signal's reason. */
  wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const leave = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener("abort", abort);
      };
      const wake = () => {
        leave();
        resolve();
      };
      const abort = () => {
        leave();
        reject(signal.reason);
      };
      this.#waiting.add(wake);
      signal.addEventListener("abort", abort);
    });
  }
}
