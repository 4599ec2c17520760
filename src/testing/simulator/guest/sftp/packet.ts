import { type Bytes, concat, decode, encode } from "../text.ts";

/** Attributes of a file in SFTP. */
export interface FileAttributes {
  /** The size in bytes. */
  size?: number;
  /** The ids of the owning user and group. */
  owner?: [uid: number, gid: number];
  /** The kind of file and its permission bits. */
  permissions?: number;
  /** When it was read and modified last, in seconds since 1970. */
  times?: [accessed: number, modified: number];
}

const SIZE = 1, OWNER = 2, PERMISSIONS = 4, TIMES = 8, EXTENDED = 0x80000000;

/** Puts a packet together. */
export class PacketWriter {
  readonly #parts: Uint8Array[] = [];

  /** Begins with the kind of the packet. */
  constructor(type: number) {
    this.#parts.push(Uint8Array.of(type));
  }

  /** A number of four bytes. */
  number(value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value);
    this.#parts.push(bytes);
    return this;
  }

  /** A number of eight bytes. */
  long(value: number): this {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
    this.#parts.push(bytes);
    return this;
  }

  /** Text or bytes with their length before them. */
  data(value: string | Uint8Array): this {
    const bytes = typeof value === "string" ? encode(value) : value;
    this.number(bytes.length);
    this.#parts.push(bytes);
    return this;
  }

  /** Attributes, with flags of which they are. */
  attributes({ size, owner, permissions, times }: FileAttributes): this {
    const flags = (size === undefined ? 0 : SIZE) | (owner ? OWNER : 0) |
      (permissions === undefined ? 0 : PERMISSIONS) | (times ? TIMES : 0);
    this.number(flags);
    if (size !== undefined) this.long(size);
    for (const id of owner ?? []) this.number(id);
    if (permissions !== undefined) this.number(permissions);
    for (const time of times ?? []) this.number(time);
    return this;
  }

  /** The packet with its length before it. */
  finish(): Bytes {
    const body = concat(this.#parts);
    const packet = new Uint8Array(4 + body.length);
    new DataView(packet.buffer).setUint32(0, body.length);
    packet.set(body, 4);
    return packet;
  }
}

/** Takes a packet apart. Reading past its end throws a RangeError. */
export class PacketFields {
  readonly #view: DataView<ArrayBuffer>;
  #at = 0;

  /** Reads a packet without its length. */
  constructor(packet: Bytes) {
    this.#view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  }

  /** A byte. */
  byte(): number {
    return this.#view.getUint8(this.#at++);
  }

  /** A number of four bytes. */
  number(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4);
  }

  /** A number of eight bytes. */
  long(): number {
    this.#at += 8;
    return Number(this.#view.getBigUint64(this.#at - 8));
  }

  /** Bytes with their length before them. */
  data(): Bytes {
    const length = this.number();
    const { buffer, byteOffset, byteLength } = this.#view;
    if (this.#at + length > byteLength) throw new RangeError("Cannot read a packet past its end");
    this.#at += length;
    return new Uint8Array(buffer, byteOffset + this.#at - length, length);
  }

  /** A text with its length before it. */
  text(): string {
    return decode(this.data());
  }

  /** Attributes. */
  attributes(): FileAttributes {
    const flags = this.number();
    const attributes: FileAttributes = {};
    if (flags & SIZE) attributes.size = this.long();
    if (flags & OWNER) attributes.owner = [this.number(), this.number()];
    if (flags & PERMISSIONS) attributes.permissions = this.number();
    if (flags & TIMES) attributes.times = [this.number(), this.number()];
    if (flags & EXTENDED) {
      for (let count = this.number(); count > 0; count--) {
        this.data();
        this.data();
      }
    }
    return attributes;
  }
}
