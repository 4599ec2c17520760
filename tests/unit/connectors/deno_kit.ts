/** A new directory, removed at the end. Short: a socket's path holds 107 bytes. */
export async function temporary(): Promise<AsyncDisposable & { path: string }> {
  const path = await Deno.makeTempDir({ prefix: "lxkit-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** Serves HTTP on a socket. */
export function serve(path: string, handler: Deno.ServeHandler): Deno.HttpServer {
  return Deno.serve({ path, onListen() {} }, handler);
}

/** How a script is run. */
export interface RunOptions {
  /** The flags of `deno run`. */
  flags: string[];
  /** A command that runs the command. */
  wrapper?: string[];
  /** The whole environment, beside what Deno itself needs. */
  env?: Record<string, string>;
}

/** Runs a script in a Deno of its own and gives what it printed. */
export async function runDeno(
  script: string,
  { flags, wrapper = [], env = {} }: RunOptions,
): Promise<{ output: string; success: boolean }> {
  await using directory = await temporary();
  const file = `${directory.path}/script.ts`;
  await Deno.writeTextFile(file, script);
  const deno = [Deno.execPath(), "run", "--no-prompt", "--no-lock", ...flags, file];
  const [command, ...args] = [...wrapper, ...deno];
  const kept = ["HOME", "PATH", "DENO_DIR"].flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  const { stdout, stderr, success } = await new Deno.Command(command!, {
    args,
    clearEnv: true,
    env: { ...Object.fromEntries(kept), NO_COLOR: "1", ...env },
  }).output();
  const decoder = new TextDecoder();
  return { output: decoder.decode(stdout) + decoder.decode(stderr), success };
}
