/**
 * A simulated LXD or Incus server, for tests and for trying things out: no daemon, no root, no socket,
 * on every runtime.
 *
 * @example
 * ```ts
 * import { simulate } from "@lxkit/client/testing";
 *
 * await using simulation = await simulate({ dialect: "lxd" });
 * console.log((await simulation.client.profiles.names()).join());
 * ```
 *
 * @module
 */

export { type Clock, systemClock, VirtualClock } from "./simulator/clock.ts";
export type { VirtualClockOptions } from "./simulator/clock.ts";
export type { Fault, FaultTarget } from "./simulator/faults.ts";
export type { ScriptedCommand } from "./simulator/guest/scripted_command.ts";
export { type Random, seededRandom } from "./simulator/ids.ts";
export type { SeedImage } from "./simulator/images/seed_image.ts";
export type { Dialect } from "./simulator/server.ts";
export { simulate, type Simulation } from "./simulate.ts";
export { Simulator, type SimulatorOptions } from "./simulator.ts";
