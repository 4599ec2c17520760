import { gunzip, kindOf } from "../archive/compression.ts";
import { unpackInto } from "../archive/file_tree.ts";
import { readTar, type TarEntry } from "../archive/tar.ts";
import { parseYaml, type YamlValue } from "../archive/yaml.ts";
import type { Clock } from "../clock.ts";
import { sha256 } from "../etag.ts";
import type { GuestFiles } from "../guest/files/guest_files.ts";
import { Guest } from "../guest/guest.ts";
import { failed } from "../refusal.ts";
import type { ImageFile, StoredImage } from "./record.ts";

/** What the files of an image say of it. */
export type ImageContent = Pick<
  StoredImage,
  | "fingerprint"
  | "architecture"
  | "properties"
  | "createdAt"
  | "file"
  | "rootfs"
  | "files"
  | "metadata"
  | "templates"
>;

/**
 * Reads the files of an image. What is packed in ways that no runtime can read is kept as it is; its
 * instances start with the files of a small image.
 *
 * @throws {Refusal} when they are no image.
 */
export async function readImage(
  file: ImageFile,
  rootfs: ImageFile | undefined,
  clock: Clock,
): Promise<ImageContent> {
  const kind = kindOf(file.content);
  if (kind === "unknown") throw failed("Unsupported compression");
  const entries = readTar(await gunzip(file.content));
  if (!entries && (kind === "tar" || kind === "gzip")) throw failed("Image is no tarball");
  const yaml = entries?.find(({ path }) => path === "metadata.yaml")?.content;
  if (entries && !yaml) throw failed("Metadata tarball is missing metadata.yaml");
  const metadata = metadataOf(yaml ? parseYaml(new TextDecoder().decode(yaml)) : {});
  const templates = (entries ?? [])
    .filter(({ path, type }) => type === "file" && path.startsWith("templates/"))
    .map(({ path, content }) => [path.slice("templates/".length), content!] as const);
  return {
    fingerprint: await hashOf(file, rootfs),
    architecture: metadata.architecture,
    properties: metadata.properties ?? {},
    createdAt: metadata.creation_date * 1000,
    file,
    rootfs,
    files: await filesOf(entries, rootfs, clock),
    metadata,
    templates: new Map(templates),
  };
}

async function hashOf(file: ImageFile, rootfs: ImageFile | undefined): Promise<string> {
  if (!rootfs) return await sha256(file.content);
  return await sha256(await new Blob([file.content, rootfs.content]).arrayBuffer());
}

async function filesOf(
  entries: TarEntry[] | undefined,
  rootfs: ImageFile | undefined,
  clock: Clock,
): Promise<GuestFiles> {
  const { files } = new Guest({ clock, hostname: "image" });
  if (rootfs) {
    const root = readTar(await gunzip(rootfs.content)) ?? [];
    unpackInto(files, root.map((it) => ({ ...it, path: `rootfs/${it.path}` })), "rootfs");
  } else if (entries) unpackInto(files, entries, "rootfs");
  return files;
}

function metadataOf(yaml: Record<string, YamlValue>): StoredImage["metadata"] {
  const { architecture, creation_date, expiry_date, properties, templates } = yaml;
  const texts = Object.entries(properties ?? {}).map(([key, value]) => [key, String(value)]);
  return {
    architecture: String(architecture ?? "x86_64"),
    creation_date: Number(creation_date ?? 0),
    expiry_date: Number(expiry_date ?? 0),
    properties: Object.fromEntries(texts),
    templates: (templates ?? null) as StoredImage["metadata"]["templates"],
  };
}
