import type { Dialect } from "../core/dialect.ts";
import { ProtocolError } from "../errors.ts";
import { architectureOf } from "./architecture.ts";
import type { SimplestreamsFile, SimplestreamsImage } from "./image.ts";

/** A root file system that servers take. */
interface Root {
  /** The word for its format. */
  type: string;
  /** Whether it is the disk of a virtual machine. */
  vm: boolean;
  /** Where the metadata keep the fingerprint of an image with it. */
  combined: readonly string[];
}

/** All of them, in the order in which servers prefer them. */
const ROOTS: readonly Root[] = [
  { type: "squashfs", vm: false, combined: ["combined_squashfs_sha256"] },
  { type: "root.tar.xz", vm: false, combined: ["combined_rootxz_sha256", "combined_sha256"] },
  { type: "disk-kvm.img", vm: true, combined: ["combined_disk-kvm-img_sha256"] },
  { type: "uefi1.img", vm: true, combined: ["combined_uefi1-img_sha256"] },
  { type: "disk1.img", vm: true, combined: ["combined_disk1-img_sha256"] },
];

/**
 * The paths of the lists of images that an index names.
 *
 * @throws {ProtocolError} when it is no index.
 */
export function listsOf(index: unknown, url: URL): string[] {
  const entries = new Fields(index, url, "the file").required("index");
  return entries.names.map((name) => entries.fields(name))
    .filter((it) => it.text("datatype") === "image-downloads" && it.has("products"))
    .map((it) => it.text("path"));
}

/**
 * The images in a list: those for one daemon, or of each build those for the first that has any.
 *
 * @throws {ProtocolError} when it is no list of products.
 */
export function imagesOf(
  list: unknown,
  dialect: Dialect | undefined,
  url: URL,
): SimplestreamsImage[] {
  const products = new Fields(list, url, "the file").required("products");
  const dialects: Dialect[] = dialect ? [dialect] : ["incus", "lxd"];
  return products.names.flatMap((name) => {
    const product = products.fields(name);
    // Servers pass over what they cannot run.
    const architecture = architectureOf(product.text("arch"));
    if (architecture === undefined) return [];
    const facts = { ...factsOf(product), architecture };
    const versions = product.fields("versions");
    return versions.names.filter((serial) => /^\d{8}/.test(serial)).flatMap((serial) => {
      const items = versions.fields(serial).fields("items");
      const files = items.names.map((it) => items.fields(it));
      const builds = dialects.map((it) => buildsOf(files, it)).find((it) => it.length > 0) ?? [];
      return builds.map((build) => ({ ...facts, serial, ...build }));
    });
  });
}

type Build = Pick<SimplestreamsImage, "dialect" | "files" | "fingerprint" | "size" | "type">;
type Facts = Omit<SimplestreamsImage, keyof Build | "architecture" | "serial">;

function factsOf(product: Fields): Facts {
  const requirements = product.fields("requirements");
  return {
    aliases: product.text("aliases").split(",").map((it) => it.trim()).filter((it) => it !== ""),
    os: product.text("os"),
    release: product.text("release"),
    releaseTitle: product.text("release_title") || undefined,
    variant: product.text("variant") || undefined,
    requirements: Object.fromEntries(requirements.names.map((it) => [it, requirements.text(it)])),
    supportedUntil: product.text("support_eol") || undefined,
  };
}

/** The images that the files of one build make for one daemon. */
function buildsOf(items: readonly Fields[], dialect: Dialect): Build[] {
  const ofType = (type: string) => items.filter((it) => it.text("ftype") === type);
  const whole = ofType(`${dialect}_combined.tar.gz`).map((item) =>
    build(dialect, item.text("sha256"), [fileOf("image", item)])
  );
  const split = ofType(`${dialect}.tar.xz`).flatMap((metadata) =>
    ROOTS.flatMap(({ type, vm, combined }) =>
      ofType(type).map((root) =>
        build(dialect, combined.map((it) => metadata.text(it)).find((it) => it !== "") ?? "", [
          fileOf("metadata", metadata),
          fileOf(vm ? "rootfs.img" : "rootfs", root),
        ])
      )
    )
  );
  // What cannot be checked is left out, as servers do.
  return [...whole, ...split].filter(({ fingerprint, files }) =>
    fingerprint !== "" && files.every((it) => it.path !== "" && it.sha256 !== "")
  );
}

function build(dialect: Dialect, fingerprint: string, files: SimplestreamsFile[]): Build {
  const type = files.at(-1)?.name === "rootfs.img" ? "virtual-machine" : "container";
  return { dialect, type, fingerprint, size: files.reduce((sum, it) => sum + it.size, 0), files };
}

function fileOf(name: SimplestreamsFile["name"], item: Fields): SimplestreamsFile {
  return {
    name,
    type: item.text("ftype"),
    path: item.text("path"),
    sha256: item.text("sha256").toLowerCase(),
    size: item.number("size"),
  };
}

/** An object of JSON that another wrote: each value is looked at before it is used. */
class Fields {
  readonly #values: Record<string, unknown>;
  readonly #url: URL;
  readonly #place: string;

  constructor(value: unknown, url: URL, place: string) {
    this.#url = url;
    this.#place = place;
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw this.#broken(place, "no object");
    }
    this.#values = value as Record<string, unknown>;
  }

  get names(): string[] {
    return Object.keys(this.#values);
  }

  /** Whether there is anything: a list of something, a text, an object. */
  has(name: string): boolean {
    const value = this.#values[name];
    return Array.isArray(value) ? value.length > 0 : Boolean(value);
  }

  /** An object; an empty one where there is none. */
  fields(name: string): Fields {
    return new Fields(this.#values[name] ?? {}, this.#url, `${this.#place}, "${name}"`);
  }

  /** An object that has to be there. */
  required(name: string): Fields {
    return new Fields(this.#values[name], this.#url, `${this.#place}, "${name}"`);
  }

  /** A text; an empty one where there is none. */
  text(name: string): string {
    const value = this.#values[name] ?? "";
    if (typeof value === "string") return value;
    throw this.#broken(`${this.#place}, "${name}"`, "no text");
  }

  /** A number; 0 where there is none. */
  number(name: string): number {
    const value = this.#values[name] ?? 0;
    if (typeof value === "number") return value;
    throw this.#broken(`${this.#place}, "${name}"`, "no number");
  }

  #broken(place: string, why: string): ProtocolError {
    return new ProtocolError(`Cannot read ${this.#url}: ${place} is ${why}`);
  }
}
