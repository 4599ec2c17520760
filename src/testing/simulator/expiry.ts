import { NO_TIME, timeOf } from "./times.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const UNITS: Record<string, number> = {
  S: 1000,
  M: MINUTE,
  H: 60 * MINUTE,
  d: DAY,
  w: 7 * DAY,
  m: 30 * DAY,
  y: 365 * DAY,
};

/** When something expires, by an expression such as `1d 12H`; never without one. */
export function expiryOf(expression: string | undefined, now: number): string {
  const parts = expression?.match(/\d+[SMHdwmy]/g);
  if (!parts) return NO_TIME;
  const time = parts.reduce((sum, part) => sum + parseInt(part) * UNITS[part.at(-1)!]!, now);
  return timeOf(time);
}

/** Whether something has expired. */
export function isExpired(expiresAt: string, now: number): boolean {
  return expiresAt !== NO_TIME && Date.parse(expiresAt) <= now;
}
