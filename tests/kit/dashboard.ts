/**
 * The dashboard of `examples/dashboard` as a person serves it.
 *
 * @module
 */

import { TextLineStream } from "@std/streams";
import type { Daemon } from "./daemon.ts";

const root = new URL("../../", import.meta.url);

/** A dashboard that is served. */
export interface Dashboard extends AsyncDisposable {
  /** The address to open, with its key. */
  url: string;
}

/** Serves the dashboard of a daemon. */
export async function serveDashboard({ kind, home }: Daemon): Promise<Dashboard> {
  const none = { INCUS_SOCKET: "", INCUS_DIR: "", LXD_SOCKET: "", LXD_DIR: "" };
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "examples/dashboard/serve.ts", "0"],
    cwd: root,
    env: { ...none, [`${kind.toUpperCase()}_DIR`]: home, NO_COLOR: "1" },
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
  const url = /^Open (\S+)$/.exec(value)?.[1];
  if (url) return { url, [Symbol.asyncDispose]: stop };
  await stop();
  throw new Error(`Cannot serve the dashboard: ${value}`);
}
