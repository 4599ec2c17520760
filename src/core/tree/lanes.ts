import { type Deferred, deferred } from "../deferred.ts";
import { Interrupt } from "./interrupt.ts";

/** Runs work side by side, as much of it at once as there are lanes. The first failure ends it all. */
export class Lanes {
  readonly #limit: number;
  readonly #running = new Set<Promise<void>>();
  readonly #interrupt = new Interrupt();
  /** Resolves when the next lane is free, where that is waited for. */
  #freed: Deferred<void> | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Waits for a free lane and starts the work there. */
  async run(work: () => Promise<void>): Promise<void> {
    while (this.#running.size >= this.#limit) await (this.#freed ??= deferred()).promise;
    this.#interrupt.check();
    const running = work()
      .catch((error) => this.fail(error))
      .finally(() => {
        this.#running.delete(running);
        this.#freed?.resolve();
        this.#freed = undefined;
      });
    this.#running.add(running);
  }

  /** Waits for something beside the lanes, but no longer than until one of them fails. */
  beside<T>(promise: Promise<T>): Promise<T> {
    return this.#interrupt.beside(promise);
  }

  /** Ends it all. */
  fail(error: unknown): void {
    this.#interrupt.fail(error);
  }

  /** Waits until all work is done. */
  async done(): Promise<void> {
    await this.idle();
    this.#interrupt.check();
  }

  /** Waits until nothing runs any longer, however it ended. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
