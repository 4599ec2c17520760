/** One entry of a tar archive. */
export interface TarEntry {
  /** Its path, without a leading slash or dot. */
  path: string;
  /** What it is. */
  type: "file" | "directory" | "symlink";
  /** The permission bits. */
  mode: number;
  /** The id of the owning user. */
  uid: number;
  /** The id of the owning group. */
  gid: number;
  /** When it was modified last, in milliseconds since 1970. */
  modified: number;
  /** Where a symbolic link leads to. */
  target?: string;
  /** The bytes of a file. */
  content?: Uint8Array<ArrayBuffer>;
}

const BLOCK = 512;
const TYPES = { file: "0", symlink: "2", directory: "5" } as const;
const KINDS: Record<string, TarEntry["type"]> = { "0": "file", "2": "symlink", "5": "directory" };
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Writes a tar archive; names that are too long for a field come before it, as GNU tar has them. */
export function writeTar(entries: Iterable<TarEntry>): Uint8Array<ArrayBuffer> {
  const blocks: Uint8Array[] = [];
  for (const entry of entries) {
    const path = encoder.encode(entry.type === "directory" ? `${entry.path}/` : entry.path);
    const target = encoder.encode(entry.target ?? "");
    if (path.length > 100) blocks.push(...longName("L", path));
    if (target.length > 100) blocks.push(...longName("K", target));
    const content = entry.content ?? new Uint8Array();
    blocks.push(header(entry, path, target, TYPES[entry.type], content.length), padded(content));
  }
  blocks.push(new Uint8Array(2 * BLOCK));
  return concatenate(blocks);
}

/** Joins bytes. */
export function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Reads a tar archive; undefined where it is none. Entries of other types are left out. */
export function readTar(bytes: Uint8Array<ArrayBuffer>): TarEntry[] | undefined {
  if (decoder.decode(bytes.subarray(257, 262)) !== "ustar") return undefined;
  const entries: TarEntry[] = [];
  let longPath: string | undefined;
  let longTarget: string | undefined;
  for (let at = 0; at + BLOCK <= bytes.length && bytes[at] !== 0;) {
    const head = bytes.subarray(at, at + BLOCK);
    const size = octal(head, 124, 12);
    const content = bytes.slice(at + BLOCK, at + BLOCK + size);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const kind = String.fromCharCode(head[156] || 48);
    if (kind === "L") longPath = text(content, 0, size);
    else if (kind === "K") longTarget = text(content, 0, size);
    else {
      const type = KINDS[kind];
      const path = longPath ?? joined(text(head, 345, 155), text(head, 0, 100));
      if (type) {
        entries.push({
          path: path.replace(/^(\.?\/)+/, "").replace(/\/$/, ""),
          type,
          mode: octal(head, 100, 8) & 0o7777,
          uid: octal(head, 108, 8),
          gid: octal(head, 116, 8),
          modified: octal(head, 136, 12) * 1000,
          ...type === "symlink" && { target: longTarget ?? text(head, 157, 100) },
          ...type === "file" && { content },
        });
      }
      longPath = longTarget = undefined;
    }
  }
  return entries;
}

function header(
  { mode, uid, gid, modified }: TarEntry,
  path: Uint8Array,
  target: Uint8Array,
  type: string,
  size: number,
): Uint8Array {
  const head = new Uint8Array(BLOCK);
  const put = (at: number, value: string) => void encoder.encodeInto(value, head.subarray(at));
  const number = (at: number, width: number, value: number) =>
    put(at, Math.max(0, Math.floor(value)).toString(8).padStart(width - 1, "0"));
  head.set(path.subarray(0, 100), 0);
  number(100, 8, mode);
  number(108, 8, uid);
  number(116, 8, gid);
  number(124, 12, size);
  number(136, 12, modified / 1000);
  // The sum is taken with spaces in its own place.
  put(148, "        ");
  put(156, type);
  head.set(target.subarray(0, 100), 157);
  put(257, "ustar\u000000");
  const sum = head.reduce((total, byte) => total + byte);
  put(148, `${sum.toString(8).padStart(6, "0")}\0`);
  return head;
}

function longName(type: string, name: Uint8Array): Uint8Array[] {
  const entry = { mode: 0, uid: 0, gid: 0, modified: 0 } as TarEntry;
  const label = encoder.encode("././@LongLink");
  const content = concatenate([name, new Uint8Array(1)]);
  return [header(entry, label, new Uint8Array(), type, content.length), padded(content)];
}

function padded(content: Uint8Array): Uint8Array {
  const block = new Uint8Array(Math.ceil(content.length / BLOCK) * BLOCK);
  block.set(content);
  return block;
}

function text(bytes: Uint8Array, at: number, length: number): string {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  return decoder.decode(end < 0 ? field : field.subarray(0, end));
}

function octal(bytes: Uint8Array, at: number, length: number): number {
  return parseInt(text(bytes, at, length).trim(), 8) || 0;
}

function joined(prefix: string, name: string): string {
  return prefix ? `${prefix}/${name}` : name;
}
