/** The time that a simulated server goes by. */
export interface Clock {
  /** The time, in milliseconds since 1970. */
  now(): number;
  /** Takes the time of a piece of work. Rejects with the signal's reason when it is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /**
   * Waits for a limit to run out, without being work: a virtual clock does not go by it. Rejects with
   * the signal's reason when it is aborted.
   */
  deadline(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** How a virtual clock starts and goes. */
export interface VirtualClockOptions {
  /** Its first time. Default: the start of 2026, UTC. */
  start?: Date | number;
  /**
   * Whether work makes it go, so that an hour of work is over at once. Otherwise it goes by
   * {@linkcode VirtualClock.advance} alone. Default: true.
   */
  auto?: boolean;
}

interface Sleeper {
  due: number;
  works: boolean;
  wake(): void;
}

/**
 * A clock that has nothing to do with real time: it stands still until there is work, and then jumps
 * to its end.
 *
 * @example
 * ```ts
 * import { simulate, VirtualClock } from "@lxkit/client/testing";
 *
 * const clock = new VirtualClock({ start: new Date("2030-01-01T00:00:00Z"), auto: false });
 * await using simulation = await simulate({ clock });
 * await clock.advance(24 * 60 * 60 * 1000);
 * ```
 */
export class VirtualClock implements Clock {
  readonly #auto: boolean;
  #now: number;
  #sleepers: Sleeper[] = [];
  #pumping = false;
  #jumps = 0;

  /** A clock that stands at its start. */
  constructor(options: VirtualClockOptions = {}) {
    this.#now = Number(options.start ?? Date.UTC(2026, 0, 1));
    this.#auto = options.auto ?? true;
  }

  /** The time, in milliseconds since 1970. */
  now(): number {
    return this.#now;
  }

  /** Takes the time of a piece of work; by itself at once, unless `auto` is false. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    const slept = this.#wait(milliseconds, signal, true);
    if (this.#auto) this.#pump();
    return slept;
  }

  /** Waits until the clock has come so far, by the work of others or by `advance`. */
  deadline(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return this.#wait(milliseconds, signal, false);
  }

  /** Moves the clock on; what falls due on the way is done in its order. */
  async advance(milliseconds: number): Promise<void> {
    // What was begun before gets to sleep first.
    await turn();
    const end = this.#now + milliseconds;
    for (let next = this.#first(); next && next.due <= end; next = this.#first()) {
      this.#jump(next);
      await turn();
    }
    this.#now = Math.max(this.#now, end);
  }

  #wait(milliseconds: number, signal: AbortSignal | undefined, works: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const sleeper = { due: this.#now + milliseconds, works, wake };
      const abort = () => {
        this.#forget(sleeper);
        reject(signal!.reason);
      };
      function wake() {
        signal?.removeEventListener("abort", abort);
        resolve();
      }
      this.#sleepers.push(sleeper);
      signal?.addEventListener("abort", abort, { once: true });
    });
  }

  #first(): Sleeper | undefined {
    let first: Sleeper | undefined;
    for (const it of this.#sleepers) if (!first || it.due < first.due) first = it;
    return first;
  }

  #forget(sleeper: Sleeper): void {
    this.#sleepers = this.#sleepers.filter((it) => it !== sleeper);
  }

  #jump(sleeper: Sleeper): void {
    this.#now = Math.max(this.#now, sleeper.due);
    this.#forget(sleeper);
    sleeper.wake();
  }

  /** Goes to the end of the work that ends first; what is left then pumps anew. */
  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    // Whatever else starts now gets to sleep before the clock goes. Work without end must not keep
    // the rest of the program from running.
    if (++this.#jumps % JUMPS_IN_A_ROW === 0) await turn();
    else for (let left = TICKS; left > 0; left--) await null;
    this.#pumping = false;
    const works = () => this.#sleepers.some((it) => it.works);
    if (works()) this.#jump(this.#first()!);
    if (works()) this.#pump();
  }
}

/** How often the clock jumps before it lets everything else run. */
const JUMPS_IN_A_ROW = 32;
/** How many steps of what else goes on come before a jump. */
const TICKS = 30;

/** Lets everything run that can. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** The clock of the machine, for tests that need work to take its time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: wait,
  deadline: wait,
};

function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", abort, { once: true });
  });
}
