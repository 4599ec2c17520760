import { NotFoundError } from "../../errors.ts";
import type { Session } from "../../core/session.ts";
import type { MutationOptions, Step } from "../../core/task.ts";
import type { InstanceData } from "../../types/mod.ts";
import { stateBody } from "./state.ts";

/** Options of deleting an instance. */
export interface InstanceDeleteOptions extends MutationOptions {
  /** Stops it first where it runs, as by pulling the plug. Default: false; one that runs is refused. */
  force?: boolean;
}

/** Deletes the instance at a path; by force, stops it first. */
export async function deleteInstance(
  session: Session,
  path: string,
  force: boolean,
  step: Step,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { status } = force ? await session.get<InstanceData>(path, { signal }) : {};
  const runs = force && status !== "Stopped";
  if (runs) await step("PUT", `${path}/state`, { json: stateBody("stop", { force }) });
  try {
    await step("DELETE", path);
  } catch (error) {
    // An ephemeral instance goes with its stop.
    if (!runs || !(error instanceof NotFoundError)) throw error;
  }
}
