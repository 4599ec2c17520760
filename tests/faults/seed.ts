/** Numbers that look random, and are the same for the same seed. */
export class Random {
  #state = 0x811c9dc5;

  /** Takes any text as the seed. */
  constructor(seed: string) {
    for (const byte of new TextEncoder().encode(seed)) {
      this.#state = Math.imul(this.#state ^ byte, 0x01000193);
    }
  }

  /** A whole number from 0 up to, not including, the limit. */
  below(limit: number): number {
    this.#state = this.#state + 0x6d2b79f5 | 0;
    let bits = Math.imul(this.#state ^ this.#state >>> 15, this.#state | 1);
    bits ^= bits + Math.imul(bits ^ bits >>> 7, bits | 61);
    return Math.floor(((bits ^ bits >>> 14) >>> 0) / 2 ** 32 * limit);
  }

  /** One of some things. */
  of<T>(things: readonly T[]): T {
    return things[this.below(things.length)]!;
  }
}
