import { OperationError, ProtocolError } from "../../errors.ts";
import { withoutQuery } from "../../core/path.ts";
import type { Session } from "../../core/session.ts";
import { type Signal, signalOf } from "../../core/signals.ts";
import { type MutationOptions, type Step, Task } from "../../core/task.ts";
import { type Download, download, type DownloadOptions } from "../../core/transfer.ts";
import type { OperationData } from "../../types/mod.ts";
import type { CommandOptions } from "./exec.ts";
import type { ProcessStatus } from "./process.ts";
import { commandBody } from "./command_body.ts";

/** Options of a command whose output the server keeps. */
export interface RecordOptions extends MutationOptions, CommandOptions {}

/** How a command ended whose output the server keeps as logs, until they are deleted. */
export class RecordedCommand implements ProcessStatus {
  /** Whether the exit code is 0. */
  readonly success: boolean;
  /** The exit code; 126 where the command cannot be run, 127 where there is none of that name. */
  readonly code: number;
  /** The signal that the exit code stands for, or null: see {@linkcode ProcessStatus}. */
  readonly signal: Signal | null;
  readonly #session: Session;
  readonly #logs: Record<string, string>;

  /** @ignore */
  constructor(session: Session, code: number, logs: Record<string, string>) {
    this.#session = session;
    this.#logs = logs;
    this.code = code;
    this.success = code === 0;
    this.signal = signalOf(code);
  }

  /** Opens what it wrote to its standard output. */
  stdout(options: DownloadOptions = {}): Promise<Download> {
    return this.#open("1", options);
  }

  /** Opens what it wrote to its standard error. */
  stderr(options: DownloadOptions = {}): Promise<Download> {
    return this.#open("2", options);
  }

  /** Deletes what it wrote from the server. */
  delete(options: MutationOptions = {}): Task<void> {
    return new Task(this.#session, "delete the output of a command", options, async (step) => {
      for (const url of Object.values(this.#logs)) await step("DELETE", withoutQuery(url));
    });
  }

  async #open(fd: string, options: DownloadOptions): Promise<Download> {
    const url = this.#logs[fd];
    if (url !== undefined) {
      const what = "read the output of the command";
      return await download(this.#session, withoutQuery(url), what, options);
    }
    throw new TypeError("Cannot read the output of the command: it was never started");
  }
}

/** Runs a command without a connection to it; the server keeps its output as logs. */
export function recordCommand(
  session: Session,
  path: string,
  command: readonly string[],
  options: RecordOptions,
): Task<RecordedCommand> {
  const json = { ...commandBody(command, options), "record-output": true };
  const what = `run "${command[0]}" at ${path}`;
  return new Task(session, what, options, async (step) => {
    const metadata = await run(step, path, json) as
      | { return?: number; output?: Record<string, string> }
      | null
      | undefined;
    if (typeof metadata?.return !== "number") {
      throw new ProtocolError(`Cannot ${what}: the server gave no exit code`);
    }
    return new RecordedCommand(session, metadata.return, metadata.output ?? {});
  });
}

/** A command that cannot be run is a failed operation, and has an exit code all the same. */
async function run(step: Step, path: string, json: unknown): Promise<OperationData["metadata"]> {
  try {
    return (await step("POST", path, { json })).operation?.metadata ?? null;
  } catch (error) {
    const metadata = error instanceof OperationError ? error.operation.metadata : undefined;
    if (typeof (metadata as { return?: unknown } | null)?.return !== "number") throw error;
    return metadata!;
  }
}
