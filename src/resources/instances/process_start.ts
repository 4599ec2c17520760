import type { Channel } from "../../connector.ts";
import { ApiError, OperationError, ProtocolError } from "../../errors.ts";
import { type CallOptions, limited } from "../../core/call.ts";
import { Operation } from "../../core/operation.ts";
import type { Session } from "../../core/session.ts";
import type { InstanceExecPost } from "../../types/mod.ts";
import { commandBody } from "./command_body.ts";
import type { SpawnOptions } from "./exec.ts";
import { InstanceProcess, type ProcessChannels } from "./process.ts";
import { reasonOf } from "./process_failure.ts";

/** How long the server is given to forget a process that could not be connected to, in milliseconds. */
const CANCEL_LIMIT_MS = 1000;

/** A session of websockets with something that runs inside an instance. */
export interface Attachment {
  /** The server's record of it. */
  operation: Operation;
  /** Settles with the end of the operation. */
  ending: Promise<unknown>;
  /** Its websockets by their names, as many as were opened. */
  channels: ReadonlyMap<string, Channel>;
  /** Ends the wait for the operation; aborted as the caller's own signal is. */
  stop: AbortController;
}

/** Starts a command at the `exec` path of an instance and connects all its streams. */
export async function startProcess(
  session: Session,
  path: string,
  command: readonly string[],
  options: SpawnOptions,
): Promise<InstanceProcess> {
  const json = execBody(command, options);
  const label = `command "${command[0]}"`;
  const what = `start ${label} at ${path}`;
  const { operation, ending, channels, stop } = await attach(session, path, json, what, options);
  const streams: ProcessChannels = {
    control: channels.get("control")!,
    stdin: channels.get("0")!,
    stdout: channels.get("1"),
    stderr: channels.get("2"),
  };
  return new InstanceProcess(label, operation, ending, streams, stop);
}

/**
 * Posts what asks for websockets and opens them: all, or the `wanted` one alone. `what` completes the
 * sentence "Cannot ...".
 */
export async function attach(
  session: Session,
  path: string,
  json: unknown,
  what: string,
  options: CallOptions,
  wanted?: string,
): Promise<Attachment> {
  const stop = new AbortController();
  const { signal } = options;
  const abort = () => stop.abort(signal!.reason);
  signal?.addEventListener("abort", abort);
  const unlink = () => signal?.removeEventListener("abort", abort);
  try {
    return await limited(options, what, async (signal) => {
      const answer = await session.send("POST", path, { json, signal });
      if (answer.type === "sync") {
        throw new ProtocolError(`Cannot ${what}: the server made no operation of it`);
      }
      const operation = new Operation(session, answer.metadata);
      // At once, since the servers forget an operation five seconds after its end.
      const ending = operation.wait({ signal: stop.signal });
      ending.then(unlink, unlink);
      const channels = await connect(operation, wanted, signal).catch(async (error) => {
        // What is refused to connect may have failed or ended by then: it knows better why.
        const reason = error instanceof ApiError ? await reasonOf(ending) : undefined;
        await operation.cancel({ timeout: CANCEL_LIMIT_MS }).catch(() => {});
        throw reason instanceof OperationError ? reason : error;
      });
      return { operation, ending, channels, stop };
    });
  } catch (error) {
    stop.abort(error);
    unlink();
    throw error;
  }
}

function execBody(command: readonly string[], options: SpawnOptions): InstanceExecPost {
  const { tty } = options;
  const body = commandBody(command, options);
  return {
    ...body,
    environment: tty ? { TERM: "xterm-256color", ...body.environment } : body.environment,
    "wait-for-websocket": true,
    interactive: tty !== undefined,
    width: tty?.columns,
    height: tty?.rows,
  };
}

/**
 * Opens all websockets of what runs: the input last, when the others stand. The server gives them a few
 * seconds together and starts the command when it has its streams, so that it cannot end before its
 * control connection is there: signals always reach it, and Incus 6.0 crashes as a whole when a
 * connection comes just as an operation ends.
 */
async function connect(
  operation: Operation,
  wanted: string | undefined,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Channel>> {
  const { fds } = operation.data.metadata as { fds: Record<string, string> };
  const secrets = Object.entries(fds).filter(([fd]) => wanted === undefined || fd === wanted);
  const opened = new Map<string, Channel>();
  const open = async ([fd, secret]: [string, string]) => {
    // LXD 5.0 does not read what it sends output on.
    const answerPings = fd !== "1" && fd !== "2";
    opened.set(fd, await operation.webSocket(secret, { signal, answerPings }));
  };
  try {
    await allOf(secrets.filter(([fd]) => fd !== "0").map(open));
    await allOf(secrets.filter(([fd]) => fd === "0").map(open));
    // Not every connector ends an attempt that has all but succeeded.
    signal?.throwIfAborted();
    return opened;
  } catch (error) {
    for (const channel of opened.values()) channel.close();
    throw error;
  }
}

/** Waits until all have settled, so that nothing is opened after a failure. */
async function allOf(attempts: Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(attempts);
  for (const result of results) if (result.status === "rejected") throw result.reason;
}
