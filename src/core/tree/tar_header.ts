/**
 * The heads of the entries of a tarball. Written is what every `tar` reads, GNU's, busybox's and BSD's: the
 * fields of ustar, with the long names and large numbers of GNU. Read is what any of them writes.
 *
 * @module
 */

import { ProtocolError } from "../../errors.ts";
import { type Bytes, concat } from "../streams.ts";
import type { TreeAttributes } from "./entry.ts";

/** Everything in a tarball comes in blocks of so many bytes. */
export const BLOCK = 512;

/** What an entry is, in the letters of the format. */
export const TAR_TYPE = {
  file: "0",
  hardLink: "1",
  symlink: "2",
  directory: "5",
  longTarget: "K",
  longPath: "L",
  pax: "x",
  paxGlobal: "g",
} as const;

/** The head of an entry. */
export interface TarHead extends TreeAttributes {
  /** What it is: see {@linkcode TAR_TYPE}. */
  type: string;
  /** Its path. */
  path: string;
  /** Where a link leads to. */
  target: string;
  /** How many bytes follow. */
  size: number;
}

/** How long a path or target may be without a record of its own, in bytes. */
const SHORT = 100;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** How many bytes fill the last block. */
export function padding(size: number): number {
  return (BLOCK - size % BLOCK) % BLOCK;
}

/** The bytes of a head, with records of their own before it for what is long. */
export function writeTarHead(head: Required<TarHead>): Bytes {
  const path = encoder.encode(head.path);
  const target = encoder.encode(head.target);
  return concat([
    ...path.length > SHORT ? longRecord(TAR_TYPE.longPath, path) : [],
    ...target.length > SHORT ? longRecord(TAR_TYPE.longTarget, target) : [],
    block(head, path, target),
  ]);
}

function longRecord(type: string, text: Uint8Array): Uint8Array[] {
  const name = encoder.encode("././@LongLink");
  const none = { mode: 0, uid: 0, gid: 0, modified: new Date(0), target: "", path: "" };
  const size = text.length + 1;
  const head = block({ ...none, type, size }, name, new Uint8Array());
  return [head, text, new Uint8Array(1 + padding(size))];
}

function block(head: Required<TarHead>, path: Uint8Array, target: Uint8Array): Bytes {
  const bytes = new Uint8Array(BLOCK);
  bytes.set(path.subarray(0, SHORT), 0);
  putNumber(bytes, 100, 8, head.mode);
  putNumber(bytes, 108, 8, head.uid);
  putNumber(bytes, 116, 8, head.gid);
  putNumber(bytes, 124, 12, head.size);
  putNumber(bytes, 136, 12, Math.max(0, Math.floor(head.modified.getTime() / 1000)));
  bytes.set(encoder.encode(head.type), 156);
  bytes.set(target.subarray(0, SHORT), 157);
  bytes.set(encoder.encode("ustar  \0"), 257);
  bytes.set(encoder.encode(`${sumOf(bytes).toString(8).padStart(6, "0")}\0 `), 148);
  return bytes;
}

/** The sum of all bytes, with spaces in its own place. */
function sumOf(bytes: Uint8Array): number {
  let sum = 8 * 32;
  for (let at = 0; at < BLOCK; at++) if (at < 148 || at >= 156) sum += bytes[at]!;
  return sum;
}

/** Octal digits; what is too large for them goes in as a number in base 256. */
function putNumber(bytes: Uint8Array, start: number, length: number, value: number): void {
  const octal = value.toString(8);
  if (octal.length < length) {
    bytes.set(encoder.encode(octal.padStart(length - 1, "0")), start);
    return;
  }
  let rest = BigInt(value);
  for (let at = start + length - 1; at > start; at--) {
    bytes[at] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  bytes[start] = 0x80;
}

/**
 * Reads a head; undefined for the empty block that ends a tarball.
 *
 * @throws {ProtocolError} when it is none.
 */
export function readTarHead(bytes: Bytes): Required<TarHead> | undefined {
  if (bytes.every((byte) => byte === 0)) return undefined;
  if (numberAt(bytes, 148, 8) !== sumOf(bytes)) throw broken("the sum of a head is wrong");
  const path = textAt(bytes, 0, SHORT);
  // Only the standard's own mark means that a first part of the path is at the end.
  const prefix = textAt(bytes, 257, 6) === "ustar" ? textAt(bytes, 345, 155) : "";
  return {
    path: prefix ? `${prefix}/${path}` : path,
    type: bytes[156] === 0 ? TAR_TYPE.file : String.fromCharCode(bytes[156]!),
    target: textAt(bytes, 157, SHORT),
    mode: numberAt(bytes, 100, 8) & 0o7777,
    uid: numberAt(bytes, 108, 8),
    gid: numberAt(bytes, 116, 8),
    size: numberAt(bytes, 124, 12),
    modified: new Date(numberAt(bytes, 136, 12) * 1000),
  };
}

/** What records of pax say of the entry after them; all else of them does not matter here. */
export function readPax(bytes: Bytes): Partial<TarHead> {
  const head: Partial<TarHead> = {};
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(32, at);
    const length = Number(decoder.decode(bytes.subarray(at, space)));
    if (space < 0 || !(length > space - at) || at + length > bytes.length) {
      throw broken("a record of pax has no length");
    }
    const record = decoder.decode(bytes.subarray(space + 1, at + length - 1));
    const key = record.slice(0, record.indexOf("="));
    const value = record.slice(key.length + 1);
    if (key === "path") head.path = value;
    if (key === "linkpath") head.target = value;
    if (key === "size") head.size = wholeNumber(value);
    if (key === "uid") head.uid = wholeNumber(value);
    if (key === "gid") head.gid = wholeNumber(value);
    if (key === "mtime") head.modified = timeOf(value);
    at += length;
  }
  return head;
}

/** The tarball may be of a hostile instance: a length that is none would never be read to its end. */
function wholeNumber(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw broken("a number of pax is none");
}

function timeOf(text: string): Date {
  const time = new Date(Math.floor(Number(text)) * 1000);
  if (text !== "" && !Number.isNaN(time.getTime())) return time;
  throw broken("a time of pax is none");
}

/** Text up to the first NUL. */
export function textAt(bytes: Uint8Array, start: number, length: number): string {
  const field = bytes.subarray(start, start + length);
  const end = field.indexOf(0);
  return decoder.decode(end < 0 ? field : field.subarray(0, end));
}

function numberAt(bytes: Uint8Array, start: number, length: number): number {
  if (bytes[start]! & 0x80) {
    let value = bytes[start]! & 0x3f;
    for (let at = start + 1; at < start + length; at++) value = value * 256 + bytes[at]!;
    return value;
  }
  const digits = textAt(bytes, start, length).trim();
  if (!/^[0-7]*$/.test(digits)) throw broken("a number is none");
  return parseInt(digits || "0", 8);
}

function broken(reason: string): ProtocolError {
  return new ProtocolError(`Cannot read the tarball: ${reason}`);
}
