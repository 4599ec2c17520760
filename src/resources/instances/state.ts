import type { MutationOptions } from "../../core/task.ts";
import type { InstanceStatePut } from "../../types/mod.ts";

/** Options of starting and freezing. */
export interface StartOptions extends MutationOptions {
  /** Restores the memory that a stateful stop kept. Default: false. */
  stateful?: boolean;
}

/** Options of stopping and restarting. */
export interface StopOptions extends MutationOptions {
  /** Stops it at once, as by pulling the plug, in place of asking it to shut down. Default: false. */
  force?: boolean;
  /** Keeps the memory on disk, for a stateful start; needs CRIU or a virtual machine. Default: false. */
  stateful?: boolean;
  /**
   * How long it may take to shut down before the server gives up, in milliseconds, rounded up to
   * seconds; more than 0. Default: the server's own limit, ten minutes.
   */
  gracePeriod?: number;
}

/** The verbs of `PUT /1.0/instances/{name}/state`. */
export type StateAction = "start" | "stop" | "restart" | "freeze" | "unfreeze";

/** What is posted to change the state of an instance. */
export function stateBody(
  action: StateAction,
  { force, stateful, gracePeriod }: StopOptions,
): InstanceStatePut {
  if (!force && gracePeriod !== undefined && !(gracePeriod > 0)) {
    throw new RangeError(
      `Cannot ${action} an instance: the grace period must be more than 0, got ${gracePeriod}. Use force to stop it at once`,
    );
  }
  const timeout = gracePeriod === undefined ? undefined : Math.ceil(gracePeriod / 1000);
  return { action, force, stateful, timeout };
}
