/**
 * An image server that speaks simplestreams, with files that fit in memory.
 *
 * @module
 */

import { sha256 } from "./sha256.ts";
import { imageMetadata, tarball } from "./tarball.ts";

/** A file of an image server, and what its lists say of it. */
export interface ServedFile {
  /** What it holds. */
  bytes: Uint8Array<ArrayBuffer>;
  /** What the list says of it. */
  item: { ftype: string; path: string; sha256: string; size: number };
}

/** A file under a path that holds nothing else. */
export async function servedFile(
  ftype: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<ServedFile> {
  const hash = await sha256(bytes);
  const path = `files/${hash}/${ftype}`;
  return { bytes, item: { ftype, path, sha256: hash, size: bytes.length } };
}

/** An index with one list, in the form that image servers have. */
export function indexOf(products: Record<string, unknown>): Record<string, unknown> {
  return {
    "/streams/v1/index.json": {
      format: "index:1.0",
      index: {
        images: {
          datatype: "image-downloads",
          format: "products:1.0",
          path: "streams/v1/images.json",
          products: Object.keys(products),
        },
        empty: { datatype: "image-downloads", path: "streams/v1/none.json", products: [] },
        other: { datatype: "disk-images", path: "streams/v1/none.json", products: ["x"] },
      },
    },
    "/streams/v1/images.json": {
      content_id: "images",
      datatype: "image-downloads",
      format: "products:1.0",
      products,
    },
  };
}

/** A small image for both daemons, as a product with its files. */
export async function madeImage(name: string): Promise<{ product: object; files: ServedFile[] }> {
  const metadata = tarball({ "metadata.yaml": imageMetadata(name) });
  const root = await servedFile("root.tar.xz", tarball({ "etc/": "", "etc/name": name }));
  const combined = await sha256(metadata, root.bytes);
  const metas = await Promise.all(
    ["incus.tar.xz", "lxd.tar.xz"].map((ftype) => servedFile(ftype, metadata)),
  );
  const items = Object.fromEntries([
    ...metas.map(({ item }) => [item.ftype, { ...item, combined_rootxz_sha256: combined }]),
    [root.item.ftype, root.item],
  ]);
  const product = {
    aliases: `${name}/1,${name}`,
    arch: "amd64",
    os: "Made",
    release: "1",
    release_title: "1",
    variant: "default",
    versions: { "20260101_00:00": { items } },
  };
  return { product, files: [...metas, root] };
}

/** What answers for an image server of these pages and files. */
export function imageServer(
  pages: Record<string, unknown>,
  files: readonly ServedFile[] = [],
): (request: Request) => Response {
  return (request) => {
    const { pathname } = new URL(request.url);
    const page = pages[pathname];
    if (page !== undefined) {
      return new Response(typeof page === "string" ? page : JSON.stringify(page));
    }
    const file = files.find((it) => `/${it.item.path}` === pathname);
    return file ? new Response(file.bytes) : new Response("no such file", { status: 404 });
  };
}
