import { ProtocolError } from "../../errors.ts";
import { lastName, segment } from "../../core/path.ts";
import type { Session } from "../../core/session.ts";
import type { Step, StepResult } from "../../core/task.ts";
import type { InstancesPost } from "../../types/mod.ts";

const PATH = "/1.0/instances";

/** Makes an instance, starts it where asked to, and gives its name. */
export async function createInstance(
  session: Session,
  step: Step,
  body: InstancesPost,
  target: string | undefined,
): Promise<string> {
  if (body.name !== undefined) segment(body.name);
  const { start, ...rest } = body;
  const startsItself = session.facts.extensions.has("instance_create_start");
  const made = await step("POST", PATH, {
    json: startsItself ? body : rest,
    query: target === undefined ? undefined : { target },
  });
  const name = body.name ?? madeName(made);
  if (start && !startsItself) {
    await step("PUT", `${PATH}/${segment(name)}/state`, { json: { action: "start" } });
  }
  return name;
}

/** The name that the server gave a new instance. */
export function madeName(made: StepResult<unknown>): string {
  const url = made.operation?.resources?.instances?.[0];
  if (url !== undefined) return lastName(url);
  throw new ProtocolError("Cannot tell the name of the new instance: the server named none");
}
