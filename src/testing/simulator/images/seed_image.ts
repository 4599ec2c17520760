import { entriesOf } from "../archive/file_tree.ts";
import { type TarEntry, writeTar } from "../archive/tar.ts";
import { writeYaml } from "../archive/yaml.ts";
import type { Clock } from "../clock.ts";
import { IMAGE_TIME } from "../guest/files/seed.ts";
import { Guest } from "../guest/guest.ts";
import { NO_TIME } from "../times.ts";
import { readImage } from "./content.ts";
import type { StoredImage } from "./record.ts";

/** An image that a simulated server has from the start. */
export interface SeedImage {
  /** Its names. */
  aliases: readonly string[];
  /** Its properties. Default: those of a small image. */
  properties?: Record<string, string>;
  /** What it makes. Default: `container`. */
  type?: "container" | "virtual-machine";
}

/** Makes an image that a server has from the start. */
export async function seedImage(seed: SeedImage, clock: Clock): Promise<StoredImage> {
  const properties = seed.properties ?? {
    description: `Simulated ${seed.aliases[0]}`,
    os: "busybox",
    release: "simulated",
  };
  const yaml = { architecture: "x86_64", creation_date: IMAGE_TIME / 1000, properties };
  const { files } = new Guest({ clock, hostname: "image" });
  const content = writeTar([metadataEntry(yaml), ...entriesOf(files, "rootfs")]);
  return {
    ...await readImage({ name: "image", content }, undefined, clock),
    project: "default",
    type: seed.type ?? "container",
    public: false,
    autoUpdate: false,
    cached: false,
    filename: "",
    profiles: ["default"],
    expiresAt: NO_TIME,
    uploadedAt: clock.now(),
    lastUsedAt: 0,
  };
}

/** The entry of an image's tarball that tells of it. */
export function metadataEntry(metadata: object): TarEntry {
  const content = new TextEncoder().encode(writeYaml(metadata));
  const modified = IMAGE_TIME;
  return { path: "metadata.yaml", type: "file", mode: 0o644, uid: 0, gid: 0, modified, content };
}
