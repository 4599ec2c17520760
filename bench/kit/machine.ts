/**
 * Says what machine this is.
 *
 * @module
 */

// deno-lint-ignore no-external-import
import { cpus, totalmem } from "node:os";

/** The machine, and how busy it was. */
export function describeMachine(): string {
  const [load] = Deno.loadavg();
  return [
    `${cpus().length} x ${cpus()[0]?.model}`,
    `${Math.round(totalmem() / 2 ** 30)} GiB`,
    `Linux ${Deno.osRelease()}`,
    `Deno ${Deno.version.deno}`,
    `load ${load!.toFixed(1)} at the start`,
  ].join(", ");
}
