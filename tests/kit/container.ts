/**
 * Containers for conformance cases.
 *
 * @module
 */

import type { Instance, InstancesPost, Task } from "../../mod.ts";
import type { CaseContext } from "./case.ts";

/** Makes a container of the server's image; it goes with the case. */
export function makeContainer(
  context: CaseContext,
  body: Partial<InstancesPost> = {},
): Task<Instance> {
  const { client, server, name } = context;
  return client.instances.create({
    name: name("box"),
    source: { type: "image", alias: server.image },
    ...body,
  });
}

/** Makes a container of the server's image and starts it. */
export function startContainer(context: CaseContext): Task<Instance> {
  return makeContainer(context, { start: true });
}

/**
 * A running container that all cases of a run share: for those that leave it as it was. It goes with
 * the daemon.
 */
export async function sharedContainer({ client, server }: CaseContext): Promise<Instance> {
  const name = "shared";
  if (await client.instances.exists(name)) return client.instances.at(name);
  const source = { type: "image", alias: server.image } as const;
  return await client.instances.create({ name, source, start: true });
}

/** Waits until the instance has a process of this command, or has none any longer. */
export async function untilRuns(instance: Instance, command: string, runs = true): Promise<void> {
  let commands: string[];
  do commands = (await instance.exec(["ps", "-o", "args"])).stdoutText.split("\n"); while (
    commands.includes(command) !== runs
  );
}
