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
export type { CommandContext, ScriptedCommand } from "./simulator/guest/programs/scripted.ts";
export {
  GuestFiles,
  type OpenFileOptions,
  type WriteFileOptions,
} from "./simulator/guest/files/guest_files.ts";
export { type Errno, FileError } from "./simulator/guest/files/file_error.ts";
export type {
  AnyNode,
  DeviceNode,
  DirectoryNode,
  FileNode,
  LinkNode,
  NodeFields,
  Ownership,
} from "./simulator/guest/files/file_node.ts";
export type { FileContent } from "./simulator/guest/files/file_content.ts";
export type { Bytes } from "./simulator/guest/text.ts";
export type { DiskSpace } from "./simulator/guest/files/disk_space.ts";
export { type Random, seededRandom } from "./simulator/ids.ts";
export type { SeedImage } from "./simulator/images/seed_image.ts";
export type { Dialect } from "./simulator/server.ts";
export { simulate, type Simulation } from "./simulate.ts";
export { Simulator, type SimulatorOptions } from "./simulator.ts";
export type { UpgradeWebSocket } from "./served_socket.ts";
