/**
 * Lists of images that instances are made from: servers that speak simplestreams, as `images:` of
 * `incus` and `lxc` does. On every runtime; in browsers with servers that allow it.
 *
 * @example
 * ```ts
 * import { simplestreams } from "@lxkit/client/simplestreams";
 *
 * const server = simplestreams({ url: "https://images.linuxcontainers.org" });
 * for (const image of await server.list({ os: "Debian", architecture: "amd64" })) {
 *   console.log(image.release, image.variant, image.serial, image.type, image.aliases);
 * }
 * ```
 *
 * @module
 */

export type { SimplestreamsFile, SimplestreamsFilter, SimplestreamsImage } from "./image.ts";
export {
  Simplestreams,
  simplestreams,
  type SimplestreamsListOptions,
  type SimplestreamsOptions,
} from "./simplestreams.ts";
