/**
 * Two private daemons that can become a cluster.
 *
 * @module
 */

import { Api } from "./api.ts";
import { type Daemon, type ServerKind, startDaemon } from "./daemon.ts";
import { stopInstances } from "./setup.ts";

/** Two daemons, the second one empty. What joins them is the test's to do. */
export class DaemonPair implements AsyncDisposable {
  /** The one that is to be the first member, with the storage pool and the image. */
  readonly first: Daemon;
  /** The one that is to join it. */
  readonly second: Daemon;

  /** Use `startPair`. */
  constructor(first: Daemon, second: Daemon) {
    this.first = first;
    this.second = second;
  }

  /** Stops both: all instances while every member still answers, then the one that joined. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      using api = new Api(this.first.socket);
      await stopInstances(api);
    } finally {
      await this.second.discard();
      await this.first.discard();
    }
  }
}

/** Boots two private daemons of one kind. */
export async function startPair(kind: ServerKind): Promise<DaemonPair> {
  const first = await startDaemon(kind);
  try {
    return new DaemonPair(first, await startDaemon(kind, { empty: true }));
  } catch (error) {
    await first.discard();
    throw error;
  }
}
