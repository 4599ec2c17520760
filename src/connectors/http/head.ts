import { ProtocolError } from "../../errors.ts";
import type { ByteReader } from "../raw/byte_reader.ts";
import { Fields, TOKEN } from "./fields.ts";
import { checkPath } from "./request_path.ts";

/** The most bytes that an answer's head may have. */
const MAX_HEAD_SIZE = 32 * 1024;

/** The head of an answer. */
export interface AnswerHead {
  /** The HTTP status. */
  status: number;
  /** The words after it. */
  statusText: string;
  /** Header fields. */
  fields: Fields;
  /** Whether the server speaks HTTP/1.1, which keeps connections open unless it says otherwise. */
  keeps: boolean;
}

/**
 * The bytes of a request's head.
 *
 * @throws {TypeError} when its path, method or a field cannot stand in a request.
 */
export function encodeHead(
  method: string,
  path: string,
  headers: Record<string, string>,
): Uint8Array<ArrayBuffer> {
  checkPath(path);
  if (!TOKEN.test(method)) {
    throw new TypeError(`Cannot use ${JSON.stringify(method)} as an HTTP method`);
  }
  let text = `${method} ${path} HTTP/1.1\r\n`;
  // Of names that differ in case alone the last one counts.
  const fields = new Fields();
  for (const [name, value] of Object.entries(headers)) fields.set(name, value);
  for (const [field, value] of fields.all) text += `${field}: ${value}\r\n`;
  text += "\r\n";
  // A character of a header field stands for a byte.
  return Uint8Array.from(text, (it) => it.charCodeAt(0));
}

/**
 * Reads the head of an answer.
 *
 * @throws {ProtocolError} when it is not one of HTTP/1.1.
 * @throws {Error} when the connection ends before the answer.
 */
export async function readHead(reader: ByteReader, what: string): Promise<AnswerHead> {
  while (true) {
    const head = parseHead(latin1(reader.take(await findHeadEnd(reader, what))), what);
    // Other informational answers, such as 100 and 103, only announce the real one.
    if (head.status >= 200 || head.status === 101) return head;
  }
}

function parseHead(text: string, what: string): AnswerHead {
  const [first, ...lines] = text.split("\r\n").filter((line) => line !== "");
  const [, minor, status, statusText = ""] =
    first!.match(/^HTTP\/1\.([01]) ([1-5]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?$/) ?? [];
  if (!status) throw notHttp(what, text);
  const fields = new Fields();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon < 1) throw notHttp(what, line);
    try {
      fields.append(line.slice(0, colon), line.slice(colon + 1));
    } catch {
      throw notHttp(what, line);
    }
  }
  const keeps = minor === "1" && !/\bclose\b/i.test(fields.get("connection") ?? "");
  return { status: Number(status), statusText, fields, keeps };
}

/** Reads until a whole head is buffered; gives its length. */
async function findHeadEnd(reader: ByteReader, what: string): Promise<number> {
  for (let seen = 0;;) {
    const { buffered } = reader;
    for (let end = buffered.indexOf(10, seen); end >= 0; end = buffered.indexOf(10, end + 1)) {
      if (end >= 3 && buffered[end - 1] === 13 && buffered[end - 2] === 10) return end + 1;
    }
    seen = buffered.length;
    // A server of another kind may never send an empty line.
    const start = latin1(buffered.subarray(0, 5));
    if (!"HTTP/".startsWith(start)) throw notHttp(what, latin1(buffered.subarray(0, 200)));
    if (seen > MAX_HEAD_SIZE) {
      throw new ProtocolError(`${what}: the head of the answer is longer than 32 KiB`);
    }
    if (!await reader.fill(seen + 1)) {
      throw new Error("the connection ended before the answer");
    }
  }
}

function notHttp(what: string, text: string): ProtocolError {
  return new ProtocolError(
    `${what}: the answer is not HTTP/1.1: it starts ${JSON.stringify(text.slice(0, 100))}`,
  );
}

/** A character for each byte; what platforms call "latin1" is none for some of them. */
function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
