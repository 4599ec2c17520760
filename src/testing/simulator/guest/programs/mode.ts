import { FileError } from "../files/file_error.ts";

const BITS: Record<string, number> = { r: 4, w: 2, x: 1 };
const WHO: Record<string, number> = { u: 0o4700, g: 0o2070, o: 0o1007, a: 0o7777 };

/** The mode that a change as in `chmod` makes of another: octal, or such as `u+x,go-w`. */
export function parseMode(change: string, mode: number, isDirectory: boolean): number {
  if (/^[0-7]{1,4}$/.test(change)) return parseInt(change, 8);
  let result = mode;
  for (const clause of change.split(",")) {
    const match = /^([ugoa]*)([-+=])([rwxXst]*|[ugo])$/.exec(clause);
    if (!match) throw new FileError("EINVAL");
    const [, who = "", operator = "", letters = ""] = match;
    const mask = [...who || "a"].reduce((sum, letter) => sum | WHO[letter]!, 0);
    let bits = 0;
    for (const letter of letters) {
      const from = "ugo".indexOf(letter);
      const triple = letter === "X"
        ? (isDirectory || mode & 0o111 ? 1 : 0)
        : from >= 0
        ? mode >> (6 - 3 * from) & 7
        : BITS[letter] ?? 0;
      bits |= triple * 0o111;
      if (letter === "s") bits |= 0o6000;
      if (letter === "t") bits |= 0o1000;
    }
    const change = bits & mask;
    if (operator === "+") result |= change;
    else if (operator === "-") result &= ~change;
    else result = result & ~(mask & 0o777) | change;
  }
  return result;
}
