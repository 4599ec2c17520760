import { kindOf } from "../archive/compression.ts";
import { concatenate } from "../archive/tar.ts";
import { bytes } from "../reply.ts";
import type { StoredImage } from "./record.ts";

const EXTENSIONS: Record<string, string> = {
  gzip: ".tar.gz",
  tar: ".tar",
  xz: ".tar.xz",
  zstd: ".tar.zst",
  squashfs: ".squashfs",
  qcow2: ".qcow2",
  unknown: ".img",
};

/** Answers with the files of an image: one as it is, two as the parts of a form. */
export function exportOf({ fingerprint, file, rootfs, filename }: StoredImage): Response {
  const nameOf = (content: Uint8Array) => fingerprint + EXTENSIONS[kindOf(content)];
  if (!rootfs) {
    const name = filename || nameOf(file.content);
    return bytes(file.content, {
      "content-disposition": `inline;filename="${encodeURIComponent(name)}"`,
    });
  }
  const boundary = fingerprint.slice(0, 60);
  const encoder = new TextEncoder();
  const head = (name: string, content: Uint8Array) =>
    encoder.encode(
      `--${boundary}\r\ncontent-disposition: form-data; name="${name}"; ` +
        `filename="${nameOf(content)}"\r\ncontent-type: application/octet-stream\r\n\r\n`,
    );
  const end = encoder.encode(`\r\n--${boundary}--\r\n`);
  const between = encoder.encode("\r\n");
  const body = concatenate([
    head("metadata", file.content),
    file.content,
    between,
    head(rootfs.name, rootfs.content),
    rootfs.content,
    end,
  ]);
  return new Response(body, {
    headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
  });
}
