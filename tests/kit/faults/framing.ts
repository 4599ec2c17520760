import type { Direction } from "./fault.ts";
import type { Source } from "./source.ts";

/** How an upgraded connection is cut into frames. Written apart from the library under test. */
export interface Framing {
  /** Reads one frame; less of it where the end comes before. */
  next(source: Source): Promise<Uint8Array>;
  /** The beginning of a frame that is larger than any may be. */
  oversized(direction: Direction): Uint8Array;
  /** Whether a frame says that it is the last one. */
  closes(frame: Uint8Array): boolean;
}

/** The framing of what follows the head of a request or answer; undefined where there is none. */
export function framingOf(head: Uint8Array): Framing | undefined {
  const text = new TextDecoder("latin1").decode(head);
  const protocol = /^upgrade: *(\w+)\r$/im.exec(text)?.[1];
  if (protocol === "websocket") return webSocket;
  return protocol === "sftp" ? sftp : undefined;
}

const webSocket: Framing = {
  async next(source) {
    const head = await source.exactly(2);
    const [, second = 0] = head;
    const short = second & 127;
    const extended = await source.exactly(short === 127 ? 8 : short === 126 ? 2 : 0);
    const long = extended.reduce((sum, byte) => sum * 256 + byte, 0);
    const mask = second > 127 ? 4 : 0;
    return join(head, extended, await source.exactly(mask + (short > 125 ? long : short)));
  },
  oversized: (direction) =>
    new Uint8Array([0x82, direction === "up" ? 255 : 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
  closes: ([first = 0]) => (first & 15) === 8,
};

const sftp: Framing = {
  async next(source) {
    const head = await source.exactly(4);
    const length = head.reduce((sum, byte) => sum * 256 + byte, 0);
    return join(head, await source.exactly(length));
  },
  oversized: () => new Uint8Array([0x7f, 0xff, 0xff, 0xff, 103]),
  closes: () => false,
};

function join(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
