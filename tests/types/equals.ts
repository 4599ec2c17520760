/**
 * Whether two types are the same: assignable to one another is not enough, since `any` is that to all.
 *
 * @module
 */

/** `true` for the same type twice, else `false`. */
export type Equals<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2)
  ? true
  : false;

/** Refused by the compiler unless the type of the value is exactly the one that is named. */
export function expectType<Expected>(): <Actual>(
  value: Actual,
  ...wrong: Equals<Actual, Expected> extends true ? [] : [expected: Expected]
) => void {
  return () => {};
}
