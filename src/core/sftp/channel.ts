import type { Upgraded } from "../../connector.ts";
import { ConnectionError, ProtocolError } from "../../errors.ts";
import { type Deferred, deferred } from "../deferred.ts";
import type { Bytes } from "../streams.ts";
import { type Asked, askedBy, checkAnswer } from "./answer.ts";
import { type Field, PACKET, PacketReader, writePacket } from "./packet.ts";

/** The only version that the servers speak. */
const VERSION = 3;
/** More than any server sends in one packet; past it the connection cannot be understood. */
const MAX_PACKET = 1024 * 1024;

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
  #failure: unknown;
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
    await this.#send(writePacket(PACKET.init, [VERSION]));
    await this.#greeting.promise;
  }

  /** Sends a request; resolves with its answer, in whatever order answers come. */
  async request(type: number, fields: Field[]): Promise<Answer> {
    if (this.#failure !== undefined) throw this.#failure;
    const id = this.#next;
    this.#next = this.#next % 0xffffffff + 1;
    const answer = deferred<Answer>();
    answer.promise.catch(() => {});
    this.#waiting.set(id, { asked: askedBy(type, fields), answer });
    await this.#send(writePacket(type, [id, ...fields]));
    return await answer.promise;
  }

  /** Ends the connection; what waits for an answer fails. */
  async close(): Promise<void> {
    this.#connection.close();
    await this.#receiving;
  }

  async #send(packet: Bytes): Promise<void> {
    try {
      await this.#writer.write(packet);
    } catch (cause) {
      throw this.#failure ?? this.#lost(cause);
    }
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
    this.#failure = error;
    this.#greeting.reject(error);
    for (const { answer } of this.#waiting.values()) answer.reject(error);
    this.#waiting.clear();
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
    if (parts.length === 1) return true;
    rest = new Uint8Array(size);
    let offset = 0;
    for (const part of parts) {
      rest.set(part, offset);
      offset += part.length;
    }
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
