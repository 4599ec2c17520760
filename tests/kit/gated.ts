/**
 * A connector through which bytes go as far as they are let, and are counted.
 *
 * @module
 */

import type { Channel, ChannelMessage, Connector, Upgraded } from "../../mod.ts";
import { replaced } from "./replaced.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** What goes through a gated connector, beside whole bodies. */
export class Gate {
  /** How many bytes the library took of what the server sent. */
  received = 0;
  #sent = 0;
  #limit = Infinity;
  #opened = Promise.withResolvers<void>();

  /** Lets so many bytes out to the server from now on. */
  holdAfter(bytes: number): void {
    this.#limit = this.#sent + bytes;
    this.#opened = Promise.withResolvers();
  }

  /** Lets all out again. */
  release(): void {
    this.#limit = Infinity;
    this.#opened.resolve();
  }

  /** The same connector, behind the gate. */
  guard(connector: Connector): Connector {
    return {
      address: connector.address,
      reportsSent: connector.reportsSent,
      close: () => connector.close(),
      fetch: async (path, request = {}) => {
        const { body } = request;
        const stream = body instanceof ReadableStream ? body as ReadableStream<Bytes> : undefined;
        const sent = stream && passed(stream, (chunk) => this.#passOut(chunk));
        const response = await connector.fetch(path, { ...request, body: sent ?? body });
        if (!response.body) return response;
        const { status, statusText, headers } = response;
        return new Response(this.#counted(response.body), { status, statusText, headers });
      },
      webSocket: async (path, options) => this.#duplex(await connector.webSocket(path, options)),
      upgrade: async (path, protocol, request) =>
        this.#duplex(await connector.upgrade!(path, protocol, request)),
    };
  }

  #counted<T extends ChannelMessage>(stream: ReadableStream<T>): ReadableStream<T> {
    return passed(stream, (chunk) => void (this.received += chunk.length));
  }

  async #passOut(chunk: ChannelMessage): Promise<void> {
    this.#sent += chunk.length;
    if (this.#sent > this.#limit) await this.#opened.promise;
  }

  #duplex<D extends Channel | Upgraded>(duplex: D): D {
    const readable = this.#counted(duplex.readable as ReadableStream<ChannelMessage>);
    const writer = (duplex.writable as WritableStream<ChannelMessage>).getWriter();
    const writable = new WritableStream<ChannelMessage>({
      write: async (message) => {
        await this.#passOut(message);
        await writer.write(message);
      },
      close: () => writer.close(),
      abort: (reason) => writer.abort(reason),
    });
    return replaced<Channel | Upgraded>(duplex, { readable, writable } as Partial<D>) as D;
  }
}

/** The same chunks, each told of or waited for first; none is asked for before it is read. */
function passed<T>(
  stream: ReadableStream<T>,
  pass: (chunk: T) => void | Promise<void>,
): ReadableStream<T> {
  const reader = stream.getReader();
  return new ReadableStream<T>({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) return controller.close();
      await pass(value);
      controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
}
