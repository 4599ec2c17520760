/**
 * Things that last as long as a part of a conformance case.
 *
 * @module
 */

import { NotFoundError, type Removable, UnsupportedError } from "../../mod.ts";
import { assertRejects } from "@std/assert";

/** Waits for a thing, works with it, and deletes it whatever happened, unless the work did. */
export async function during<T extends Removable>(
  making: PromiseLike<T>,
  use: (made: T) => Promise<void>,
): Promise<void> {
  const made = await making;
  try {
    await use(made);
  } finally {
    await made.delete().catch((error) => {
      if (!(error instanceof NotFoundError)) throw error;
    });
  }
}

/** Makes sure that calls are refused before they are sent, since the server lacks an API extension. */
export async function assertUnsupported(
  extension: string,
  ...calls: (() => unknown)[]
): Promise<void> {
  for (const call of calls) {
    const error = await assertRejects(async () => await call(), UnsupportedError);
    if (error.extension !== extension) throw error;
  }
}
