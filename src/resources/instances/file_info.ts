import type { ConnectorResponse } from "../../connector.ts";
import type { CallOptions } from "../../core/call.ts";
import { type Dialect, headerName } from "../../core/dialect.ts";
import type { Progress } from "../../core/progress.ts";
import type { Bytes } from "../../core/streams.ts";
import type { FileType } from "../../core/tree/entry.ts";

/** What is known of a file without reading it. */
export interface FileInfo {
  /** What it is. A symbolic link is not followed. */
  type: FileType;
  /** The permission bits, such as `0o644`. */
  mode: number;
  /** The id of the owning user. */
  uid: number;
  /** The id of the owning group. */
  gid: number;
  /** The size in bytes; null for what is no file. */
  size: number | null;
  /** When it was last modified; null where the server does not tell. */
  modified: Date | null;
}

/** Who owns a new file or directory, and who may use it. */
export interface OwnershipOptions extends CallOptions {
  /** The permission bits, such as `0o644`. Default: the server's, `0o644` for files. */
  mode?: number;
  /** The id of the owning user. Default: 0. */
  uid?: number;
  /** The id of the owning group. Default: 0. */
  gid?: number;
}

/** Options of a write. */
export interface WriteOptions extends OwnershipOptions {
  /** Adds to the end of a file that exists in place of writing it anew. Default: false. */
  append?: boolean;
  /** Called about twice a second with how much was sent so far, and at the end. */
  onProgress?: (progress: Progress) => void;
}

/** Options of making a directory. */
export interface MkdirOptions extends OwnershipOptions {
  /** Makes the directories above it too, where they are missing. Default: false. */
  recursive?: boolean;
}

/** Options of removing. */
export interface RemoveOptions extends CallOptions {
  /** Removes a directory with all that is in it. Default: false. */
  recursive?: boolean;
}

/** A file that is being read. Its stream is to be read to its end, or cancelled. */
export interface OpenFile {
  /** What is known of it. */
  info: FileInfo;
  /**
   * Its bytes, as they come. In Deno over a Unix socket they fill the buffer of a reader that brings one
   * (`getReader({ mode: "byob" })`), so that no memory is made for each piece.
   */
  readable: ReadableStream<Bytes>;
}

/** What a response of the files API says of its file. */
export function readFileInfo(response: ConnectorResponse, dialect: Dialect): FileInfo {
  const field = (name: string) => response.headers.get(headerName(dialect, name)) ?? "";
  const type = field("type") as FileType;
  const size = response.headers.get("content-length");
  return {
    type,
    mode: parseInt(field("mode"), 8),
    uid: Number(field("uid")),
    gid: Number(field("gid")),
    size: type === "file" && size !== null ? Number(size) : null,
    modified: parseGoTime(field("modified")),
  };
}

/** Reads what Go prints of a time, such as `2026-08-22 10:11:12.123 +0000 UTC`. */
function parseGoTime(text: string): Date | null {
  const match = /^(\S+) (\d\d:\d\d:\d\d)(\.\d{1,3})?\d* ([+-]\d\d)(\d\d)/.exec(text);
  if (!match) return null;
  const [, day, time, fraction = "", hours, minutes] = match;
  return new Date(`${day}T${time}${fraction}${hours}:${minutes}`);
}

/** The mode and owner of a file that is made, in the servers' own form. */
export function ownershipFields(
  { mode, uid = 0, gid = 0 }: OwnershipOptions & { mode: number },
): Record<string, string> {
  if (!(Number.isInteger(mode) && mode >= 0 && mode <= 0o7777)) {
    throw new TypeError(`Cannot use ${mode} as a mode: it must be an integer up to 0o7777`);
  }
  // Without the leading zero the servers read the number as decimal.
  return { mode: `0${mode.toString(8)}`, uid: String(uid), gid: String(gid) };
}

/** Which of the attributes the caller asks for. */
export function givenNames(options: OwnershipOptions): ("uid" | "gid" | "mode")[] {
  return (["uid", "gid", "mode"] as const).filter((key) => options[key] !== undefined);
}

/** The attributes that the caller asks for. */
export function givenAttributes(options: OwnershipOptions): OwnershipOptions {
  return Object.fromEntries(givenNames(options).map((key) => [key, options[key]]));
}
