/** A server of HTTP/1.1 in memory, written by hand, and a client of it. */
import { HttpClient } from "../../../src/connectors/http/client.ts";
import type { RawConnection } from "../../../src/connectors/raw/connection.ts";
import { memoryPair, type PairOptions } from "./memory_pair.ts";
import { join, send } from "./peer.ts";

// A byte is a character here.
const bytes = (text: string) => Uint8Array.from(text, (it) => it.charCodeAt(0));
const text = (of: Uint8Array) => new TextDecoder("latin1").decode(of);

/** What the server does with a connection: it reads requests and answers them. */
export type Serve = (peer: Peer, index: number) => Promise<void>;

/** The server's end of a connection. */
export class Peer {
  readonly connection: RawConnection;
  #held: Uint8Array<ArrayBuffer> = new Uint8Array();

  constructor(connection: RawConnection) {
    this.connection = connection;
  }

  /** Reads up to the end of a text; undefined when the connection ends before. */
  async until(end: string): Promise<string | undefined> {
    let at = -1;
    while ((at = text(this.#held).indexOf(end)) < 0) if (!await this.#more()) return undefined;
    return await this.take(at + end.length);
  }

  /** Reads so many bytes; undefined when the connection ends before. */
  async take(count: number): Promise<string | undefined> {
    while (this.#held.length < count) if (!await this.#more()) return undefined;
    const taken = text(this.#held.subarray(0, count));
    this.#held = this.#held.slice(count);
    return taken;
  }

  /** Reads the body of a request as its head says; undefined when the connection ends before. */
  async body(head: string): Promise<string | undefined> {
    if (!head.includes("transfer-encoding: chunked")) {
      return await this.take(Number(/content-length: (\d+)/.exec(head)?.[1] ?? 0));
    }
    let body = "";
    while (true) {
      const line = await this.until("\r\n");
      const chunk = line && await this.take(parseInt(line, 16) + 2);
      if (chunk === undefined) return undefined;
      if (!chunk.endsWith("\r\n")) {
        throw new Error("Cannot read a chunk: it is longer than it says");
      }
      if (chunk === "\r\n") return body;
      body += chunk.slice(0, -2);
    }
  }

  async #more(): Promise<boolean> {
    const buffer = new Uint8Array(70_000);
    const count = await this.connection.read(buffer).catch(() => null);
    if (count === null) return false;
    this.#held = join([this.#held, buffer.subarray(0, count)]);
    return true;
  }

  /** Reads the head of a request. */
  head(): Promise<string | undefined> {
    return this.until("\r\n\r\n");
  }

  /** Sends an answer. */
  answer(text: string): Promise<void> {
    return send(this.connection, bytes(text));
  }
}

/** How a client and its connections behave. */
export interface ClientOptions extends PairOptions {
  /** How long an idle connection is trusted with what changes something, in milliseconds. Default: not at all. */
  trustedFor?: number;
  /** Whether nothing waits to be read on an idle connection, where that can be told. */
  silent?: () => boolean;
}

/** A client whose connections are served so; `dialled` counts them. */
export function clientOf(
  serve: Serve,
  { trustedFor = 0, silent, ...options }: ClientOptions = {},
): { http: HttpClient; dialled: () => number } {
  let count = 0;
  const http = new HttpClient({
    trustedFor,
    address: "unix:/x",
    host: "localhost",
    dial() {
      const [near, far] = memoryPair(options);
      serve(new Peer(far), count++).catch(() => {});
      return Promise.resolve(Object.assign(near, { silent }));
    },
  });
  return { http, dialled: () => count };
}

/** Answers each request with the next of these texts, then ends the connection. */
export function answering(...answers: string[]): Serve {
  return async (peer) => {
    for (const answer of answers) {
      if (await peer.head() === undefined) return;
      await peer.answer(answer);
    }
    peer.connection.close();
  };
}

/** Answers each request with the same. */
export function always(answer: string): Serve {
  return async (peer) => {
    while (await peer.head() !== undefined) await peer.answer(answer);
  };
}
