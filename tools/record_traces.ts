/**
 * Records what real daemons answer to `tests/traces/steps.ts`, for the test that holds the simulator to
 * it: `deno task traces`. Writes `tests/traces/lxd.json` and `tests/traces/incus.json`.
 *
 * @module
 */

import { serverKinds, startDaemon } from "../tests/kit/daemon.ts";
import { steps } from "../tests/traces/steps.ts";
import { takeTrace } from "../tests/traces/trace.ts";

for (const kind of serverKinds) {
  await using daemon = await startDaemon(kind);
  using client = Deno.createHttpClient({
    proxy: { transport: "unix", path: daemon.socket },
    poolMaxIdlePerHost: 0,
  });
  const trace = await takeTrace(
    steps,
    (path, init) => fetch(`http://127.0.0.1${path}`, { ...init, client } as RequestInit),
  );
  const lines = trace.map((exchange) => JSON.stringify(exchange));
  await Deno.writeTextFile(
    new URL(`../tests/traces/${kind}.json`, import.meta.url),
    `[\n${lines.join(",\n")}\n]\n`,
  );
}
