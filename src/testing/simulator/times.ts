/** The time that stands for none in the daemons' answers. */
export const NO_TIME = "0001-01-01T00:00:00Z";

/** The time that stands for none in those that come from older tables. */
export const EPOCH = "1970-01-01T00:00:00Z";

/** A time as the daemons write it, in nanoseconds. */
export function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("Z", "000000Z");
}

/** A time as the daemons write it, in seconds. */
export function secondsOf(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** A time that a client gave, as the daemons write it; none where it is none. */
export function givenTime(time: string | null | undefined): string {
  if (!time || time === NO_TIME) return NO_TIME;
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return NO_TIME;
  return date.getMilliseconds() ? date.toISOString() : secondsOf(date.getTime());
}
