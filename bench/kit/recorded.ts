/**
 * Starts the server of recorded answers.
 *
 * @module
 */

import { toLines } from "./lines.ts";

/** A server of recorded answers that runs. */
export interface Responder extends AsyncDisposable {
  /** Its socket. */
  readonly socket: string;
}

/** Starts one, in a process of its own. */
export async function startResponder(): Promise<Responder> {
  const directory = await Deno.makeTempDir({ prefix: "lxkit-" });
  const socket = `${directory}/s`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", new URL("responder.ts", import.meta.url).pathname, socket],
    stdout: "piped",
  }).spawn();
  const lines = toLines(child.stdout);
  await lines.next();
  return {
    socket,
    async [Symbol.asyncDispose]() {
      child.kill();
      await lines.return();
      await child.status;
      await Deno.remove(directory, { recursive: true });
    },
  };
}
