/** A signal that knows who listens to it. */
export class WatchedSignal {
  /** The signal. */
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #listeners = new Set<unknown>();

  /** Not aborted yet. */
  constructor() {
    const { signal } = this.#controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (type: string, listener: never, options?: never) => {
      this.#listeners.add(listener);
      add(type, listener, options);
    };
    signal.removeEventListener = (type: string, listener: never, options?: never) => {
      this.#listeners.delete(listener);
      remove(type, listener, options);
    };
    this.signal = signal;
  }

  /** How many listen. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** Aborts it. */
  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }
}
