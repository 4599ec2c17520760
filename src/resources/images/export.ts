import { ProtocolError } from "../../errors.ts";
import { headerName } from "../../core/dialect.ts";
import type { Watcher } from "../../core/passage.ts";
import type { Session } from "../../core/session.ts";
import { Sha256 } from "../../core/sha256.ts";
import { bodyOf } from "../../core/streams.ts";
import { type Download, type DownloadOptions, metersOf } from "../../core/transfer.ts";
import { MultipartReader } from "./multipart_reader.ts";

/** Options of reading the files of an image. */
export interface ImageExportOptions extends DownloadOptions {
  /**
   * Whether the SHA-256 of what comes is compared with the fingerprint. Costs little on Deno, Node and
   * Bun; in browsers it limits the speed to about 200 MB/s. Default: true.
   */
  verify?: boolean;
  /** Opens a private image to a caller that the server does not trust; from `createSecret()`. */
  secret?: string;
}

/** One file of an image that is being read; of two files neither tells its size. */
export interface ImageFile extends Download {
  /**
   * What it is: `image` where one file is all, else `metadata`, and after it `rootfs` of a container or
   * `rootfs.img` of a virtual machine.
   */
  name: "image" | "metadata" | "rootfs" | "rootfs.img";
  /** The name that the server gives the file, such as `<fingerprint>.tar.xz`, without any folder. */
  filename: string;
}

/** Which image is read, and where. */
export interface ExportedImage {
  /** The server. */
  session: Session;
  /** The path of the image. */
  path: string;
  /** Its fingerprint, or the start of it. */
  fingerprint: string;
}

/** Reads the files of an image: `GET /1.0/images/{fingerprint}/export`. */
export async function* exportImage(
  image: ExportedImage,
  options: ImageExportOptions,
): AsyncGenerator<ImageFile, void> {
  const { session, path, fingerprint } = image;
  const { signal, timeout, onProgress, secret, verify = true } = options;
  const what = `export image "${fingerprint}"`;
  const response = await session.exchange("GET", `${path}/export`, {
    signal,
    timeout,
    query: { secret },
  });
  const { headers } = response;
  // The fingerprint of an image from an OCI registry is not that of its files.
  const oci = headers.get(headerName(session.facts.dialect, "type")) === "oci";
  const checks = verify && !oci ? [checkOf(session, fingerprint, what)] : [];
  const length = headers.get("content-length");
  const size = length === null ? null : Number(length);
  const meters = metersOf("download", size, onProgress);
  const type = headers.get("content-type") ?? "";
  if (type.startsWith("multipart/form-data")) {
    const { readable } = bodyOf(response, what, signal, meters);
    const parts = new MultipartReader(readable, type, what, checks).parts();
    for await (const { name, filename, readable } of parts) {
      yield { name: name as ImageFile["name"], filename: lastOf(filename), size: null, readable };
    }
    return;
  }
  const named = /filename="?([^";]+)"?/.exec(headers.get("content-disposition") ?? "")?.[1];
  const passage = bodyOf(response, what, signal, [...checks, ...meters]);
  try {
    yield {
      name: "image",
      filename: lastOf(named ?? fingerprint),
      size,
      readable: passage.readable,
    };
  } finally {
    await passage.cancel().catch(() => {});
  }
}

function checkOf(session: Session, fingerprint: string, what: string): Watcher {
  const hash = session.connector.sha256?.() ?? new Sha256();
  return {
    update: (bytes) => hash.update(bytes),
    end() {
      const hex = hash.hex();
      if (hex.startsWith(fingerprint.toLowerCase())) return;
      throw new ProtocolError(`Cannot ${what}: the SHA-256 of what came is ${hex}`);
    },
  };
}

/** A file's name without the folders before it, which are not the server's to choose. */
function lastOf(filename: string): string {
  return filename.split(/[/\\]/).at(-1)!;
}
