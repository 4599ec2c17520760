/**
 * Where the simulator does not answer as the daemon did, and why.
 *
 * @module
 */

/** The reasons by the dialect and the request. */
export const knownDifferences: ReadonlyMap<string, string> = new Map(
  [
    ...["lxd", "incus"].flatMap((dialect) => [
      `${dialect} POST /1.0/instances/t1/exec {"command":["true"]}`,
      `${dialect} POST /1.0/instances/t1/exec {"command":["sh","-c","echo hi; exit 3"],"record-output":true}`,
      `${dialect} POST /1.0/instances/t1/exec {"command":[],"wait-for-websocket":true}`,
    ]),
    "lxd GET /1.0/instances/t1/logs",
  ].map((request) => [request, "commands are to come"]),
);
