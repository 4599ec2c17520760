import type { Channel, ChannelMessage } from "../../../mod.ts";

/** All content of a channel that gives it where it lies, taken in pieces of `most` bytes; texts are whole. */
export async function* takeContent(
  { bytes }: Channel,
  most: number = Infinity,
): AsyncGenerator<ChannelMessage, void> {
  for (let found; (found = await bytes!.peek()) !== undefined;) {
    if (typeof found === "string") {
      yield found;
    } else {
      const taken = found.slice(0, most);
      yield taken;
      bytes!.skip(taken.length);
    }
  }
}
