/**
 * Examples that serve something, as a person starts them.
 *
 * @module
 */

import { TextLineStream } from "@std/streams";
import { onlyServer, type SharedServer } from "./servers.ts";

const root = new URL("../../", import.meta.url);

/** An example that runs. */
export interface ServedExample extends AsyncDisposable {
  /** The address that it printed. */
  url: string;
}

/** Starts an example at a daemon, on a free port. */
export async function serveExample(
  script: string,
  server: Pick<SharedServer, "kind" | "home">,
  env: Record<string, string> = {},
): Promise<ServedExample> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `examples/${script}`, "0"],
    cwd: root,
    env: { ...onlyServer(server), ...env },
    stdout: "piped",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream()).getReader();
  const stop = async () => {
    try {
      child.kill();
    } catch {
      // It has ended.
    }
    await lines.cancel();
    await child.status;
  };
  const { value = "nothing was printed" } = await lines.read();
  const url = /http:\S+$/.exec(value)?.[0];
  if (url) return { url, [Symbol.asyncDispose]: stop };
  await stop();
  throw new Error(`Cannot serve ${script}: ${value}`);
}
