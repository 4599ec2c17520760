/**
 * What all measurements share.
 *
 * @module
 */

/** A mebibyte, in bytes. */
export const MIB: number = 2 ** 20;

/** The middle one of some measurements. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** The most memory that a process has had so far, in MiB; 0 where it has ended. */
export function peakOf(pid: number): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Whether a command is installed. */
export function installed(command: string): boolean {
  const args = ["-c", 'command -v "$0"', command];
  return new Deno.Command("sh", { args, stdout: "null" }).outputSync().success;
}
