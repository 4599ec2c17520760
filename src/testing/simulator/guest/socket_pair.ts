import { deferred } from "./deferred.ts";
import type { ByteDuplex, ServerSocket, SocketEnd, SocketMessage } from "./socket.ts";
import type { Bytes } from "./text.ts";

/** How many bytes wait between the two ends before a write has to wait: as on a Unix socket. */
const BUFFER = 208 * 1024;
/** What a message counts for beside its bytes. */
const OVERHEAD = 64;

/** The client's end of a WebSocket, in the shape of a connector's channel. */
export interface ClientSocket extends AsyncDisposable {
  /** The messages from the server. */
  readonly readable: ReadableStream<SocketMessage>;
  /** The messages to the server. A write resolves when there is room for it. */
  readonly writable: WritableStream<SocketMessage>;
  /** Resolves when the connection has ended; never rejects. */
  readonly closed: Promise<SocketEnd>;
  /** When the server was last heard, in milliseconds of `performance.now()`. */
  readonly lastHeard: number;
  /** Ends it with a close frame. */
  close(code?: number, reason?: string): void;
}

/** One way of a connection: what is written at one end waits, up to a limit, to be read at the other. */
class Lane<T extends SocketMessage> {
  readonly readable: ReadableStream<T>;
  readonly writable: WritableStream<T>;
  lastHeard: number = performance.now();
  #source!: ReadableStreamDefaultController<T>;
  #sink!: WritableStreamDefaultController;
  #room: (() => void) | undefined;
  #open = true;

  /** `left` is told when the reader or the writer goes before the end. */
  constructor(left: (how: "cancelled" | "closed" | "aborted") => void) {
    const count = (message: T | undefined) => message ? message.length + OVERHEAD : 0;
    this.readable = new ReadableStream<T>({
      start: (controller) => void (this.#source = controller),
      pull: () => this.#makeRoom(),
      cancel: () => {
        this.#open = false;
        this.#makeRoom();
        left("cancelled");
      },
    }, { highWaterMark: BUFFER, size: count });
    this.writable = new WritableStream<T>({
      start: (controller) => void (this.#sink = controller),
      write: async (message) => {
        if (!this.#open) return;
        this.lastHeard = performance.now();
        this.#source.enqueue(message);
        // Whether the buffer is full now or the end comes first, the write is over then.
        if (this.#source.desiredSize! <= 0) {
          await new Promise<void>((resolve) => this.#room = resolve);
        }
      },
      close: () => left("closed"),
      abort: () => left("aborted"),
    });
  }

  /** Ends it; what was written can still be read. */
  end(): void {
    if (this.#open) this.#source.close();
    this.#open = false;
    this.#sink.error(new Error("the connection has ended"));
    this.#makeRoom();
  }

  #makeRoom(): void {
    this.#room?.();
    this.#room = undefined;
  }
}

/** Both ends of a WebSocket in memory. */
export function socketPair(): { client: ClientSocket; server: ServerSocket } {
  const { promise, resolve } = deferred<SocketEnd>();
  let ended = false;
  const end = (code = 1000, reason = "") => {
    if (ended) return;
    ended = true;
    resolve({ code, reason });
    toClient.end();
    toServer.end();
  };
  const toClient: Lane<SocketMessage> = new Lane((how) => end(how === "closed" ? 1000 : 1006));
  const toServer: Lane<SocketMessage> = new Lane((how) => end(how === "closed" ? 1000 : 1006));
  const closed = promise;
  const client: ClientSocket = {
    readable: toClient.readable,
    writable: toServer.writable,
    closed,
    get lastHeard() {
      return toClient.lastHeard;
    },
    close: (code, reason) => end(code, reason),
    async [Symbol.asyncDispose]() {
      end();
      await closed;
    },
  };
  const server: ServerSocket = {
    readable: toServer.readable,
    writable: toClient.writable,
    closed,
    close: (code, reason) => end(code, reason),
    cut: () => end(1006),
  };
  return { client, server };
}

/** Both ends of a raw connection in memory. */
export function bytePair(): [ByteDuplex & AsyncDisposable, ByteDuplex & AsyncDisposable] {
  const end = () => {
    if (ended) return;
    ended = true;
    there.end();
    back.end();
  };
  let ended = false;
  const there: Lane<Bytes> = new Lane(end);
  const back: Lane<Bytes> = new Lane(end);
  const side = (from: Lane<Bytes>, to: Lane<Bytes>) => ({
    readable: from.readable,
    writable: to.writable,
    close: end,
    [Symbol.asyncDispose]() {
      end();
      return Promise.resolve();
    },
  });
  return [side(back, there), side(there, back)];
}
