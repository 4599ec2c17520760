import { architectureOf } from "./architecture.ts";
import type { SimplestreamsFilter, SimplestreamsImage } from "./image.ts";

/**
 * Whether an image fits a filter.
 *
 * @throws {TypeError} when no server knows the architecture.
 */
export function fitting(filter: SimplestreamsFilter): (image: SimplestreamsImage) => boolean {
  const { type, variant, release } = filter;
  const os = filter.os?.toLowerCase();
  const architecture = filter.architecture === undefined
    ? undefined
    : architectureOf(filter.architecture);
  if (filter.architecture !== undefined && architecture === undefined) {
    throw new TypeError(
      `Cannot look for images of the architecture "${filter.architecture}": LXD and Incus know none such`,
    );
  }
  const wanted: [SimplestreamsFilter[keyof SimplestreamsFilter], keyof SimplestreamsFilter][] = [
    [type, "type"],
    [variant, "variant"],
    [release, "release"],
    [architecture, "architecture"],
  ];
  return (image) =>
    wanted.every(([value, key]) => value === undefined || image[key] === value) &&
    (os === undefined || image.os.toLowerCase() === os);
}

/** Whether an image goes by a name: one of its aliases, also with its architecture behind it. */
export function hasAlias(image: SimplestreamsImage, name: string): boolean {
  if (image.aliases.includes(name)) return true;
  const at = name.lastIndexOf("/");
  return at > 0 && architectureOf(name.slice(at + 1)) === image.architecture &&
    image.aliases.includes(name.slice(0, at));
}

/** Orders images by what they hold, and the newest of each first. */
export function compareImages(a: SimplestreamsImage, b: SimplestreamsImage): number {
  for (const key of ["os", "release", "variant", "architecture"] as const) {
    const order = compareText(a[key] ?? "", b[key] ?? "");
    if (order !== 0) return order;
  }
  return compareText(b.serial, a.serial);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
