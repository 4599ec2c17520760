import { ProtocolError } from "../../errors.ts";
import type { Bytes } from "../streams.ts";

/** The kinds of packet of SFTP version 3 that are used here. */
export const PACKET = {
  init: 1,
  version: 2,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  lstat: 7,
  fstat: 8,
  setstat: 9,
  fsetstat: 10,
  opendir: 11,
  readdir: 12,
  remove: 13,
  mkdir: 14,
  rmdir: 15,
  realpath: 16,
  stat: 17,
  rename: 18,
  readlink: 19,
  symlink: 20,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attrs: 105,
} as const;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** One field of a packet: a number is a uint32, a bigint a uint64, a text or bytes a string. */
export type Field = number | bigint | string | Uint8Array | Attributes;

/** Attributes of a file, as far as they are to be set or were told. */
export interface Attributes {
  /** The size in bytes. */
  size?: number;
  /** The ids of the owner and the group; they come together. */
  owner?: { uid: number; gid: number };
  /** The file's type and permission bits. */
  permissions?: number;
  /** When it was read and changed last, in seconds since 1970; they come together. */
  times?: { accessed: number; modified: number };
}

const HAS_SIZE = 1;
const HAS_OWNER = 2;
const HAS_PERMISSIONS = 4;
const HAS_TIMES = 8;
const HAS_EXTENDED = 0x80000000;

/** Writes a packet with its length before it. */
export function writePacket(type: number, fields: Field[]): Bytes {
  const parts = fields.map((it) => typeof it === "string" ? encoder.encode(it) : it);
  const length = parts.reduce<number>((sum, part) => sum + sizeOf(part), 1);
  const packet = new Uint8Array(4 + length);
  const view = new DataView(packet.buffer);
  view.setUint32(0, length);
  packet[4] = type;
  let offset = 5;
  for (const part of parts) offset = writeField(packet, view, offset, part);
  return packet;
}

function sizeOf(field: Exclude<Field, string>): number {
  if (typeof field === "number") return 4;
  if (typeof field === "bigint") return 8;
  if (field instanceof Uint8Array) return 4 + field.length;
  const { size, owner, permissions, times } = field;
  return 4 + (size === undefined ? 0 : 8) + (owner ? 8 : 0) + (permissions === undefined ? 0 : 4) +
    (times ? 8 : 0);
}

/** Gives where the next field goes. */
function writeField(
  packet: Bytes,
  view: DataView,
  offset: number,
  field: Exclude<Field, string>,
): number {
  if (typeof field === "number") view.setUint32(offset, field);
  else if (typeof field === "bigint") view.setBigUint64(offset, field);
  else if (field instanceof Uint8Array) {
    view.setUint32(offset, field.length);
    packet.set(field, offset + 4);
  } else {
    let at = offset;
    for (const part of attributeFields(field)) at = writeField(packet, view, at, part);
  }
  return offset + sizeOf(field);
}

function attributeFields({ size, owner, permissions, times }: Attributes): (number | bigint)[] {
  let flags = 0;
  const fields: (number | bigint)[] = [];
  if (size !== undefined) {
    flags |= HAS_SIZE;
    fields.push(BigInt(size));
  }
  if (owner) {
    flags |= HAS_OWNER;
    fields.push(owner.uid, owner.gid);
  }
  if (permissions !== undefined) {
    flags |= HAS_PERMISSIONS;
    fields.push(permissions);
  }
  if (times) {
    flags |= HAS_TIMES;
    fields.push(times.accessed, times.modified);
  }
  return [flags, ...fields];
}

/** Reads the fields of a packet in turn. */
export class PacketReader {
  readonly #bytes: Bytes;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** A byte. */
  byte(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  /** A uint32. */
  uint32(): number {
    return this.#view.getUint32(this.#advance(4));
  }

  /** A string as bytes: a view, not a copy. */
  bytes(): Bytes {
    const length = this.uint32();
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** A string as UTF-8. */
  text(): string {
    return decoder.decode(this.bytes());
  }

  /** The attributes of a file. */
  attributes(): Attributes {
    const flags = this.uint32();
    const attributes: Attributes = {};
    if (flags & HAS_SIZE) attributes.size = Number(this.#view.getBigUint64(this.#advance(8)));
    if (flags & HAS_OWNER) attributes.owner = { uid: this.uint32(), gid: this.uint32() };
    if (flags & HAS_PERMISSIONS) attributes.permissions = this.uint32();
    if (flags & HAS_TIMES) {
      attributes.times = { accessed: this.uint32(), modified: this.uint32() };
    }
    if (flags & HAS_EXTENDED) {
      for (let count = this.uint32(); count > 0; count--) {
        this.bytes();
        this.bytes();
      }
    }
    return attributes;
  }

  #advance(length: number): number {
    const start = this.#offset;
    if (start + length > this.#bytes.length) {
      throw new ProtocolError("Cannot read an SFTP packet: it ends within a field");
    }
    this.#offset += length;
    return start;
  }
}
