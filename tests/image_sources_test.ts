/**
 * Images that servers fetch from elsewhere, and what callers see that no server trusts, on Deno.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { type Client, connect, type Image, NotFoundError } from "../mod.ts";
import { uniqueName } from "./kit/case.ts";
import { presentServers, type SharedServer } from "./kit/servers.ts";
import { sha256 } from "./kit/sha256.ts";
import { serverTest } from "./kit/suite.ts";
import { imageMetadata, tarball } from "./kit/tarball.ts";

/** Registers a test with a client of each server. */
function clientTest(name: string, run: (server: SharedServer, client: Client) => Promise<void>) {
  serverTest(name, async (server) => {
    await using client = await connect({ socket: server.socket });
    await run(server, client);
  });
}

function unified(name: string): Uint8Array<ArrayBuffer> {
  return tarball({ "metadata.yaml": imageMetadata(name), "rootfs/": "", "rootfs/file": name });
}

type Handler = (path: string, request: Request) => Response | undefined;

/** Serves files over HTTP on loopback while `run` runs. */
async function serving(handle: Handler, run: (url: string) => Promise<void>): Promise<void> {
  const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
  const server = Deno.serve(options, (request) => {
    const { pathname } = new URL(request.url);
    return handle(pathname, request) ?? new Response("nothing here", { status: 404 });
  });
  try {
    await run(`http://127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

clientTest("An image is made from a web address", async ({ kind }, client) => {
  const file = unified(uniqueName("url"));
  const fingerprint = await sha256(file);
  const prefix = kind === "lxd" ? "LXD-Image" : "Incus-Image";
  let address = "";
  const handle: Handler = (path) => {
    if (path === "/file") return new Response(file);
    return new Response(null, {
      headers: { [`${prefix}-Hash`]: fingerprint, [`${prefix}-URL`]: `${address}/file` },
    });
  };
  await serving(handle, async (url) => {
    address = url;
    const image = await client.images.create({ source: { type: "url", url: `${url}/image` } });
    assertEquals(image.fingerprint, fingerprint);
    await image.delete();
  });
});

/** A simplestreams server of one product, whose versions can be added to. */
class Streams {
  readonly #versions: Record<string, object> = {};
  readonly #files = new Map<string, Uint8Array<ArrayBuffer>>();

  async add(version: string, name: string): Promise<string> {
    const file = unified(name);
    const fingerprint = await sha256(file);
    const path = `images/${fingerprint}.tar`;
    this.#files.set(`/${path}`, file);
    const item = { ftype: "lxd_combined.tar.gz", path, sha256: fingerprint, size: file.length };
    const incus = { ...item, ftype: "incus_combined.tar.gz" };
    this.#versions[version] = { items: { lxd: item, incus } };
    return fingerprint;
  }

  handle(path: string): Response | undefined {
    const file = this.#files.get(path);
    if (file) return new Response(file);
    if (path === "/streams/v1/index.json") {
      const images = {
        datatype: "image-downloads",
        path: "streams/v1/images.json",
        format: "products:1.0",
        products: ["made:1:amd64:default"],
      };
      return Response.json({ format: "index:1.0", index: { images } });
    }
    if (path !== "/streams/v1/images.json") return undefined;
    const product = {
      aliases: "made,made/1",
      arch: "amd64",
      os: "Made",
      release: "1",
      release_title: "1",
      variant: "default",
      versions: this.#versions,
    };
    return Response.json({
      content_id: "images",
      datatype: "image-downloads",
      format: "products:1.0",
      products: { "made:1:amd64:default": product },
    });
  }
}

clientTest("An image of a simplestreams server is fetched", async (_, client) => {
  const streams = new Streams();
  const name = uniqueName("streams");
  const first = await streams.add("20260101_01:00", `${name}-1`);
  await serving((path) => streams.handle(path), async (server) => {
    const image = await client.images.create({
      aliases: [{ name }],
      auto_update: true,
      source: { type: "image", protocol: "simplestreams", server, alias: "made/1" },
    });
    assertEquals(image.fingerprint, first);
    assertEquals(image.data.update_source?.protocol, "simplestreams");
    assertEquals(await image.update(), false);
    await image.delete();
  });
});

/** Connects without a certificate of one's own. */
async function stranger({ httpsPort, home }: SharedServer): Promise<Client> {
  const serverCert = await Deno.readTextFile(`${home}/server.crt`);
  return await connect({ url: `https://127.0.0.1:${httpsPort}`, serverCert });
}

async function readImage(image: Image, secret?: string): Promise<Uint8Array<ArrayBuffer>> {
  for await (const { readable } of image.export({ secret })) {
    return new Uint8Array(await new Response(readable).arrayBuffer());
  }
  return new Uint8Array();
}

clientTest(
  "A stranger sees public images, and private ones by a secret",
  async (server, client) => {
    const file = unified(uniqueName("private"));
    const image = await client.images.upload({ file });
    try {
      await using other = await stranger(server);
      assertEquals(other.server.trusted, false);
      const { fingerprint } = image;
      await assertRejects(() => other.images.get(fingerprint), NotFoundError);
      const { secret } = await image.createSecret();
      assertEquals((await other.images.get(fingerprint, { secret })).fingerprint, fingerprint);
      assertEquals(await readImage(other.images.at(fingerprint), secret), file);
      await image.patch({ public: true });
      assert((await other.images.names()).includes(fingerprint));
      assertEquals(await readImage(await other.images.get(fingerprint)), file);
    } finally {
      await image.delete();
    }
  },
);

const servers = presentServers();
Deno.test({
  name: "Images are copied between LXD and Incus, by pull or as a relay",
  ignore: servers.length < 2,
  async fn() {
    const [first, second] = servers;
    for (const [from, to] of [[first, second], [second, first]] as const) {
      await using source = await connect({ socket: from!.socket });
      await using target = await connect({ socket: to!.socket });
      const name = uniqueName("across");
      const image = await source.images.upload({ file: unified(name), aliases: [{ name }] });
      try {
        for (const mode of ["pull", "relay", undefined] as const) {
          const copy = await image.copyTo(target, { mode, copyAliases: true });
          assertEquals(copy.fingerprint, image.fingerprint);
          assertEquals((await target.images.getByAlias(name)).fingerprint, image.fingerprint);
          assertEquals(await readImage(copy), unified(name));
          await copy.delete();
        }
      } finally {
        await image.delete();
      }
    }
  },
});
