import { ProtocolError, TruncatedError } from "../../errors.ts";
import type { Watcher } from "../../core/passage.ts";
import type { Bytes } from "../../core/streams.ts";

/** One file of a form that is being read. */
export interface ReceivedPart {
  /** The name of the form's field. */
  name: string;
  /** The name of the file; empty where it has none. */
  filename: string;
  /** Its content. What is left of it is passed over when the next part is asked for. */
  readable: ReadableStream<Bytes>;
}

const HEAD_LIMIT = 16 * 1024;
const CRLF = new TextEncoder().encode("\r\n\r\n");

/** Reads `multipart/form-data` as it comes: part by part, nothing held but a piece of the stream. */
export class MultipartReader {
  readonly #source: ReadableStreamDefaultReader<Bytes>;
  readonly #what: string;
  readonly #watchers: readonly Watcher[];
  readonly #find: (bytes: Uint8Array) => number;
  readonly #mark: Uint8Array;
  // The mark of the first part lacks the line break that the others start with.
  #held: Bytes = new Uint8Array([13, 10]);
  #inPart = true;
  #ended = false;
  /** Counts parts up, and once more when the rest of one is passed over. */
  #part = 0;
  #turn: Promise<unknown> = Promise.resolve();

  /** `what` completes the sentence "Cannot ..."; the watchers see all content that is read or passed over. */
  constructor(
    source: ReadableStream<Bytes>,
    contentType: string,
    what: string,
    watchers: readonly Watcher[],
  ) {
    const boundary = /;\s*boundary="?([^";]+)"?/i.exec(contentType)?.[1];
    if (boundary === undefined) {
      throw new ProtocolError(`Cannot ${what}: the server sent a form without a boundary`);
    }
    this.#mark = new TextEncoder().encode(`\r\n--${boundary}`);
    this.#source = source.getReader();
    this.#what = what;
    this.#watchers = watchers;
    this.#find = finder(this.#mark);
  }

  /** All parts, one after the other. Leaving the loop cancels the source. */
  async *parts(): AsyncGenerator<ReceivedPart, void> {
    try {
      // What comes before the first mark is no content.
      while (await this.#piece(() => {}));
      while (!this.#ended) {
        const fields = await this.#head();
        this.#inPart = true;
        this.#part++;
        yield {
          name: parameter(fields, "name"),
          filename: parameter(fields, "filename"),
          readable: this.#stream(this.#part),
        };
        this.#part++;
        while (await this.#content());
      }
      while (!(await this.#source.read()).done);
    } finally {
      await this.#source.cancel().catch(() => {});
    }
  }

  #stream(part: number): ReadableStream<Bytes> {
    return new ReadableStream<Bytes>({
      pull: async (controller) => {
        if (part !== this.#part) {
          throw new TypeError(
            `Cannot ${this.#what}: a file has to be read before the next is asked for`,
          );
        }
        const bytes = await this.#content();
        if (bytes) controller.enqueue(bytes);
        else controller.close();
      },
    }, { highWaterMark: 0 });
  }

  /** The next bytes of the part; undefined at its end. */
  #content(): Promise<Bytes | undefined> {
    const watch = (bytes: Bytes) => this.#watchers.forEach((watcher) => watcher.update(bytes));
    const content = this.#turn.then(() => this.#piece(watch));
    this.#turn = content.catch(() => {});
    return content;
  }

  async #piece(watch: (bytes: Bytes) => void): Promise<Bytes | undefined> {
    while (this.#inPart) {
      const mark = this.#find(this.#held);
      const bytes = this.#take(mark < 0 ? this.#held.length - this.#begun() : mark);
      watch(bytes);
      if (mark >= 0) {
        this.#take(this.#mark.length);
        await this.#passMark();
      } else if (bytes.length === 0) {
        await this.#need(this.#held.length + 1);
      }
      if (bytes.length > 0) return bytes;
    }
    return undefined;
  }

  /** How many of the held bytes' last may be the beginning of a mark. */
  #begun(): number {
    const held = this.#held;
    for (let at = Math.max(0, held.length - this.#mark.length + 1); at < held.length; at++) {
      let i = at;
      while (i < held.length && held[i] === this.#mark[i - at]) i++;
      if (i === held.length) return held.length - at;
    }
    return 0;
  }

  /** Looks at what follows a mark: another part, or the end of the form. */
  async #passMark(): Promise<void> {
    this.#inPart = false;
    await this.#need(2);
    this.#ended = this.#held[0] === 45 && this.#held[1] === 45;
    if (this.#ended) this.#watchers.forEach((watcher) => watcher.end());
  }

  /** The header fields of the part that begins. */
  async #head(): Promise<string> {
    let end = -1;
    for (const find = finder(CRLF); (end = find(this.#held)) < 0;) {
      if (this.#held.length > HEAD_LIMIT) {
        throw new ProtocolError(
          `Cannot ${this.#what}: the server sent a part with an endless head`,
        );
      }
      await this.#need(this.#held.length + 1);
    }
    return new TextDecoder().decode(this.#take(end + CRLF.length));
  }

  async #need(count: number): Promise<void> {
    while (this.#held.length < count) {
      if (await this.#more()) continue;
      throw new TruncatedError(`Cannot ${this.#what}: the connection broke before the end`);
    }
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#source.read();
    if (done) return false;
    if (this.#held.length > 0) {
      const both = new Uint8Array(this.#held.length + value.length);
      both.set(this.#held);
      both.set(value, this.#held.length);
      this.#held = both;
    } else this.#held = value;
    return true;
  }

  /** Hands bytes out; what stays is a copy, since whoever gets them may give their memory away. */
  #take(count: number): Bytes {
    const whole = count === this.#held.length;
    const taken = whole ? this.#held : this.#held.subarray(0, count);
    this.#held = whole ? new Uint8Array() : this.#held.slice(count);
    return taken;
  }
}

/** Finds the first place of some bytes in others, -1 where there is none: Horspool's way. */
function finder(wanted: Uint8Array): (bytes: Uint8Array) => number {
  const last = wanted.length - 1;
  const skips = new Uint16Array(256).fill(wanted.length);
  for (let i = 0; i < last; i++) skips[wanted[i]!] = last - i;
  return (bytes) => {
    for (let at = last; at < bytes.length; at += skips[bytes[at]!]!) {
      let i = 0;
      while (i <= last && bytes[at - i] === wanted[last - i]) i++;
      if (i > last) return at - last;
    }
    return -1;
  };
}

function parameter(fields: string, name: string): string {
  const found = new RegExp(`[;\\s]${name}="((?:[^"\\\\]|\\\\.)*)"`, "i").exec(fields)?.[1] ?? "";
  return found.replaceAll(/\\(.)/g, "$1");
}
