/**
 * A simulated LXD or Incus, to test automation with where no server is.
 *
 * @module
 */

export {
  type Clock,
  systemClock,
  VirtualClock,
  type VirtualClockOptions,
} from "./simulator/clock.ts";
export { Guest, type GuestOptions } from "./simulator/guest/guest.ts";
export type { FilesRequest, FilesServer, GuestKind } from "./simulator/guest/files_api.ts";
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
export type { DiskSpace } from "./simulator/guest/files/disk_space.ts";
export type {
  ByteDuplex,
  ServerSocket,
  SocketEnd,
  SocketMessage,
} from "./simulator/guest/socket.ts";
export { bytePair, type ClientSocket, socketPair } from "./simulator/guest/socket_pair.ts";
export type { Bytes } from "./simulator/guest/text.ts";
