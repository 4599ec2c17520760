import type { FileContent } from "./files/file_content.ts";
import { byteRanges } from "./byte_ranges.ts";
import { encode } from "./text.ts";
import { turn } from "./turn.ts";

/** How much is read at once, in bytes. */
const PIECE = 64 * 1024;
/** After how many of them the rest of the program gets a turn. */
const PIECES_IN_A_ROW = 32;

/** What is downloaded, and how it was asked for. */
export interface Download {
  /** The bytes. */
  content: FileContent | Uint8Array;
  /** When they were modified last, in milliseconds since 1970. */
  modified: number;
  /** The name that they are to be kept under. */
  name: string;
  /** Header fields of the answer, whatever it is. */
  headers: Headers;
  /** The header fields of the request. */
  asked: Headers;
}

/** Answers a download with all, with a part, or with nothing that is new, as Go's `http.ServeContent`. */
export function answerDownload({ content, modified, name, headers, asked }: Download): Response {
  const { length } = content;
  const read = (start: number, end: number) =>
    content instanceof Uint8Array
      ? content.slice(start, end) as Uint8Array<ArrayBuffer>
      : content.read(start, end - start);
  // Go sends the bytes of UTF-8 as they are.
  const raw = Array.from(encode(name), (byte) => String.fromCharCode(byte)).join("")
    .replace(/[\r\n]/g, " ");
  headers.set("content-disposition", `inline;filename=${raw}`);
  headers.set("last-modified", new Date(modified).toUTCString());
  const since = Date.parse(asked.get("if-modified-since") ?? "");
  if (Math.floor(modified / 1000) * 1000 <= since) {
    return new Response(null, { status: 304, headers });
  }
  headers.set("content-type", "application/octet-stream");
  const ranges = byteRanges(asked.get("range"), length);
  if (typeof ranges === "string") {
    headers.set("content-type", "text/plain; charset=utf-8");
    headers.set("x-content-type-options", "nosniff");
    if (ranges.includes("overlap")) headers.set("content-range", `bytes */${length}`);
    return sized(new TextEncoder().encode(`${ranges}\n`), 416, headers);
  }
  headers.set("accept-ranges", "bytes");
  const [range, second] = ranges;
  if (second) return multipart(ranges, length, read, headers);
  const { start, end } = range ?? { start: 0, end: length };
  if (range) headers.set("content-range", `bytes ${start}-${end - 1}/${length}`);
  headers.set("content-length", String(end - start));
  let at = start;
  let pieces = 0;
  const left = new AbortController();
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      // Whoever waits for a limit must get a turn, however fast this is.
      if (++pieces % PIECES_IN_A_ROW === 0) await turn(left.signal);
      const piece = read(at, Math.min(at + PIECE, end));
      at += piece.length;
      if (piece.length > 0) controller.enqueue(piece);
      if (at >= end || piece.length === 0) controller.close();
    },
    cancel: () => left.abort(),
  }, { highWaterMark: 0 });
  return new Response(stream, { status: range ? 206 : 200, headers });
}

function multipart(
  ranges: { start: number; end: number }[],
  length: number,
  read: (start: number, end: number) => Uint8Array<ArrayBuffer>,
  headers: Headers,
): Response {
  // Nothing but this may stand in the bytes; a name that long does not by chance.
  const boundary = Array.from({ length: 60 }, (_, i) => (i * 7 % 16).toString(16)).join("");
  const parts = ranges.flatMap(({ start, end }, i) => [
    `${i ? "\r\n" : ""}--${boundary}\r\nContent-Range: bytes ${start}-${end - 1}/${length}\r\n` +
    "Content-Type: application/octet-stream\r\n\r\n",
    read(start, end),
  ]);
  headers.set("content-type", `multipart/byteranges; boundary=${boundary}`);
  const body = new Blob([...parts, `\r\n--${boundary}--\r\n`]);
  headers.set("content-length", String(body.size));
  return new Response(body.stream(), { status: 206, headers });
}

function sized(bytes: Uint8Array<ArrayBuffer>, status: number, headers: Headers): Response {
  headers.set("content-length", String(bytes.length));
  return new Response(bytes, { status, headers });
}
