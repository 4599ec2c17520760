import type { ConnectorResponse, FilledResult, FillingReader } from "../../connector.ts";
import { type Bytes, concat } from "../../core/streams.ts";
import type { BodyReader } from "./body.ts";
import type { Fields } from "./fields.ts";
import type { AnswerHead } from "./head.ts";

/** The most that one piece of a body has, in bytes. */
const PIECE = 256 * 1024;

/**
 * An answer as it comes. It is no `Response`, as the first of these costs a script of Deno some 4 ms and 2 MiB:
 * it has what this package uses of one, and what one is made of.
 */
export class HttpAnswer implements ConnectorResponse {
  readonly status: number;
  readonly statusText: string;
  readonly filling: AnswerBody | undefined;
  readonly #fields: Fields;
  #headers: Headers | undefined;
  #body: ReadableStream<Bytes> | undefined;

  constructor({ status, statusText, fields }: AnswerHead, body: AnswerBody | undefined) {
    this.status = status;
    this.statusText = statusText;
    this.#fields = fields;
    this.filling = body;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  get headers(): Headers {
    return this.#headers ??= new Headers([...this.#fields.all]);
  }

  get body(): ReadableStream<Bytes> | null {
    return (this.#body ??= this.filling?.stream()) ?? null;
  }

  async text(): Promise<string> {
    return new TextDecoder().decode(await this.filling?.whole());
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }
}

/** The body of an answer on its way to whoever reads it; `end` is told whether all of it came. */
export class AnswerBody implements FillingReader {
  readonly #reader: BodyReader;
  readonly #signal: AbortSignal | undefined;
  readonly #end: (whole: boolean) => void;

  constructor(
    reader: BodyReader,
    signal: AbortSignal | undefined,
    end: (whole: boolean) => void,
  ) {
    this.#reader = reader;
    this.#signal = signal;
    this.#end = end;
  }

  async read(view: Bytes): Promise<FilledResult> {
    const count = await this.#step(() => this.#reader.nextInto(view));
    const value = view.subarray(0, count ?? 0);
    return count === undefined ? { done: true, value } : { done: false, value };
  }

  cancel(): Promise<void> {
    this.#end(false);
    return Promise.resolve();
  }

  /** All of it in one piece. */
  async whole(): Promise<Bytes> {
    const pieces: Bytes[] = [];
    for (let piece; (piece = await this.#next());) pieces.push(piece);
    return pieces.length === 1 ? pieces[0]! : concat(pieces);
  }

  /** A stream of the pieces that come. */
  stream(): ReadableStream<Bytes> {
    return new ReadableStream({
      type: "bytes",
      pull: async (controller) => {
        const piece = await this.#next();
        if (piece) controller.enqueue(piece);
        if (!this.#reader.ended) return;
        controller.close();
        // A reader that still waits with its buffer learns of the end by this alone.
        controller.byobRequest?.respond(0);
      },
      cancel: () => this.cancel(),
    });
  }

  #next(): Promise<Bytes | undefined> {
    return this.#step(async () => (await this.#reader.next(PIECE))?.slice());
  }

  async #step<T>(read: () => Promise<T>): Promise<T> {
    try {
      this.#signal?.throwIfAborted();
      const result = await read();
      if (this.#reader.ended) this.#end(true);
      return result;
    } catch (error) {
      this.#end(false);
      this.#signal?.throwIfAborted();
      throw error;
    }
  }
}
