import { ProtocolError } from "../../errors.ts";
import { headerName } from "../../core/dialect.ts";
import type { Session, SessionRequest } from "../../core/session.ts";
import type { MutationOptions } from "../../core/task.ts";
import { uploadOf } from "../../core/transfer.ts";
import type { ImageAliasInfo, InstanceType } from "../../types/mod.ts";
import type { ImageFile } from "./export.ts";
import { type BinarySource, type FormPart, writeForm } from "./multipart_writer.ts";

/** What can be said of an image that is uploaded. */
export interface ImageUploadFields {
  /** Names for the image. They are given once it stands. */
  aliases?: readonly ImageAliasInfo[];
  /** The file name that the image is to have. Default: that of the File where one is given. */
  filename?: string;
  /** The SHA-256 that the server is to find over all bytes, in hexadecimal. Default: none is checked. */
  fingerprint?: string;
  /** The profiles of instances that are made without any given. Default: `default`. */
  profiles?: readonly string[];
  /** Properties by name, beside those in the image's own metadata. */
  properties?: Record<string, string>;
  /** Whether callers that the server does not trust see it too. Default: false. */
  public?: boolean;
}

/** An image in one file: metadata and root file system in one tarball. */
export interface UnifiedImageUpload extends ImageUploadFields {
  /** The tarball. */
  file: BinarySource;
}

/** An image in two files. */
export interface SplitImageUpload extends ImageUploadFields {
  /** The tarball of the metadata. */
  metadata: BinarySource;
  /** The root file system: a squashfs or tarball, or the disk image of a virtual machine. */
  rootfs: BinarySource;
  /** What instances the image is for. Default: `container`. */
  type?: InstanceType;
}

/** An image to be uploaded, in one file or two. */
export type ImageUpload = UnifiedImageUpload | SplitImageUpload;

/** What an upload sends. */
export interface ImageContent {
  /** The body. */
  bytes: BinarySource;
  /** Its type, where it is not plain bytes. */
  contentType?: string;
}

/**
 * The body that an upload takes.
 *
 * @throws {TypeError} when it is no image in one file or two.
 */
export function contentOf(image: ImageUpload): ImageContent {
  const { file, metadata, rootfs, type, filename } = Object(image) as Partial<
    UnifiedImageUpload & SplitImageUpload
  >;
  if (file) return { bytes: file };
  if (!metadata || !rootfs) {
    throw new TypeError("Cannot upload an image: give its file, or its metadata and its rootfs");
  }
  const root = type === "virtual-machine" ? "rootfs.img" : "rootfs";
  return writeForm([
    { name: "metadata", filename: nameOf(metadata) ?? "metadata", data: metadata },
    // The servers take the name of this file for the image's.
    { name: root, filename: filename ?? nameOf(rootfs) ?? root, data: rootfs },
  ]);
}

/** The body that sends on what another server sends, as it comes, under a name where one is given. */
export async function relayedContent(
  files: AsyncGenerator<ImageFile, void>,
  filename: string,
): Promise<ImageContent> {
  const first = await files.next();
  if (first.done) throw new ProtocolError("Cannot send an image on: the server sent no file");
  if (first.value.name === "image") return { bytes: first.value.readable };
  return writeForm(partsOf(first.value, files, filename));
}

async function* partsOf(
  metadata: ImageFile,
  rest: AsyncGenerator<ImageFile, void>,
  filename: string,
): AsyncGenerator<FormPart, void> {
  yield { ...metadata, data: metadata.readable };
  for await (const root of rest) {
    yield { ...root, filename: filename || root.filename, data: root.readable };
  }
}

/** The request that carries an upload. */
export function uploadRequest(
  session: Session,
  content: ImageContent,
  fields: ImageUploadFields,
  onProgress: MutationOptions["onProgress"],
): SessionRequest {
  const { filename, fingerprint, profiles, properties } = fields;
  const told = {
    filename: filename === undefined ? undefined : headerText(filename),
    fingerprint,
    profiles: profiles && String(new URLSearchParams(profiles.map((it) => ["profile", it]))),
    properties: properties && String(new URLSearchParams(properties)),
    public: fields.public === undefined ? undefined : String(fields.public),
  };
  const { dialect } = session.facts;
  const headers: Record<string, string> = {};
  for (const [field, value] of Object.entries(told)) {
    if (value !== undefined) headers[headerName(dialect, field)] = value;
  }
  if (content.contentType) headers["content-type"] = content.contentType;
  return { headers, ...uploadOf(session, content.bytes, onProgress) };
}

/** Text for a header field, which takes bytes: those of UTF-8. */
function headerText(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}

function nameOf(data: BinarySource): string | undefined {
  return data instanceof Blob && "name" in data ? String(data.name) : undefined;
}
