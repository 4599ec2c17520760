/** The kinds of frame that RFC 6455 knows. */
export const OPCODE = {
  continuation: 0x0,
  text: 0x1,
  binary: 0x2,
  close: 0x8,
  ping: 0x9,
  pong: 0xa,
} as const;

/** The close codes that this side sends by itself. */
export const CLOSE = {
  normal: 1000,
  protocolError: 1002,
  /** Only reported: the peer's close frame held no code. */
  noCode: 1005,
  /** Only reported: the connection ended without a close frame. */
  abnormal: 1006,
  invalidText: 1007,
  tooBig: 1009,
} as const;

/** The most bytes that a control frame's payload may have. */
export const MAX_CONTROL_PAYLOAD = 125;

/** The longest head of a frame from a client: two bytes, eight of length, four of mask. */
export const MAX_HEAD = 14;

/** What the peer sent breaks RFC 6455. */
export class FrameError extends Error {
  /** The close code that tells the peer so. */
  readonly closeCode: number;

  constructor(closeCode: number, message: string) {
    super(message);
    this.closeCode = closeCode;
  }
}

/** The head of a frame from a server. */
export interface FrameHead {
  /** Whether the frame ends its message. */
  fin: boolean;
  /** One of `OPCODE`. */
  opcode: number;
  /** How many bytes follow the head. */
  length: number;
}

/** How many bytes a server's frame head has, told by its second byte. */
export function headLength(second: number): number {
  const length = second & 0x7f;
  return length === 127 ? 10 : length === 126 ? 4 : 2;
}

/** Reads a server's frame head and checks all that can be checked by it alone. */
export function readHead(bytes: Uint8Array<ArrayBuffer>): FrameHead {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = view.getUint8(0);
  const second = view.getUint8(1);
  const fin = (first & 0x80) !== 0;
  const opcode = first & 0x0f;
  const short = second & 0x7f;
  if (first & 0x70) throw new FrameError(CLOSE.protocolError, "a reserved bit is set");
  if (second & 0x80) throw new FrameError(CLOSE.protocolError, "a frame from the server is masked");
  if ((opcode & 0x7) > 2) {
    throw new FrameError(CLOSE.protocolError, `a frame has the unknown opcode ${opcode}`);
  }
  if (opcode >= OPCODE.close) {
    if (!fin) throw new FrameError(CLOSE.protocolError, "a control frame is fragmented");
    if (short > MAX_CONTROL_PAYLOAD) {
      throw new FrameError(CLOSE.protocolError, "a control frame is longer than 125 bytes");
    }
  }
  if (short < 126) return { fin, opcode, length: short };
  if (short === 126) return { fin, opcode, length: view.getUint16(2) };
  const length = view.getBigUint64(2);
  if (length >> 63n) throw new FrameError(CLOSE.protocolError, "a frame has a negative length");
  return { fin, opcode, length: Number(length) };
}

/** Writes the head of a client's only frame of a message, so that it ends at `end`; gives its start. */
export function writeHead(
  target: Uint8Array<ArrayBuffer>,
  end: number,
  opcode: number,
  length: number,
  key: Uint8Array,
): number {
  const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
  const start = end - key.length - (length < 126 ? 2 : length < 0x10000 ? 4 : 10);
  view.setUint8(start, 0x80 | opcode);
  if (length < 126) {
    view.setUint8(start + 1, 0x80 | length);
  } else if (length < 0x10000) {
    view.setUint8(start + 1, 0x80 | 126);
    view.setUint16(start + 2, length);
  } else {
    view.setUint8(start + 1, 0x80 | 127);
    view.setBigUint64(start + 2, BigInt(length));
  }
  target.set(key, end - key.length);
  return start;
}

/** The payload of a close frame. */
export function closePayload(code: number, reason: string): Uint8Array<ArrayBuffer> {
  const words = new TextEncoder().encode(reason).subarray(0, MAX_CONTROL_PAYLOAD - 2);
  const payload = new Uint8Array(2 + words.length);
  new DataView(payload.buffer).setUint16(0, code);
  payload.set(words, 2);
  return payload;
}
