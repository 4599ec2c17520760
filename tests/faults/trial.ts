import { assertEquals } from "@std/assert";
import { type CallOptions, type Client, ConnectionError, LxkitError } from "../../mod.ts";
import type { Direction, Fault } from "../kit/faults/fault.ts";
import type { Ground } from "./ground.ts";
import type { Random } from "./seed.ts";
import { WatchedSignal } from "./watched_signal.ts";
import type { Way } from "./ways.ts";
import { Killed, type Work } from "./works.ts";

/** What a call is given where nothing goes on, in milliseconds. */
const TIMEOUT_MS = 500;
/** When the signal ends what has no timeout of its own. */
const ABORT_MS = 1000;
/** What lasts as long as this, hangs. */
const HANG_MS = 45_000;
/** How long a client is given to let go of its connections. */
const LINGER_MS = 3000;

/** How a work ended: undefined with the right result, or the error. */
type Outcome = LxkitError | Enough | Killed | undefined;

/** What a signal is aborted with. */
class Enough extends Error {}

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

/** Chooses what is to befall a work, of which it is known what traffic it makes. */
export function chooseFault(
  random: Random,
  { kind, framed }: Pick<Fault, "kind" | "framed">,
  traffic: readonly Record<Direction, number>[],
): Fault {
  const connection = random.below(traffic.length);
  const direction = random.of(["up", "down"] as const);
  const bytes = traffic[connection]![direction];
  // Much happens at the beginning, where a share of all bytes would rarely be.
  const after = random.below(2) ? random.below(Math.min(bytes, 1500)) : random.below(bytes);
  return { kind, connection, direction, after, framed };
}

/** Does a work while a fault comes about; throws where it ends in a way that it must not. */
export async function endure(
  work: Work,
  { client, ground, way, fault }: { client: Client; ground: Ground; way: Way; fault: Fault },
): Promise<Outcome> {
  way.proxy.arm(fault);
  const watched = new WatchedSignal();
  const limits: CallOptions = { signal: watched.signal };
  // A server that is told of more than will ever come waits for it, too.
  const stalls = fault.kind === "stall" || fault.kind === "oversized" && fault.direction === "up";
  const ends: Promise<unknown> = stalls ? pause(ABORT_MS) : new Promise(() => {});
  if (stalls) limits.timeout = TIMEOUT_MS;
  let done = false;
  ends.then(() => done || watched.abort(new Enough("enough")));
  const working = outcomeOf(() => work.run({ client, ground, limits }));
  let hang: ReturnType<typeof setTimeout> | undefined;
  const hanging = new Promise<never>((_, reject) => {
    hang = setTimeout(() => reject(new Error(`It hangs: ${HANG_MS} ms have passed`)), HANG_MS);
  });
  try {
    const outcome = await Promise.race([working, hanging]);
    done = true;
    assertEquals(watched.listeners, 0, "Listeners are left on the signal");
    return outcome;
  } finally {
    clearTimeout(hang);
    if (stalls) await ends;
  }
}

async function outcomeOf(run: () => Promise<void>): Promise<Outcome> {
  try {
    await run();
    return undefined;
  } catch (error) {
    if (error instanceof LxkitError || error instanceof Enough || error instanceof Killed) {
      return error;
    }
    throw error;
  }
}

/** Waits until a client has let go of its connections. */
export async function letGo({ proxy }: Way): Promise<void> {
  const end = performance.now() + LINGER_MS;
  while (proxy.open > 0 && performance.now() < end) await pause(5);
  assertEquals(proxy.open, 0, "Connections are left open");
}

/** Makes sure that a client goes on when the fault is over. */
export async function goOn(client: Client, { proxy }: Way): Promise<void> {
  proxy.heal();
  proxy.arm();
  for (let left = 3;; left--) {
    try {
      await client.profiles.get("default", { timeout: 10_000 });
      return;
    } catch (error) {
      // A connection that was kept may have ended just now.
      if (left === 0 || !(error instanceof ConnectionError)) throw error;
      await pause(50);
    }
  }
}
