import type { Upgraded } from "../../connector.ts";
import { ConnectionError, ProtocolError } from "../../errors.ts";
import { type Deferred, deferred } from "../deferred.ts";
import { type Bytes, concat } from "../streams.ts";
import { type Asked, askedBy, checkAnswer } from "./answer.ts";
import { type Field, PACKET, PacketReader, writePacket } from "./packet.ts";

/** The only version that the servers speak. */
const VERSION = 3;
/** More than any server sends in one packet; past it the connection cannot be understood. */
const MAX_PACKET = 1024 * 1024;
/** How much small packets are put together to, in bytes. */
const MAX_WRITE = 64 * 1024;

/** What answers a request. */
export interface Answer {
  /** The kind of packet. */
  type: number;
  /** Its fields. */
  fields: PacketReader;
}

/** Sends requests over a raw connection, any number at once, and tells the answers apart. */
export class SftpChannel {
  readonly #connection: Upgraded;
  readonly #writer: WritableStreamDefaultWriter<Bytes>;
  readonly #address: string;
  readonly #waiting = new Map<number, { asked: Asked; answer: Deferred<Answer> }>();
  readonly #greeting = deferred<void>();
  readonly #receiving: Promise<void>;
  #greeted = false;
  #outbox: Bytes[] = [];
  #sending = false;
  #failure: { error: unknown } | undefined;
  #next = 1;

  constructor(connection: Upgraded, address: string) {
    this.#connection = connection;
    this.#writer = connection.writable.getWriter();
    this.#address = address;
    this.#receiving = this.#receive();
  }

  /** Agrees on the version. */
  async greet(): Promise<void> {
    this.#greeting.promise.catch(() => {});
    this.#send(writePacket(PACKET.init, [VERSION]));
    await this.#greeting.promise;
  }

  /**
   * Sends a request; resolves with its answer, in whatever order answers come. How much is under way at
   * once is the caller's to limit.
   */
  request(type: number, fields: Field[]): Promise<Answer> {
    const answer = deferred<Answer>();
    answer.promise.catch(() => {});
    if (this.#failure) answer.reject(this.#failure.error);
    else {
      const id = this.#next;
      this.#next = this.#next % 0xffffffff + 1;
      this.#waiting.set(id, { asked: askedBy(type, fields), answer });
      this.#send(writePacket(type, [id, ...fields]));
    }
    return answer.promise;
  }

  /** Ends the connection; what waits for an answer fails. */
  async close(): Promise<void> {
    this.#connection.close();
    await this.#receiving;
  }

  #send(packet: Bytes): void {
    this.#outbox.push(packet);
    if (!this.#sending) this.#flush();
  }

  /** Sends what is there to be sent, small packets together. */
  async #flush(): Promise<void> {
    this.#sending = true;
    try {
      // What else is asked for in the same turn goes along.
      await Promise.resolve();
      while (this.#outbox.length > 0) await this.#writer.write(this.#takeOutgoing());
    } catch (cause) {
      // An abort tells its own reason.
      this.#fail(cause instanceof ConnectionError ? this.#lost(cause) : cause);
    }
    this.#sending = false;
  }

  #takeOutgoing(): Bytes {
    let count = 0;
    let length = 0;
    for (const packet of this.#outbox) {
      if (count > 0 && length + packet.length > MAX_WRITE) break;
      length += packet.length;
      count += 1;
    }
    const packets = this.#outbox.splice(0, count);
    return count === 1 ? packets[0]! : concat(packets);
  }

  async #receive(): Promise<void> {
    try {
      for await (const packet of packetsOf(this.#connection.readable)) this.#take(packet);
      this.#fail(this.#lost());
    } catch (error) {
      this.#fail(error);
    }
  }

  #take(packet: Bytes): void {
    const fields = new PacketReader(packet);
    const type = fields.byte();
    if (type === PACKET.version && !this.#greeted) {
      this.#greeted = true;
      const version = fields.uint32();
      if (version === VERSION) return this.#greeting.resolve();
      throw new ProtocolError(
        `Cannot use SFTP of version ${version}: version ${VERSION} is needed`,
      );
    }
    const id = fields.uint32();
    const waiting = this.#waiting.get(id);
    if (!waiting) throw new ProtocolError("Cannot read SFTP: an answer belongs to no request");
    checkAnswer(waiting.asked, packet);
    this.#waiting.delete(id);
    waiting.answer.resolve({ type, fields });
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#greeting.reject(error);
    for (const { answer } of this.#waiting.values()) answer.reject(error);
    this.#waiting.clear();
    this.#outbox.length = 0;
    this.#connection.close();
  }

  #lost(cause?: unknown): ConnectionError {
    const address = this.#address;
    return new ConnectionError(`Cannot go on with SFTP at ${address}: the connection has ended`, {
      reason: "lost",
      address,
      cause,
    });
  }
}

/** Cuts a stream of bytes into packets, each a buffer of its own. */
async function* packetsOf(stream: ReadableStream<Bytes>): AsyncGenerator<Bytes, void> {
  const reader = stream.getReader();
  let rest: Bytes = new Uint8Array();
  const fill = async (length: number): Promise<boolean> => {
    const parts = [rest];
    let size = rest.length;
    while (size < length) {
      const { done, value } = await reader.read();
      if (done) return false;
      parts.push(value);
      size += value.length;
    }
    if (parts.length > 1) rest = concat(parts);
    return true;
  };
  while (await fill(4)) {
    const length = new DataView(rest.buffer, rest.byteOffset).getUint32(0);
    if (length < 1 || length > MAX_PACKET) {
      throw new ProtocolError(`Cannot read SFTP: a packet claims to hold ${length} bytes`);
    }
    if (!await fill(4 + length)) return;
    yield rest.subarray(4, 4 + length);
    rest = rest.subarray(4 + length);
  }
}
