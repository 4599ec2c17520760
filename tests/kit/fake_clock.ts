interface Timer {
  at: number;
  every?: number;
  /** Whether it keeps a program from ending. */
  held: boolean;
  call: () => void;
}

/**
 * Time that stands still until it is told to pass. Takes the place of the platform's timers, of
 * `AbortSignal.timeout()` and of `performance.now()` until it is disposed of.
 */
export class FakeClock implements Disposable {
  readonly #setTimeout = globalThis.setTimeout;
  readonly #clearTimeout = globalThis.clearTimeout;
  readonly #setInterval = globalThis.setInterval;
  readonly #clearInterval = globalThis.clearInterval;
  readonly #timeout = AbortSignal.timeout;
  readonly #timers = new Map<number, Timer>();
  #now = 0;
  #last = 0;

  /** Stops the time. */
  constructor() {
    const now = () => this.#now;
    const add = (call: () => void, delay: number, every?: number, held = true) => {
      this.#timers.set(++this.#last, { at: this.#now + delay, every, held, call });
      return this.#last;
    };
    const remove = (id?: number) => void this.#timers.delete(id!);
    Object.assign(globalThis, {
      setTimeout: (call: () => void, delay = 0) => add(call, delay),
      clearTimeout: remove,
      setInterval: (call: () => void, delay = 0) => add(call, delay, delay),
      clearInterval: remove,
    });
    AbortSignal.timeout = (delay) => {
      const limit = new AbortController();
      const reason = new DOMException("Signal timed out.", "TimeoutError");
      add(() => limit.abort(reason), delay, undefined, false);
      return limit.signal;
    };
    // Beside the platform's own, which is on the prototype.
    Object.defineProperty(performance, "now", { value: now, configurable: true });
  }

  /** The time that has passed, in milliseconds. */
  get now(): number {
    return this.#now;
  }

  /** How many timers wait that keep a program from ending. */
  get timers(): number {
    return this.#timers.values().filter(({ held }) => held).toArray().length;
  }

  /** Lets time pass, and all that is due in it happen in its order. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (await this.settle();; await this.settle()) {
      const due = [...this.#timers].filter(([, { at }]) => at <= end);
      const [next] = due.sort(([, a], [, b]) => a.at - b.at);
      if (!next) break;
      const [id, timer] = next;
      this.#now = timer.at;
      if (timer.every === undefined) this.#timers.delete(id);
      else timer.at += timer.every;
      timer.call();
    }
    this.#now = end;
  }

  /** Lets all that needs no time happen. */
  settle(): Promise<void> {
    return new Promise((resolve) => this.#setTimeout.call(globalThis, resolve, 0));
  }

  /** Gives the platform's time back. */
  [Symbol.dispose](): void {
    Object.assign(globalThis, {
      setTimeout: this.#setTimeout,
      clearTimeout: this.#clearTimeout,
      setInterval: this.#setInterval,
      clearInterval: this.#clearInterval,
    });
    AbortSignal.timeout = this.#timeout;
    delete (performance as { now?: unknown }).now;
  }
}
