/** The bytes of everything inside an instance. */
export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/** The first code unit of the 128 that stand for bytes which are no UTF-8: lone low surrogates. */
const ESCAPE = 0xdc00;

/**
 * Bytes as text that gives exactly these bytes back: what is no UTF-8 becomes a lone surrogate a byte,
 * as in Python's `surrogateescape`.
 */
export function decode(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return decodeSlowly(bytes);
  }
}

function decodeSlowly(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes[at]!);
    const part = bytes.subarray(at, at + length);
    const decoded = lenient.decode(part);
    // The replacement character may also stand there as itself.
    const same = encoder.encode(decoded);
    if (same.length === part.length && same.every((byte, i) => byte === part[i])) {
      text += decoded;
      at += length;
    } else {
      text += String.fromCharCode(ESCAPE + bytes[at]!);
      at++;
    }
  }
  return text;
}

function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

/** The bytes of a text: the way back from {@linkcode decode}. */
export function encode(text: string): Bytes {
  if (text.isWellFormed()) return encoder.encode(text);
  const parts: Uint8Array[] = [];
  for (const part of text.split(/([\udc80-\udcff])/u)) {
    const escaped = part.length === 1 && part >= "\udc80" && part <= "\udcff";
    parts.push(
      escaped ? Uint8Array.of(part.charCodeAt(0) - ESCAPE) : encoder.encode(part),
    );
  }
  return concat(parts);
}

/** A text of one byte, whether that is ASCII or not. */
export function byteText(byte: number): string {
  return String.fromCharCode(byte < 0x80 ? byte : ESCAPE + byte);
}

/** The parts as one. */
export function concat(parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
