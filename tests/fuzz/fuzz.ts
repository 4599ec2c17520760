/**
 * Properties that hold for any input, tried with as many inputs as is asked for.
 *
 * `LXKIT_FUZZ_CASES` is how many cases a cheap property is tried with, costly ones with fewer;
 * `LXKIT_FUZZ_SEED` repeats a run. A failure prints the seed and the smallest input that shows it.
 *
 * @module
 */

import fc from "fast-check";
import { assert } from "@std/assert";
import { LxkitError } from "../../mod.ts";

/** How many cases a cheap property is tried with, where the environment says nothing. */
const CASES = 2000;
/** The fewest cases of any. */
const FEWEST = 100;
/** How long one case may take, in milliseconds. */
const HANGS_MS = 20_000;

type Inputs<T extends unknown[]> = { [K in keyof T]: fc.Arbitrary<T[K]> };

function parameters(cost: number): fc.Parameters<unknown> {
  const seed = Deno.env.get("LXKIT_FUZZ_SEED");
  const cases = Number(Deno.env.get("LXKIT_FUZZ_CASES") ?? CASES);
  return {
    numRuns: Math.max(FEWEST, Math.ceil(cases / cost)),
    // Nothing waits for long: what takes so long, hangs.
    timeout: HANGS_MS,
    ...seed === undefined ? {} : { seed: Number(seed) },
  };
}

/** Registers a test of a property of what answers at once; `cost` is its time in that of a cheap one. */
export function property<T extends unknown[]>(
  name: string,
  inputs: Inputs<T>,
  holds: (...input: T) => void,
  cost = 1,
): void {
  Deno.test(name, () => {
    fc.assert(fc.property(fc.tuple<T>(...inputs), (input) => holds(...input)), parameters(cost));
  });
}

/** Registers a test of a property of what has to be waited for; `cost` as above. */
export function asyncProperty<T extends unknown[]>(
  name: string,
  inputs: Inputs<T>,
  holds: (...input: T) => Promise<void>,
  cost = 1,
): void {
  Deno.test(name, async () => {
    const input = fc.tuple<T>(...inputs);
    await fc.assert(fc.asyncProperty(input, (input) => holds(...input)), parameters(cost));
  });
}

/** Any bytes. */
export function bytes(maxLength: number): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  return fc.uint8Array({ maxLength }) as fc.Arbitrary<Uint8Array<ArrayBuffer>>;
}

/** Sizes of pieces that bytes are cut into, over and over. */
export const cuts: fc.Arbitrary<number[]> = fc.array(fc.integer({ min: 1, max: 40 }), {
  minLength: 1,
  maxLength: 5,
});

/** Cuts bytes into pieces of the sizes. */
export function* cut(
  bytes: Uint8Array<ArrayBuffer>,
  sizes: readonly number[],
): Generator<Uint8Array<ArrayBuffer>, void> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length]!;
    yield bytes.slice(at, at + size);
    at += size;
  }
}

/** A stream of bytes that comes in pieces. */
export function streamIn(
  bytes: Uint8Array<ArrayBuffer>,
  sizes: readonly number[],
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const pieces = cut(bytes, sizes);
  return new ReadableStream({
    pull(controller) {
      const { done, value } = pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

/** Bytes with a few of them changed, left out or put in. */
export function damaged(
  whole: fc.Arbitrary<Uint8Array<ArrayBuffer>>,
): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  const damage = fc.record({ at: fc.nat(), drop: fc.nat(3), put: bytes(3) });
  return fc.tuple(whole, fc.array(damage, { maxLength: 3 })).map(([whole, damages]) => {
    let result = Array.from(whole);
    for (const { at, drop, put } of damages) {
      result = result.toSpliced(at % (result.length + 1), drop, ...put);
    }
    return new Uint8Array(result);
  });
}

/** Runs something that may fail, but by an error of this package alone; gives its result if it has one. */
export async function typed<T>(run: () => Promise<T>): Promise<T | LxkitError> {
  try {
    return await run();
  } catch (error) {
    return typedError(error);
  }
}

/** Gives an error of this package, and throws any other. */
export function typedError(error: unknown): LxkitError {
  if (!(error instanceof LxkitError)) throw error;
  assert(error.message.startsWith("Cannot "), error.message);
  return error;
}
