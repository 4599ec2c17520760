/**
 * Holds the simulator to what real daemons answered to the same requests.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Simulator } from "../../src/testing/mod.ts";
import { steps } from "../traces/steps.ts";
import { type Exchange, takeTrace } from "../traces/trace.ts";
import { knownDifferences } from "../traces/differences.ts";
import { setUp } from "./set_up.ts";

for (const dialect of ["lxd", "incus"] as const) {
  const file = new URL(`../traces/${dialect}.json`, import.meta.url);
  const recorded: Exchange[] = JSON.parse(Deno.readTextFileSync(file));

  Deno.test(`[${dialect}] The simulator answers what the daemon did`, async (t) => {
    const simulator = new Simulator({ dialect, images: [] });
    await setUp(simulator);
    const sent = recorded.map(({ request }) => request);
    assertEquals(sent, JSON.parse(JSON.stringify(steps)), "record the traces anew");
    const trace = await takeTrace(
      sent,
      (path, init) => simulator.handle(new Request(`http://127.0.0.1${path}`, init)),
    );
    for (const [index, { request, answer }] of recorded.entries()) {
      const { method, path, body } = request;
      const name = `${index} ${method} ${path} ${body === undefined ? "" : JSON.stringify(body)}`;
      await t.step({
        name,
        ignore: knownDifferences.has(`${dialect} ${name.slice(String(index).length + 1).trim()}`),
        fn: () => assertEquals(trace[index]!.answer, answer),
      });
    }
  });
}
