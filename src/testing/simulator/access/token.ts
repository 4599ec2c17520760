import type { Call } from "../call.ts";
import type { SimulatedServer } from "../server.ts";
import { timeOf } from "../times.ts";

/** How long a token is good for, in milliseconds. */
const HOUR = 3_600_000;

/** Issues a token by which somebody can join the server; `fields` are what it says beside where that is. */
export function issueToken(server: SimulatedServer, call: Call, fields: object): Response {
  const { clock, operations, modules } = server;
  const { fingerprint, addresses } = modules.facts;
  return operations.token(call, "Executing operation", {
    fingerprint,
    addresses,
    ...fields,
    expiresAt: timeOf(clock.now() + HOUR),
  });
}
