/** Where a simulated server takes chance from: numbers from 0 up to 1, as `Math.random` gives them. */
export type Random = () => number;

/** Chance that is the same every time: Mulberry32. */
export function seededRandom(seed = 1): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Hexadecimal digits by chance. */
export function randomHex(random: Random, length: number): string {
  let text = "";
  while (text.length < length) text += Math.floor(random() * 16).toString(16);
  return text;
}

/** A UUID of version 4 by chance. */
export function randomId(random: Random): string {
  const hex = randomHex(random, 32);
  const variant = (8 + Math.floor(random() * 4)).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20),
  ].join("-");
}

/** The address of a network interface, in the range that both daemons use. */
export function randomHardwareAddress(random: Random, dialect: "lxd" | "incus"): string {
  const prefix = dialect === "lxd" ? "00:16:3e" : "10:66:6a";
  const rest = [0, 0, 0].map(() => randomHex(random, 2));
  return [prefix, ...rest].join(":");
}

const ADJECTIVES = "able bold calm deep eager fair glad happy keen live merry noble proud quick";
const ANIMALS = "ant bee cat dog eel fox gnu hen ibex jay koi lynx mole newt owl pika quail ram";

/** A name for an instance that was given none, as the daemons make them. */
export function randomName(random: Random): string {
  const pick = (words: string) => {
    const list = words.split(" ");
    return list[Math.floor(random() * list.length)]!;
  };
  return `${pick(ADJECTIVES)}-${pick(ANIMALS)}-${randomHex(random, 4)}`;
}
