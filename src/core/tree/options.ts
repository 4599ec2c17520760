import type { CallOptions } from "../call.ts";
import type { Progress } from "../progress.ts";

/**
 * The ways that a tree can take: over one connection of SFTP, as a tarball through the `tar` of a running
 * instance, or with a request of the files API for each file.
 */
export type TreeWay = "sftp" | "tar" | "files";

/** What of a tree is kept, and how it is sent. */
export interface TreeOptions extends CallOptions {
  /**
   * Keeps the permission bits. SFTP takes those up to `0o777`; a download to the local file system keeps
   * bits such as set-user-id only where it keeps the owners, too. Default: true.
   */
  modes?: boolean;
  /**
   * Keeps the ids of owners and groups; those of symbolic links by tar alone, where the instance's own does.
   * Default: false where one end is the local file system, whose ids mean other people; else true.
   */
  owners?: boolean;
  /**
   * Keeps the times of the last modification, to the second; those of symbolic links as the owners. Uploads
   * by the files API cannot. Default: true where the way can.
   */
  times?: boolean;
  /**
   * Keeps symbolic links, with the targets that are written in them, wherever they lead; false leaves them
   * out. The files API makes their targets absolute. They are never followed. Default: true.
   */
  symlinks?: boolean;
  /**
   * Leaves out files that are there already with the same size and the same time of modification: the rest
   * of a tree that broke off is sent so. Needs `times`. Default: false.
   */
  skipEqual?: boolean;
  /**
   * The way that it takes. Default: SFTP where the connector has raw connections and the server has SFTP;
   * else tar, where the instance runs and has it; else the files API. A download that turns out to be of some
   * 250 things or 16 MiB goes on by tar where the instance has one, as that takes two thirds of the time of
   * SFTP though it starts later; not with `skipEqual`, as tar sends what is equal, too.
   */
  way?: TreeWay;
  /** Called about twice a second with how many files and bytes have passed, and at the end. */
  onProgress?: (progress: Progress) => void;
}

/** What became of a tree. */
export interface TreeSummary {
  /** The way that it took. */
  way: TreeWay;
  /** How many files were sent. */
  files: number;
  /** How many directories there were. */
  directories: number;
  /** How many symbolic links were made. */
  symlinks: number;
  /** How many bytes the files had that were sent. */
  bytes: number;
  /** How many files were left out as equal: see `skipEqual`. */
  equal: number;
  /** The paths of what was left out as it is no file, directory or symbolic link: sockets, devices, pipes. */
  omitted: string[];
}
