import type { Channel, ChannelClose, ChannelMessage } from "../../mod.ts";

/** A channel whose server is the test. */
export class FakeChannel implements Channel {
  /** The path that it was opened by, query included. */
  readonly path: string;
  /** The messages from the server. */
  readonly readable: ReadableStream<ChannelMessage>;
  /** The messages to the server. */
  readonly writable: WritableStream<ChannelMessage>;
  /** How it ended, in the client's words or in the server's. */
  readonly closed: Promise<ChannelClose>;
  /** When the server was last heard; `send` renews it. */
  lastHeard: number = performance.now();
  /** Resolves when the server is heard: at once by default, as over a Unix socket. */
  heard?: Promise<void> = Promise.resolve();
  /** What the client sent so far. */
  readonly received: ChannelMessage[] = [];
  /** Whether the client closed it. */
  closedByClient = false;
  readonly #end = Promise.withResolvers<ChannelClose>();
  #source!: ReadableStreamDefaultController<ChannelMessage>;
  #sink!: WritableStreamDefaultController;
  #ended = false;
  #cancelled = false;
  #wake: (() => void)[] = [];

  /** An open channel. */
  constructor(path: string) {
    this.path = path;
    this.closed = this.#end.promise;
    this.readable = new ReadableStream<ChannelMessage>({
      start: (controller) => {
        this.#source = controller;
      },
      cancel: () => {
        this.#cancelled = true;
        this.close();
      },
    });
    this.writable = new WritableStream<ChannelMessage>({
      start: (controller) => {
        this.#sink = controller;
      },
      write: (message) => {
        this.received.push(message);
        this.#changed();
      },
      abort: () => this.close(),
    });
  }

  /** Sends a message to the client; one after the end is lost, as on a real connection. */
  send(message: ChannelMessage): void {
    this.lastHeard = performance.now();
    if (!this.#ended) this.#source.enqueue(message);
  }

  /** Ends it from the server's side; 1006 is a connection that was cut. */
  end(code = 1006, reason = ""): void {
    if (this.#ended) return;
    this.#ended = true;
    if (!this.#cancelled) this.#source.close();
    this.#sink.error(new Error("the connection has ended"));
    this.#end.resolve({ code, reason });
    this.#changed();
  }

  /** Resolves with the client's messages when it has sent so many of them. */
  async receive(count: number): Promise<ChannelMessage[]> {
    while (this.received.length < count) {
      if (this.#ended) throw new Error("Cannot receive more: the channel has ended");
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
    return this.received;
  }

  /** What the client does to end it. */
  close(code = 1000, reason = ""): void {
    if (!this.#ended) this.closedByClient = true;
    this.end(code, reason);
  }

  /** Closes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.closed;
  }

  #changed(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
