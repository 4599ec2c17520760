/** What kind of file bytes are, by how they start. */
export type FileKind = "gzip" | "tar" | "xz" | "zstd" | "squashfs" | "qcow2" | "unknown";

const STARTS: [FileKind, number[]][] = [
  ["gzip", [0x1f, 0x8b]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["squashfs", [0x68, 0x73, 0x71, 0x73]],
  ["qcow2", [0x51, 0x46, 0x49, 0xfb]],
];

/** Tells what kind of file bytes are. */
export function kindOf(bytes: Uint8Array): FileKind {
  if (new TextDecoder().decode(bytes.subarray(257, 262)) === "ustar") return "tar";
  return STARTS.find(([, start]) => start.every((byte, at) => bytes[at] === byte))?.[0] ??
    "unknown";
}

/** Packs by gzip. */
export function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return through(bytes, new CompressionStream("gzip"));
}

/** Unpacks what gzip packed; anything else is left as it is. */
export function gunzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return kindOf(bytes) === "gzip"
    ? through(bytes, new DecompressionStream("gzip"))
    : Promise.resolve(bytes);
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: GenericTransformStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([bytes]).stream()
    .pipeThrough(stream as TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>);
  return new Uint8Array(await new Response(packed).arrayBuffer());
}
