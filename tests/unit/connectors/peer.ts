import type { RawConnection } from "../../../src/connectors/raw/connection.ts";

/** How a frame of the peer departs from a plain one. */
export interface FrameOptions {
  fin?: boolean;
  /** The reserved bits, as they stand in the first byte. */
  reserved?: number;
  masked?: boolean;
  /** The form of the length: 7, 16 or 64 bits. Default: the shortest. */
  lengthBits?: 7 | 16 | 64;
  /** The length that the head states. Default: that of the payload. */
  statedLength?: bigint;
}

/** A frame as a server sends it. Written apart from the codec under test. */
export function frame(
  opcode: number,
  payload: Uint8Array | string = "",
  options: FrameOptions = {},
): Uint8Array {
  const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
  const length = options.statedLength ?? BigInt(bytes.length);
  const bits = options.lengthBits ?? (length < 126n ? 7 : length < 65536n ? 16 : 64);
  const mask = options.masked ? 0x80 : 0;
  const head = [(options.fin === false ? 0 : 0x80) | (options.reserved ?? 0) | opcode];
  if (bits === 7) head.push(mask | Number(length));
  else head.push(mask | (bits === 16 ? 126 : 127));
  const size = bits === 7 ? 0 : bits / 8;
  for (let i = size - 1; i >= 0; i--) head.push(Number(length >> BigInt(8 * i) & 255n));
  if (options.masked) head.push(0, 0, 0, 0);
  return join([new Uint8Array(head), bytes]);
}

/** The payload of a close frame. */
export function closeBody(code: number, reason = ""): Uint8Array {
  return join([new Uint8Array([code >> 8, code & 255]), new TextEncoder().encode(reason)]);
}

/** All parts as one. */
export function join(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** Writes all of the bytes; what the other side no longer takes is dropped. */
export async function send(connection: RawConnection, ...parts: Uint8Array[]): Promise<void> {
  let rest: Uint8Array = join(parts);
  while (rest.length > 0) rest = rest.subarray(await connection.write(rest));
}

/** Bytes that tell where they stand. */
export function pattern(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, index) => index * 7 % 251);
}

/** A message that is sent again and again, as fast as it is taken. */
export interface Repeated {
  /** How many times it was taken so far. */
  readonly taken: number;
  /** Resolves when it was taken so many times as it was to be sent. */
  readonly done: Promise<void>;
}

/** Sends a message so many times. */
export function sendMany(connection: RawConnection, message: Uint8Array, count: number): Repeated {
  let taken = 0;
  const sending = async () => {
    for (; taken < count; taken++) await send(connection, message);
  };
  const done = sending();
  return {
    get taken() {
      return taken;
    },
    done,
  };
}

/** Lets everything run that can run by itself. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  for (let i = 0; i < 1000; i++) await null;
}

/** Reads exactly so many bytes; undefined when the connection ends before. */
export async function readExactly(
  connection: RawConnection,
  count: number,
): Promise<Uint8Array | undefined> {
  const bytes = new Uint8Array(count);
  for (let done = 0; done < count;) {
    const read = await connection.read(bytes.subarray(done));
    if (read === null) return undefined;
    done += read;
  }
  return bytes;
}

/** A frame as the client sent it, unmasked. */
export interface ClientFrame {
  first: number;
  opcode: number;
  masked: boolean;
  key: string;
  payload: Uint8Array;
}

/** Reads one frame of the client; undefined at the end. */
export async function readFrame(connection: RawConnection): Promise<ClientFrame | undefined> {
  const head = await readExactly(connection, 2);
  if (!head) return undefined;
  const [first, second] = head as unknown as [number, number];
  let length = second & 127;
  if (length > 125) {
    const more = (await readExactly(connection, length === 126 ? 2 : 8))!;
    length = more.reduce((sum, byte) => sum * 256 + byte, 0);
  }
  const key = (await readExactly(connection, 4))!;
  const payload = await readExactly(connection, length);
  if (!payload) return undefined;
  for (let i = 0; i < payload.length; i++) payload[i]! ^= key[i % 4]!;
  return { first, opcode: first & 15, masked: second > 127, key: key.join(), payload };
}
