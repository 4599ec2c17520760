import { type CallOptions, limited } from "../../core/call.ts";
import type { Session } from "../../core/session.ts";
import { type Bytes, type ByteSource, collect, streamOf } from "../../core/streams.ts";
import type { InstanceProcess, ProcessStatus, TerminalSize } from "./process.ts";

/** Where and as whom a command runs. */
export interface CommandOptions extends CallOptions {
  /** Environment variables beside the server's own defaults (`PATH`, `HOME`, `USER`, `LANG`). */
  environment?: Record<string, string>;
  /** The id of the user that it runs as. Default: 0. */
  user?: number;
  /** The id of the group that it runs as. Default: 0. */
  group?: number;
  /** The directory that it starts in; `/` where there is none of that name. Default: the user's home. */
  cwd?: string;
}

/** Options of a command that runs to its end. */
export interface ExecOptions extends CommandOptions {
  /** What it reads from its standard input. Default: nothing, which it sees as an empty input. */
  stdin?: ByteSource;
}

/** Options of a command that runs beside its caller. */
export interface SpawnOptions extends CommandOptions {
  /** Kills the command, also after it was started; its streams and status reject with the reason. */
  signal?: AbortSignal;
  /** The most that starting it may take, in milliseconds. Default: no limit. */
  timeout?: number;
  /**
   * Runs it in a terminal of this size. Its error output then comes with its output, and `TERM` is
   * `xterm-256color` unless the environment says otherwise. LXD 5.0 may lose the last output of a
   * command that ends right after it. Default: no terminal.
   */
  tty?: TerminalSize;
}

/** How a command ended and what it wrote. */
export class CommandOutput implements ProcessStatus {
  /** Whether the exit code is 0. */
  readonly success: boolean;
  /** The exit code; 126 where the command cannot be run, 127 where there is none of that name. */
  readonly code: number;
  /** The signal that the exit code stands for, or null: see {@linkcode ProcessStatus}. */
  readonly signal: ProcessStatus["signal"];
  /** All that it wrote to its standard output. */
  readonly stdout: Bytes;
  /** All that it wrote to its standard error. */
  readonly stderr: Bytes;

  /** @ignore */
  constructor(status: ProcessStatus, stdout: Bytes, stderr: Bytes) {
    this.success = status.success;
    this.code = status.code;
    this.signal = status.signal;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  /** The standard output read as UTF-8. */
  get stdoutText(): string {
    return new TextDecoder().decode(this.stdout);
  }

  /** The standard error read as UTF-8. */
  get stderrText(): string {
    return new TextDecoder().decode(this.stderr);
  }
}

/** Starts a command in the instance at a path and gives its streams. */
export async function spawnCommand(
  session: Session,
  instance: string,
  command: readonly string[],
  options: SpawnOptions,
): Promise<InstanceProcess> {
  const { startProcess } = await import("./process_start.ts");
  return await startProcess(session, `${instance}/exec`, command, options);
}

/** Runs a command in the instance at a path to its end; `label` names the instance in messages. */
export async function execCommand(
  session: Session,
  instance: string,
  label: string,
  command: readonly string[],
  { stdin, ...options }: ExecOptions,
): Promise<CommandOutput> {
  return await limited(options, `run "${command[0]}" in ${label}`, async (signal) => {
    const unlimited = { ...options, timeout: undefined, signal };
    const process = await spawnCommand(session, instance, command, unlimited);
    try {
      return await runToEnd(process, stdin);
    } finally {
      await process[Symbol.asyncDispose]();
    }
  });
}

/** Feeds a process, takes all that it writes, and waits for its end. */
async function runToEnd(
  process: InstanceProcess,
  stdin: ByteSource | undefined,
): Promise<CommandOutput> {
  const [stdout, stderr, status] = await Promise.all([
    collect(process.stdout),
    collect(process.stderr),
    process.status,
    feed(process, stdin),
  ]);
  return new CommandOutput(status, stdout, stderr);
}

/** Writes the input. A command that ends without reading it all is no failure, a broken source is. */
async function feed(process: InstanceProcess, stdin: ByteSource | undefined): Promise<void> {
  if (stdin === undefined) return await process.stdin.close();
  const source = streamOf(stdin).getReader();
  const sink = process.stdin.getWriter();
  const ended = process.status.then(() => undefined, () => undefined);
  while (true) {
    const chunk = await Promise.race([source.read(), ended]);
    if (!chunk) return await source.cancel();
    if (chunk.done) return await sink.close();
    const taken = await sink.write(chunk.value).then(() => true, () => false);
    if (!taken) return await source.cancel();
  }
}
