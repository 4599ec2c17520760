/** A port of 127.0.0.1 that nothing listens on. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/**
 * Waits until something listens on a port of 127.0.0.1.
 *
 * @throws {Error} when nothing does after so many tries, one every 50 ms.
 */
export async function untilAnswers(port: number, tries: number): Promise<void> {
  for (let left = tries; !await answers(port); left--) {
    if (left === 0) throw new Error(`nothing answers on port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function answers(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch {
    return false;
  }
}
