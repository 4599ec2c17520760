/**
 * Runs the conformance cases against the simulator, which has to pass them as the daemons do.
 *
 * @module
 */

import { connect } from "../../mod.ts";
import { Simulator, systemClock } from "../../src/testing/mod.ts";
import { applies, type Case, cases, uniqueName } from "../kit/case.ts";
import { realTime, skipped } from "./exceptions.ts";
import { setUp } from "./set_up.ts";

const folder = new URL("../conformance/", import.meta.url);
const modules = Array.from(Deno.readDirSync(folder), (entry) => entry.name).sort();
for (const name of modules) await import(new URL(name, folder).href);

for (const name of [...skipped.keys(), ...realTime]) {
  if (!cases.some((it) => it.name === name)) {
    throw new Error(`Cannot except the case "${name}": there is none`);
  }
}

async function run(it: Case, simulator: Simulator, kind: "lxd" | "incus"): Promise<void> {
  await setUp(simulator);
  await using client = await connect({ connector: simulator });
  const server = { kind, image: "busybox", extensions: new Set(simulator.extensions) };
  try {
    await it.run({ client, server, name: uniqueName });
  } finally {
    for (const instance of await client.instances.list({ allProjects: true })) {
      if (instance.data.status !== "Stopped") await instance.stop({ force: true });
    }
  }
}

for (const dialect of ["lxd", "incus"] as const) {
  const server = {
    kind: dialect,
    image: "busybox",
    extensions: new Simulator({ dialect }).extensions,
  };
  for (const it of cases.filter((it) => applies(it, server))) {
    const reason = skipped.get(it.name);
    const label = `[simulated ${dialect}] ${it.name}`;
    if (reason !== undefined) {
      // deno-lint-ignore no-console
      console.log(`${label}: not simulated, ${reason}`);
      continue;
    }
    Deno.test(label, async () => {
      const clock = realTime.has(it.name) ? systemClock : undefined;
      await run(it, new Simulator({ dialect, clock, images: [] }), dialect);
    });
  }
}
