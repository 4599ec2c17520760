import type { Process } from "../process/process.ts";
import type { GuestFiles } from "../files/guest_files.ts";
import type { Bytes } from "../text.ts";

/** What a scripted command is run with. */
export interface CommandContext {
  /** Its words, its own name first. */
  argv: readonly string[];
  /** Its environment. */
  environment: Readonly<Record<string, string>>;
  /** The directory that it is in. */
  cwd: string;
  /** The id of the user that it runs as. */
  uid: number;
  /** The id of the group that it runs as. */
  gid: number;
  /** The files of the instance. */
  files: GuestFiles;
  /** What it reads. */
  stdin: ReadableStream<Bytes>;
  /** What it writes; a write waits until there is room. */
  stdout: WritableStream<Uint8Array | string>;
  /** What it writes of errors. */
  stderr: WritableStream<Uint8Array | string>;
  /** Aborted when it is killed. */
  signal: AbortSignal;
  /** The size of its terminal now; null where it has none. */
  terminalSize(): { columns: number; rows: number } | null;
  /** Does something at a signal, such as 15, in place of ending. */
  onSignal(signal: number, run: () => void): void;
  /** Lets time pass on the simulated clock. */
  sleep(milliseconds: number): Promise<void>;
}

/** A command that a test gives to simulated instances. */
export interface ScriptedCommand {
  /** Whether it is the one for these words, of which the first is its name. */
  matches(argv: readonly string[]): boolean;
  /** Runs it; gives its exit code, 0 where it gives nothing. What it throws is told, and exit code 1. */
  run(context: CommandContext): number | void | Promise<number | void>;
}

/** Runs a scripted command as a process. */
export async function runScripted(command: ScriptedCommand, process: Process): Promise<number> {
  const output = (number: number) =>
    new WritableStream<Uint8Array | string>({
      write: (chunk) => process.write(chunk, number),
    });
  const code = await command.run({
    argv: process.argv,
    environment: Object.fromEntries(process.environment),
    cwd: process.cwd,
    uid: process.uid,
    gid: process.gid,
    files: process.kernel.files,
    stdin: new ReadableStream<Bytes>({
      async pull(controller) {
        const bytes = await process.read();
        if (bytes) controller.enqueue(bytes);
        else controller.close();
      },
    }, { highWaterMark: 0 }),
    stdout: output(1),
    stderr: output(2),
    signal: process.dying,
    terminalSize: () => {
      const terminal = process.descriptors.get(0)?.file.terminal;
      return terminal ? { columns: terminal.columns, rows: terminal.rows } : null;
    },
    onSignal: (signal, run) => process.handlers.set(signal, run),
    sleep: (milliseconds) => process.sleep(milliseconds),
  });
  return code ?? 0;
}
