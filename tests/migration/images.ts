import { assert, assertEquals } from "@std/assert";
import type { Image, ImageFile } from "../../mod.ts";
import { imageAlias } from "../kit/setup.ts";
import { imageMetadata, tarball } from "../kit/tarball.ts";
import { type Section, section } from "./section.ts";

const server = "https://images.example";
const internet = "needs the Internet; tests of their own serve such images on loopback";

/** Images. */
export const imageSections: Section[] = [
  section({
    title: "Image",
    about: "`image` is what `client.images` gives; it is named by its fingerprint.",
    async given({ client }) {
      const image = await client.images.getByAlias(imageAlias);
      await client.projects.create({ name: "gallery" });
      const file = tarball({ "metadata.yaml": imageMetadata("one"), "rootfs/": "" });
      const metadata = tarball({ "metadata.yaml": imageMetadata("two") });
      const rootfs = tarball({ "etc/": "" });
      const { fingerprint } = image;
      const other = client.project("gallery");
      return { client, image, fingerprint, file, metadata, rootfs, other, server };
    },
    rows: [
      [
        "client.images.all()",
        async ({ client }) => await client.images.list(),
        (it: Image[]) => assert(it.length > 0),
      ],
      [
        "client.images.get(fingerprint)",
        async ({ client, fingerprint }) => await client.images.get(fingerprint),
      ],
      [
        "client.images.get_by_alias('busybox')",
        async ({ client }) => await client.images.getByAlias("busybox"),
      ],
      [
        "client.images.exists(fingerprint)",
        async ({ client, fingerprint }) => await client.images.exists(fingerprint),
        assert,
      ],
      [
        "client.images.exists('busybox', alias=True)",
        async ({ client }) => await client.images.aliases.exists("busybox"),
        assert,
      ],
      [
        "client.images.create(data, public=True, wait=True)",
        async ({ client, file }) => await client.images.upload({ file, public: true }),
        (it: Image) => assert(it.data.public),
      ],
      [
        "client.images.create(rootfs, metadata)",
        async ({ client, metadata, rootfs }) => await client.images.upload({ metadata, rootfs }),
      ],
      [
        "client.images.create_from_simplestreams(server, 'alpine/edge', auto_update=True)",
        async ({ client, server }) =>
          await client.images.create({
            source: { type: "image", protocol: "simplestreams", server, alias: "alpine/edge" },
            auto_update: true,
          }),
        internet,
      ],
      [
        "client.images.create_from_url(url)",
        async ({ client, server }) =>
          await client.images.create({ source: { type: "url", url: server } }),
        internet,
      ],
      [
        "image.add_alias('small', 'a small one')",
        async ({ client, image }) =>
          await client.images.aliases.create({
            name: "small",
            description: "a small one",
            target: image.fingerprint,
          }),
      ],
      [
        "image.delete_alias('small')",
        async ({ client }) => await client.images.aliases.at("small").delete(),
      ],
      [
        "image.properties['os'] = 'mine'; image.save()",
        async ({ image }) =>
          await image.edit((it) => {
            it.properties = { ...it.properties, os: "mine" };
          }),
        (it: Image) => assertEquals(it.data.properties.os, "mine"),
      ],
      [
        "image.export()",
        ({ image }) => image.export(),
        async (it: AsyncIterable<ImageFile>) => {
          for await (const { readable } of it) await new Response(readable).bytes();
        },
      ],
      [
        "image.copy(new_client, wait=True)",
        async ({ image, other }) => await image.copyTo(other),
      ],
      [
        "image.delete(wait=True)",
        async ({ other, fingerprint }) => await other.images.at(fingerprint).delete(),
      ],
    ],
  }),
];
