/** A part of a content: from `start` up to, not including, `end`. */
export interface ByteRange {
  /** The first byte. */
  start: number;
  /** The byte after the last one. */
  end: number;
}

const NO_OVERLAP = "invalid range: failed to overlap";

/**
 * Reads a `Range` header for a content of a length: none means all. A text says why it cannot be met,
 * in Go's words.
 */
export function byteRanges(header: string | null, length: number): ByteRange[] | string {
  if (!header) return [];
  if (!header.startsWith("bytes=")) return "invalid range";
  const ranges: ByteRange[] = [];
  let outside = false;
  for (const part of header.slice("bytes=".length).split(",")) {
    const text = part.trim();
    if (text === "") continue;
    const match = /^(\d*)\s*-\s*(\d*)$/.exec(text);
    if (!match || (match[1] === "" && match[2] === "")) return "invalid range";
    const [, first = "", last = ""] = match;
    if (first === "") {
      ranges.push({ start: Math.max(0, length - Number(last)), end: length });
      continue;
    }
    const start = Number(first);
    const end = last === "" ? length : Math.min(Number(last) + 1, length);
    if (last !== "" && Number(last) < start) return "invalid range";
    if (start >= length) outside = true;
    else ranges.push({ start, end });
  }
  return outside && ranges.length === 0 ? NO_OVERLAP : ranges;
}
