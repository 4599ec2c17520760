/**
 * An interactive shell inside an instance, in this terminal: keys go through as they are typed, the
 * size of the window is followed, and the exit code is passed on.
 *
 *     deno task example examples/shell.ts web
 *     deno task example examples/shell.ts web --user 1000 -- bash -l
 *
 * @module
 */
// deno-lint-ignore-file no-console

import { parseArgs } from "@std/cli";
import { connect, type SpawnOptions } from "../mod.ts";

async function run(name: string, command: string[], options: SpawnOptions): Promise<number> {
  await using client = await connect({ signal: options.signal });
  await using shell = await client.instances.at(name).spawn(command, {
    ...options,
    tty: Deno.consoleSize(),
  });
  // The shell may end before the window's new size reaches it.
  const resize = () => shell.resize(Deno.consoleSize()).catch(() => {});
  Deno.addSignalListener("SIGWINCH", resize);
  Deno.stdin.setRaw(true);
  try {
    Deno.stdin.readable.pipeTo(shell.stdin).catch(() => {});
    await shell.stdout.pipeTo(Deno.stdout.writable, { preventClose: true });
    return (await shell.status).code;
  } finally {
    Deno.stdin.setRaw(false);
    Deno.removeSignalListener("SIGWINCH", resize);
  }
}

const { _: [instance], user, "--": command } = parseArgs(Deno.args, {
  string: ["_", "user"],
  "--": true,
});
if (!instance) {
  console.error("Usage: shell.ts INSTANCE [--user ID] [-- COMMAND...]");
  Deno.exit(2);
}
if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) {
  console.error("Cannot open a shell: the standard input and output must be a terminal");
  Deno.exit(2);
}
// Whatever ends this process in order goes through `finally`, which gives the terminal back.
const stop = new AbortController();
for (const signal of ["SIGTERM", "SIGHUP", "SIGQUIT"] as const) {
  Deno.addSignalListener(signal, () => stop.abort(new Error(`Ended by ${signal}`)));
}
try {
  // Not left to the end of the script: a read of the keyboard still waits.
  Deno.exit(
    await run(String(instance), command.length > 0 ? command : ["sh"], {
      user: user === undefined ? undefined : Number(user),
      signal: stop.signal,
    }),
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exit(1);
}
