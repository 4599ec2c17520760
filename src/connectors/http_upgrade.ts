import { ProtocolError } from "../errors.ts";
import { refuse } from "../core/envelope.ts";
import { withoutQuery } from "../core/path.ts";
import type { ByteReader } from "./byte_reader.ts";
import { readBody } from "./http_body.ts";
import { checkPath } from "./request_path.ts";

/** The most bytes that an answer's head may have. */
const MAX_HEAD_SIZE = 32 * 1024;

/** An HTTP/1.1 request for another protocol. */
export interface UpgradeHead {
  /** The HTTP method. */
  method: string;
  /** The path with its query. */
  path: string;
  /** The `Host` of the request. */
  host: string;
  /** The protocol that is asked for, such as `websocket` or `sftp`. */
  protocol: string;
  /** Header fields beside those that an upgrade always has. */
  headers?: Record<string, string>;
  /** A JSON text sent as the body. */
  body?: string;
}

/**
 * The bytes of the request.
 *
 * @throws {TypeError} when its path, method or a field cannot stand in a request.
 */
export function encodeUpgrade(request: UpgradeHead): Uint8Array {
  checkPath(request.path);
  const encoder = new TextEncoder();
  const body = encoder.encode(request.body ?? "");
  const fields: Record<string, string> = {
    host: request.host,
    connection: "Upgrade",
    upgrade: request.protocol,
    ...request.headers,
  };
  if (request.body !== undefined) {
    fields["content-type"] = "application/json";
    fields["content-length"] = String(body.length);
  }
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(request.method)) {
    throw new TypeError(`Cannot use ${JSON.stringify(request.method)} as an HTTP method`);
  }
  // `Headers` refuses the line breaks that would smuggle in fields.
  const lines = Array.from(new Headers(fields), ([field, value]) => `${field}: ${value}\r\n`);
  const head = encoder.encode(
    `${request.method} ${request.path} HTTP/1.1\r\n${lines.join("")}\r\n`,
  );
  const whole = new Uint8Array(head.length + body.length);
  whole.set(head);
  whole.set(body, head.length);
  return whole;
}

/**
 * Reads the answer, and gives its header fields when the server hands the connection over: what
 * the reader holds then comes from the other protocol.
 *
 * @throws {ApiError} when the server refuses and says why.
 * @throws {ProtocolError} when the answer is not one of HTTP/1.1, LXD or Incus.
 * @throws {Error} when the connection ends before the answer.
 */
export async function readUpgradeAnswer(
  reader: ByteReader,
  request: UpgradeHead,
): Promise<Headers> {
  const name = { method: request.method, path: withoutQuery(request.path) };
  const what = `Cannot ${name.method} ${name.path}`;
  let answer = await readHead(reader, what);
  // Other informational answers, such as 100 and 103, only announce the real one.
  while (answer.status < 200 && answer.status !== 101) answer = await readHead(reader, what);
  const { status, headers } = answer;
  if (status !== 101) {
    const text = await readBody(reader, headers, what);
    // Queries carry secrets, and some proxies repeat in their words what they were asked.
    const query = request.path.slice(name.path.length + 1);
    const body = query ? text.replaceAll(query, "...") : text;
    const bodyless = [204, 205, 304].includes(status);
    return await refuse(new Response(bodyless ? null : body, { status }), name);
  }
  if (headers.get("upgrade")?.toLowerCase() !== request.protocol.toLowerCase()) {
    throw new ProtocolError(`${what}: the server did not switch to "${request.protocol}"`, {
      status,
    });
  }
  return headers;
}

async function readHead(
  reader: ByteReader,
  what: string,
): Promise<{ status: number; headers: Headers }> {
  const text = latin1(reader.take(await findHeadEnd(reader, what)));
  const [first, ...lines] = text.trimEnd().split("\r\n");
  const status = first!.match(/^HTTP\/1\.[01] ([1-5]\d\d)(?: |$)/)?.[1];
  if (!status) throw notHttp(what, text);
  const headers = new Headers();
  for (const line of lines) {
    const colon = line.indexOf(":");
    try {
      headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
    } catch {
      throw notHttp(what, line);
    }
  }
  return { status: Number(status), headers };
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
    if (!"HTTP/".startsWith(start)) throw notHttp(what, latin1(buffered));
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

function latin1(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}
