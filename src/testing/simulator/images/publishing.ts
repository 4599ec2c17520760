import { gzip } from "../archive/compression.ts";
import { entriesOf } from "../archive/file_tree.ts";
import { writeTar } from "../archive/tar.ts";
import type { InstanceRecord } from "../instances/record.ts";
import { failed } from "../refusal.ts";
import { metadataEntry } from "./seed_image.ts";

/** How an instance is published. */
export interface PublishOptions {
  /** Properties of the image. */
  properties: Record<string, string>;
  /** The name of the compression; `none` for none. */
  compression: string;
}

/** The file of an image made of an instance, or of its snapshot. */
export async function publishedContent(
  instance: InstanceRecord,
  snapshot: string | undefined,
  { properties, compression }: PublishOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const files = snapshot === undefined
    ? instance.guest.files
    : instance.snapshots.get(snapshot)?.files;
  if (!files) throw failed("Snapshot not found");
  if (snapshot === undefined && instance.status !== "Stopped") {
    throw failed("Cannot export a running instance as an image");
  }
  const { architecture, metadata } = instance;
  const creation_date = Math.floor(instance.createdAt / 1000);
  const told = { architecture, creation_date, properties, templates: metadata.templates ?? {} };
  const templates = [...instance.templates].map(([name, content]) => ({
    path: `templates/${name}`,
    type: "file" as const,
    mode: 0o644,
    uid: 0,
    gid: 0,
    modified: instance.createdAt,
    content,
  }));
  const tar = writeTar([metadataEntry(told), ...entriesOf(files, "rootfs"), ...templates]);
  return compression === "none" ? tar : await gzip(tar);
}
