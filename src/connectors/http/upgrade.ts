import { ProtocolError } from "../../errors.ts";
import { refuse } from "../../core/envelope.ts";
import { withoutQuery } from "../../core/path.ts";
import { concat } from "../../core/streams.ts";
import type { ByteReader } from "../raw/byte_reader.ts";
import { readText } from "./body.ts";
import { isBodyless } from "./bodyless.ts";
import type { Fields } from "./fields.ts";
import { encodeHead, readHead } from "./head.ts";

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
  const body = new TextEncoder().encode(request.body ?? "");
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
  return concat([encodeHead(request.method, request.path, fields), body]);
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
): Promise<Fields> {
  const name = { method: request.method, path: withoutQuery(request.path) };
  const what = `Cannot ${name.method} ${name.path}`;
  const { status, fields } = await readHead(reader, what);
  if (status !== 101) {
    const bodyless = isBodyless(status);
    const text = bodyless ? "" : await readText(reader, fields, what);
    // Queries carry secrets, and some proxies repeat in their words what they were asked.
    const query = request.path.slice(name.path.length + 1);
    const body = query ? text.replaceAll(query, "...") : text;
    return await refuse(new Response(bodyless ? null : body, { status }), name);
  }
  if (fields.get("upgrade")?.toLowerCase() !== request.protocol.toLowerCase()) {
    throw new ProtocolError(`${what}: the server did not switch to "${request.protocol}"`, {
      status,
    });
  }
  return fields;
}
