/** Linux's signals by name, without their `SIG`. */
export const SIGNALS: Record<string, number> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  POLL: 29,
  PWR: 30,
  SYS: 31,
};

/** Those that nothing happens at unless a process asks for it; stopping is not simulated. */
const HARMLESS = new Set(["CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "WINCH"]);
const harmless = new Set([...HARMLESS].map((name) => SIGNALS[name]!));

/** Whether a process that has not asked for a signal ends by it. */
export function isDeadly(signal: number): boolean {
  return signal > 0 && !harmless.has(signal);
}

/** The number of a signal as people write it: `9`, `KILL`, `SIGKILL`, `kill`; undefined where there is none. */
export function signalNumber(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) <= 64 ? Number(text) : undefined;
  return SIGNALS[text.toUpperCase().replace(/^SIG/, "")];
}

/** How the end by a signal is told; those that people and pipes send are not. */
export const deaths: Record<number, string> = {
  1: "Hangup",
  3: "Quit",
  4: "Illegal instruction",
  6: "Aborted",
  8: "Floating point exception",
  9: "Killed",
  10: "User defined signal 1",
  11: "Segmentation fault",
  12: "User defined signal 2",
  14: "Alarm clock",
  15: "Terminated",
};
