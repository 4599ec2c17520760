import { ProtocolError } from "../../errors.ts";
import type { Bytes } from "../streams.ts";
import { type Field, PACKET, PacketReader } from "./packet.ts";

/** The status that says that all went well, and the one that says that there is no more. */
export const STATUS = { ok: 0, end: 1 } as const;

/** What a request is granted with; a status answers all others, and every refusal. */
const GRANTS: Record<number, number> = {
  [PACKET.open]: PACKET.handle,
  [PACKET.opendir]: PACKET.handle,
  [PACKET.read]: PACKET.data,
  [PACKET.readdir]: PACKET.name,
  [PACKET.readlink]: PACKET.name,
  [PACKET.realpath]: PACKET.name,
  [PACKET.stat]: PACKET.attrs,
  [PACKET.lstat]: PACKET.attrs,
  [PACKET.fstat]: PACKET.attrs,
};

/** What an answer has to fit to. */
export interface Asked {
  /** The kind of the request. */
  type: number;
  /** The most bytes that it may be answered with, where it is to read. */
  most: number | undefined;
}

/** What the answer to a request has to fit to. */
export function askedBy(type: number, fields: readonly Field[]): Asked {
  return { type, most: type === PACKET.read ? fields[2] as number : undefined };
}

/**
 * Makes sure that a packet can be the answer to a request.
 *
 * @throws {ProtocolError} when it cannot: taken for one, it would be read as what it is not.
 */
export function checkAnswer({ type, most }: Asked, packet: Bytes): void {
  const fields = new PacketReader(packet);
  const kind = fields.byte();
  fields.uint32();
  const grant = GRANTS[type];
  if (kind === PACKET.status) {
    const status = fields.uint32();
    const ends = type === PACKET.read || type === PACKET.readdir;
    if (status === STATUS.ok ? grant === undefined : status !== STATUS.end || ends) return;
  } else if (kind === grant) {
    if (most === undefined) return;
    // None at all would be asked for over and over.
    const count = fields.uint32();
    if (count > 0 && count <= most) return;
  }
  throw new ProtocolError("Cannot read SFTP: an answer does not fit what was asked for");
}
