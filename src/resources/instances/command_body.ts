import type { InstanceExecPost } from "../../types/mod.ts";
import type { CommandOptions } from "./exec.ts";

/** What is posted of a command, however its streams are had. */
export function commandBody(
  command: readonly string[],
  { environment, user, group, cwd }: CommandOptions,
): InstanceExecPost {
  if (!Array.isArray(command) || command.length === 0) {
    throw new TypeError(
      'Cannot run a command: it must be a list of words that is not empty, such as ["sh", "-c", "..."]',
    );
  }
  return { command: [...command], environment, user, group, cwd };
}
