/**
 * All streams and calls of the library through connections that break, stall, stutter and lie: each
 * ends with the right result or in a typed error, and leaves nothing behind.
 *
 * What befalls which work is drawn from a seed, which is printed: `LXKIT_FAULT_SEED` repeats a run,
 * `LXKIT_FAULT_ROUNDS` is how often each work is done over each way, `LXKIT_FAULT_WORK` a part of the
 * names of those that are done, and with `LXKIT_FAULT_VERBOSE` each fault and outcome is printed.
 *
 * @module
 */
// deno-lint-ignore-file no-console

import { assert } from "@std/assert";
import { connect } from "../../mod.ts";
import { Api } from "../kit/api.ts";
import type { Daemon } from "../kit/daemon.ts";
import { daemonTest } from "../kit/suite.ts";
import { type Ground, prepare } from "./ground.ts";
import { Random } from "./seed.ts";
import { chooseFault, endure, goOn, letGo } from "./trial.ts";
import { overHttps, overTlsProxy, overUnix, type Way } from "./ways.ts";
import { type Work, works } from "./works.ts";

const seed = Deno.env.get("LXKIT_FAULT_SEED") ?? "1";
const only = Deno.env.get("LXKIT_FAULT_WORK") ?? "";
const rounds = Number(Deno.env.get("LXKIT_FAULT_ROUNDS") ?? 0);
console.log(`LXKIT_FAULT_SEED=${seed}`);

/** How the works fared. */
interface Tally {
  right: number;
  errors: number;
  crashes: number;
}

/** Boots a daemon again that a fault has killed: both have faults of their own. */
async function revive(daemon: Daemon, what: string, tally: Tally): Promise<void> {
  using api = new Api(daemon.socket);
  if (await api.isReady()) return;
  console.log(`${daemon.kind} crashed: ${what}`);
  tally.crashes++;
  await daemon.restart();
}

/** Does one work over one way as often as is asked for, each time with another fault. */
async function face(
  daemon: Daemon,
  ground: Ground,
  { way, work, rounds, tally }: { way: Way; work: Work; rounds: number; tally: Tally },
): Promise<void> {
  const label = `${daemon.kind}, ${way.name}, ${work.name}`;
  const random = new Random(`${seed}, ${label}`);
  {
    await using client = await connect(way.options);
    way.proxy.arm();
    await work.run({ client, ground, limits: {} });
    const { traffic } = way.proxy;
    for (let round = 0; round < rounds; round++) {
      const fault = chooseFault(random, random.of(way.chances), traffic);
      const what = `${label}: ${JSON.stringify(fault)}`;
      try {
        const outcome = await endure(work, { client, ground, way, fault });
        tally[outcome ? "errors" : "right"]++;
        if (Deno.env.get("LXKIT_FAULT_VERBOSE")) {
          console.log(`${what} ${way.proxy.struck ? "" : "(never) "}-> ${outcome ?? "right"}`);
        }
        await revive(daemon, what, tally);
        await goOn(client, way);
      } catch (error) {
        throw new Error(`Cannot bear ${what} (LXKIT_FAULT_SEED=${seed})`, { cause: error });
      }
    }
  }
  await letGo(way);
}

daemonTest("All works end in the right result or a typed error", async (daemon, test) => {
  const ground = await prepare(daemon);
  const tally = { right: 0, errors: 0, crashes: 0 };
  const open = [
    { open: overUnix, times: 2 },
    { open: overHttps, times: 1 },
    { open: overTlsProxy, times: 1 },
  ];
  for (const { open: make, times } of open) {
    await using way = await make(daemon);
    for (const work of works.filter(({ name }) => name.includes(only))) {
      await test.step(
        `${work.name}, over ${way.name}`,
        () => face(daemon, ground, { way, work, rounds: rounds || times, tally }),
      );
    }
  }
  console.log(`${daemon.kind}: ${JSON.stringify(tally)}`);
  // Faults that all pass by, or all strike, prove little.
  assert(tally.right > 0 && tally.errors > 0);
});
