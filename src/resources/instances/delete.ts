import { Operation } from "../../core/operation.ts";
import type { Session } from "../../core/session.ts";
import type { MutationOptions } from "../../core/task.ts";
import type { InstanceData, InstanceStatePut } from "../../types/mod.ts";

/** Options of deleting an instance. */
export interface InstanceDeleteOptions extends MutationOptions {
  /** Stops it first where it runs, as by pulling the plug. Default: false; one that runs is refused. */
  force?: boolean;
}

/** Stops the instance at a path where it runs; gives whether it went with its stop, as ephemeral ones do. */
export async function halt(
  session: Session,
  path: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const read = () => session.get<InstanceData>(path, { signal });
  const { status, ephemeral } = await read();
  if (status === "Stopped") return false;
  const json: InstanceStatePut = { action: "stop", force: true };
  try {
    const answer = await session.send<never>("PUT", `${path}/state`, { json, signal });
    if (answer.type === "async") await new Operation(session, answer.metadata).wait({ signal });
  } catch (error) {
    // It may have stopped by itself meanwhile.
    if (ephemeral || (await read()).status !== "Stopped") throw error;
  }
  return ephemeral;
}
