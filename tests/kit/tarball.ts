/**
 * Tarballs in memory, for images that are made in a test, on any runtime.
 *
 * @module
 */

const BLOCK = 512;

/** A tarball of small files: their texts by their paths; a path that ends with a slash is a folder. */
export function tarball(files: Record<string, string>): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const blocks: Uint8Array[] = [];
  for (const [path, text] of Object.entries(files)) {
    const content = encoder.encode(text);
    const head = new Uint8Array(BLOCK);
    const put = (at: number, value: string) => void encoder.encodeInto(value, head.subarray(at));
    put(0, path);
    put(100, "0000755\0");
    put(108, "0000000\0");
    put(116, "0000000\0");
    put(124, content.length.toString(8).padStart(11, "0"));
    put(136, "00000000000\0");
    // The sum is taken with spaces in its own place.
    put(148, "        ");
    put(156, path.endsWith("/") ? "5" : "0");
    put(257, "ustar\u000000");
    const sum = head.reduce((total, byte) => total + byte);
    put(148, `${sum.toString(8).padStart(6, "0")}\0`);
    const padded = new Uint8Array(Math.ceil(content.length / BLOCK) * BLOCK);
    padded.set(content);
    blocks.push(head, padded);
  }
  const size = blocks.reduce((total, block) => total + block.length, 2 * BLOCK);
  const whole = new Uint8Array(size);
  let at = 0;
  for (const block of blocks) {
    whole.set(block, at);
    at += block.length;
  }
  return whole;
}

/** The `metadata.yaml` of an image that no other one equals. */
export function imageMetadata(name: string): string {
  return `architecture: x86_64\ncreation_date: 1700000000\nproperties:\n  os: made\n  name: ${name}\n`;
}
