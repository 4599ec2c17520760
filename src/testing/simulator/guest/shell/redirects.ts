import { FileError } from "../files/file_error.ts";
import { BytesFile } from "../process/devices.ts";
import { Descriptor } from "../process/open_file.ts";
import { openPath } from "../process/open_path.ts";
import { encode } from "../text.ts";
import { expandText } from "./expansion.ts";
import type { Shell } from "./shell.ts";
import type { Redirect } from "./syntax.ts";

/** Gives descriptors back what they were. */
export interface Restore {
  (): void;
  /** Lets them be as they are now. */
  keep(): void;
}

const modes = { "<": "read", ">": "write", ">>": "append", "<>": "update" } as const;

/** Leads the descriptors of a shell elsewhere, and gives the way back. */
export async function redirect(shell: Shell, redirects: readonly Redirect[]): Promise<Restore> {
  const saved: [number, Descriptor | undefined][] = [];
  const { process } = shell;
  const restore = () => {
    for (const [number, descriptor] of saved.reverse()) process.setDescriptor(number, descriptor);
    saved.length = 0;
  };
  const keep = () => {
    for (const [, descriptor] of saved) descriptor?.release();
    saved.length = 0;
  };
  try {
    for (const it of redirects) {
      const target = await expandText(shell, it.target);
      const made = await open(shell, it.operator, target);
      saved.push([it.descriptor, process.descriptors.get(it.descriptor)?.share()]);
      process.setDescriptor(it.descriptor, made);
    }
  } catch (error) {
    restore();
    throw error;
  }
  return Object.assign(restore, { keep });
}

/** What a descriptor is to lead to; nothing where it is to be closed. */
async function open(
  shell: Shell,
  operator: string,
  target: string,
): Promise<Descriptor | undefined> {
  const { process } = shell;
  if (operator === "<<") return new Descriptor(new BytesFile(encode(target)));
  if (operator === "<&" || operator === ">&") {
    if (target === "-") return undefined;
    const descriptor = process.descriptors.get(Number(target));
    if (!/^\d+$/.test(target) || !descriptor) {
      await shell.complain(`${target}: ${new FileError("EBADF").printed}`);
      throw new RedirectFailure();
    }
    return descriptor.share();
  }
  try {
    return new Descriptor(openPath(process, target, modes[operator as keyof typeof modes]));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const missing = operator === "<" ? "can't open" : "can't create";
    const printed = error.errno === "ENOENT" && operator !== "<"
      ? "nonexistent directory"
      : error.errno === "ENOENT"
      ? "no such file"
      : error.printed;
    await shell.complain(`${missing} ${target}: ${printed}`);
    throw new RedirectFailure();
  }
}

/** What has been told already. */
export class RedirectFailure extends Error {
  override name = "RedirectFailure";
}
