/**
 * What the benchmarks share: medians, tables and the peak of a process's memory.
 *
 * @module
 */
// deno-lint-ignore-file no-console

/** The middle one of some measurements. */
export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** Prints one row of a table. */
export function row(...cells: string[]): void {
  console.log(`| ${cells.join(" | ")} |`);
}

/** Prints the head of a table. */
export function head(...cells: string[]): void {
  console.log("");
  row(...cells);
  row(...cells.map(() => "---"));
}

/** The most memory that a process has had so far, in MB; 0 where it has ended. */
export function peakOf(pid: number): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
