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

/**
 * How long a process and all that it has started, as far as it is still theirs, have computed so far, in
 * milliseconds of a processor.
 */
export function computedBy(pid: number): number {
  const [times, children] = [new Map<number, number>(), new Map<number, number[]>()];
  for (const { name } of Deno.readDirSync("/proc")) {
    const stat = /^\d+$/.test(name) ? readStat(name) : undefined;
    if (!stat) continue;
    times.set(Number(name), stat.ticks);
    children.set(stat.parent, [...children.get(stat.parent) ?? [], Number(name)]);
  }
  const sum = (pid: number): number =>
    (children.get(pid) ?? []).map(sum).reduce((a, b) => a + b, times.get(pid) ?? 0);
  // A hundred ticks are a second.
  return 10 * sum(pid);
}

/** The parent of a process, and its ticks with those of its children that have ended. */
function readStat(pid: string): { parent: number; ticks: number } | undefined {
  try {
    const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ").at(-1)!.split(" ");
    const ticks = fields.slice(11, 15).map(Number).reduce((a, b) => a + b);
    return { parent: Number(fields[1]), ticks };
  } catch {
    return undefined;
  }
}

/** Whether a command is installed. */
export function installed(command: string): boolean {
  const args = ["-c", 'command -v "$0"', command];
  return new Deno.Command("sh", { args, stdout: "null" }).outputSync().success;
}
