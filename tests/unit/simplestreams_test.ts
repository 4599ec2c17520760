/**
 * What is read of an image server's lists, and what is not taken from it.
 *
 * @module
 */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ConnectionError, NotFoundError, ProtocolError, TruncatedError } from "../../mod.ts";
import { type Simplestreams, simplestreams } from "../../src/simplestreams/mod.ts";
import { imageServer, indexOf, madeImage, servedFile } from "../kit/image_server.ts";

const item = (ftype: string, more: object = {}) => {
  return {
    ftype,
    path: `files/${ftype}`,
    sha256: ftype.length.toString(16).repeat(64),
    size: 10,
    ...more,
  };
};

const incus = item("incus.tar.xz", {
  combined_squashfs_sha256: "a".repeat(64),
  combined_rootxz_sha256: "b".repeat(64),
  "combined_disk-kvm-img_sha256": "c".repeat(64),
});

/** A product as image servers write it. */
function product(versions: Record<string, object[]>, more: object = {}): object {
  const numbered = Object.entries(versions).map((
    [serial, items],
  ) => [serial, { items: { ...items } }]);
  return {
    aliases: "thing/1/default,thing/1",
    arch: "amd64",
    os: "Thing",
    release: "one",
    release_title: "1",
    variant: "default",
    versions: Object.fromEntries(numbered),
    ...more,
  };
}

function reader(products: Record<string, unknown>, more: object = {}): Simplestreams {
  const answer = imageServer(indexOf(products));
  return simplestreams({
    url: "https://images.example",
    fetch: (input, init) => Promise.resolve(answer(new Request(input, init))),
    ...more,
  });
}

const full = [
  incus,
  item("squashfs"),
  item("disk-kvm.img"),
  item("root.tar.xz"),
  item("squashfs.vcdiff"),
];

Deno.test("Images are listed with all that is known of them", async () => {
  const it = product({ "20260102_03:04": [incus, item("squashfs")] }, {
    requirements: { secureboot: "false" },
    support_eol: "2030-01-02",
  });
  assertEquals(await reader({ it }).list(), [{
    aliases: ["thing/1/default", "thing/1"],
    architecture: "x86_64",
    dialect: "incus",
    files: [
      { name: "metadata", type: "incus.tar.xz", path: incus.path, sha256: incus.sha256, size: 10 },
      {
        name: "rootfs",
        type: "squashfs",
        path: "files/squashfs",
        sha256: "8".repeat(64),
        size: 10,
      },
    ],
    fingerprint: "a".repeat(64),
    os: "Thing",
    release: "one",
    releaseTitle: "1",
    requirements: { secureboot: "false" },
    serial: "20260102_03:04",
    size: 20,
    supportedUntil: "2030-01-02",
    type: "container",
    variant: "default",
  }]);
});

Deno.test("Each root file system makes an image of its own", async () => {
  const images = await reader({ it: product({ "20260101": full }) }).list();
  assertEquals(
    images.map((it) => [it.type, it.fingerprint[0], it.files.map((it) => it.name).join()]),
    [
      ["container", "a", "metadata,rootfs"],
      ["container", "b", "metadata,rootfs"],
      ["virtual-machine", "c", "metadata,rootfs.img"],
    ],
  );
  const combined = item("lxd_combined.tar.gz");
  const [whole] = await reader({ it: product({ "20260101": [combined] }) }).list();
  assertEquals([whole?.files[0]?.name, whole?.fingerprint], ["image", combined.sha256]);
});

Deno.test("Each daemon has files of its own", async () => {
  const lxd = item("lxd.tar.xz", { combined_squashfs_sha256: "d".repeat(64) });
  const both = product({ "20260101": [incus, lxd, item("squashfs")] });
  const old = product({ "20260101": [lxd, item("squashfs")] }, { os: "Zebra" });
  const dialects = async (more: object) =>
    (await reader({ both, old }, more).list()).map((it) => `${it.os} ${it.dialect}`);
  assertEquals(await dialects({}), ["Thing incus", "Zebra lxd"]);
  assertEquals(await dialects({ dialect: "lxd" }), ["Thing lxd", "Zebra lxd"]);
  assertEquals(await dialects({ dialect: "incus" }), ["Thing incus"]);
});

Deno.test("What servers pass over is left out", async () => {
  const images = await reader({
    strange: product({ "20260101": full }, { arch: "vax" }),
    undated: product({ latest: full }),
    unchecked: product({ "20260101": [incus, item("squashfs", { sha256: undefined })] }),
    unnamed: product({ "20260101": [item("incus.tar.xz"), item("squashfs")] }),
    alone: product({ "20260101": [incus] }),
    nothing: {},
  }).list();
  assertEquals(images, []);
});

const many = {
  amd: product({ "20260101": full, "20260301": full, "20260201": full }),
  arm: product({ "20260201": [incus, item("squashfs")] }, { arch: "arm64" }),
  cloud: product({ "20260101": full }, { variant: "cloud", aliases: "thing/1/cloud" }),
  other: product({ "20260101": full }, { os: "Another", release: "two", aliases: "another" }),
};

Deno.test("Images are filtered, and the newest comes first", async () => {
  const server = reader(many);
  const all = await server.list({ type: "virtual-machine" });
  assertEquals(all.map((it) => `${it.os} ${it.variant} ${it.architecture} ${it.serial}`), [
    "Another default x86_64 20260101",
    "Thing cloud x86_64 20260101",
    "Thing default x86_64 20260301",
    "Thing default x86_64 20260201",
    "Thing default x86_64 20260101",
  ]);
  const count = async (filter: object) => (await server.list(filter)).length;
  assertEquals(await count({ os: "thing", variant: "cloud" }), 3);
  assertEquals([await count({ architecture: "arm64" }), await count({ architecture: "aarch64" })], [
    1,
    1,
  ]);
  assertEquals([await count({ release: "two" }), await count({ release: "none" })], [3, 0]);
  await assertRejects(() => server.list({ architecture: "vax" }), TypeError, '"vax"');
});

Deno.test("An alias leads to the newest image of it", async () => {
  const server = reader(many);
  const { serial, type, fingerprint } = await server.get("thing/1", { architecture: "amd64" });
  assertEquals([serial, type, fingerprint], ["20260301", "container", "a".repeat(64)]);
  assertEquals((await server.get("thing/1/arm64")).architecture, "aarch64");
  assertEquals((await server.get("thing/1/aarch64")).architecture, "aarch64");
  assertEquals((await server.get("thing/1/cloud")).variant, "cloud");
  const vm = await server.get("thing/1/default", { type: "virtual-machine" });
  assertEquals(vm.fingerprint, "c".repeat(64));
  assertEquals((await server.get("c".repeat(12))).type, "virtual-machine");
  await assertRejects(() => server.get("thing/1"), TypeError, "one of aarch64, x86_64");
  await assertRejects(() => server.get("nothing"), NotFoundError, 'no image "nothing" that fits');
  await assertRejects(() => server.get("thing/1/vax"), NotFoundError);
  await assertRejects(() => server.get("another", { variant: "cloud" }), NotFoundError);
});

Deno.test("A broken list is told by its place", async () => {
  const pages = (index: unknown, list: unknown = {}) => {
    return { "/streams/v1/index.json": index, "/l": list };
  };
  const lists = (products: unknown) => pages({ index: { a: entry } }, { products });
  const entry = { datatype: "image-downloads", path: "l", products: ["x"] };
  const cases: [pages: Record<string, unknown>, message: string][] = [
    [{}, "the server answered 404"],
    [pages("<html>"), 'it is no JSON, and starts "<html>"'],
    [pages([]), "the file is no object"],
    [pages({}), 'the file, "index" is no object'],
    [pages({ index: { a: 1 } }), 'the file, "index", "a" is no object'],
    [pages({ index: { a: { ...entry, path: 1 } } }), '"path" is no text'],
    [
      pages({ index: { a: { ...entry, path: "https://else.example/l" } } }),
      "it leads to another server",
    ],
    [pages({ index: { a: entry } }), 'the file, "products" is no object'],
    [lists({ x: [] }), '"products", "x" is no object'],
    [lists({ x: product({}, { aliases: ["a"] }) }), '"aliases" is no text'],
    [
      lists({ x: product({ "20260101": [item("squashfs", { size: "10" }), incus] }) }),
      '"size" is no number',
    ],
  ];
  for (const [pages, message] of cases) {
    const answer = imageServer(pages);
    const fetch = (input: URL | RequestInfo) => Promise.resolve(answer(new Request(input)));
    const server = simplestreams({ url: "https://images.example", fetch });
    await assertRejects(() => server.list(), ProtocolError, message);
  }
});

Deno.test("Files are checked as they come", async () => {
  const { product, files } = await madeImage("made");
  const [, , root] = files;
  const spoilt = { ...root!, bytes: root!.bytes.map((byte) => byte ^ 1) };
  const short = { ...root!, bytes: root!.bytes.subarray(1) };
  const long = { ...root!, bytes: await new Blob([root!.bytes, "x"]).bytes() };
  const answers = [root!, spoilt, short, long].map((it) => imageServer(indexOf({ product }), [it]));
  const ways = answers.values();
  await using server = Deno.serve({ port: 0, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    return (pathname.includes("/files/") ? ways.next().value! : answers[0]!)(
      new Request(new URL(pathname.replace("/base", ""), "http://x")),
    );
  });
  const reader = simplestreams({ url: `http://127.0.0.1:${server.addr.port}/base` });
  const { files: listed } = await reader.get("made");
  const file = listed[1]!;
  const told: number[] = [];
  const { size, readable } = await reader.download(file, {
    onProgress: ({ bytes }) => told.push(bytes ?? 0),
  });
  assertEquals(await new Response(readable).bytes(), root!.bytes);
  assertEquals([size, told.at(-1)], [root!.bytes.length, root!.bytes.length]);
  const bytes = async () => await new Response((await reader.download(file)).readable).bytes();
  await assertRejects(bytes, ProtocolError, "the SHA-256 of what came is");
  await assertRejects(bytes, TruncatedError, `${file.size - 1} of ${file.size} bytes came`);
  await assertRejects(bytes, ProtocolError, `more than its ${file.size} bytes came`);
});

Deno.test("A download waits for its reader, breaks off with its connection, and ends with its signal", async () => {
  const chunk = new Uint8Array(64 * 1024);
  let sent = 0;
  const { item } = await servedFile("squashfs", new Uint8Array(0));
  const file = {
    name: "rootfs" as const,
    type: "squashfs",
    path: item.path,
    sha256: item.sha256,
    size: 2 ** 40,
  };
  const endless = () => {
    return new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += chunk.length;
        controller.enqueue(chunk);
      },
    });
  };
  const respond = (body: ReadableStream<Uint8Array>) =>
    simplestreams({ url: "http://x", fetch: () => Promise.resolve(new Response(body)) });
  const reason = new Error("enough");
  const { readable } = await respond(endless()).download(file);
  const reader = readable.getReader();
  await reader.read();
  await new Promise((done) => setTimeout(done));
  assert(sent < 16 * chunk.length, `${sent} bytes were taken for one that was read`);
  await reader.cancel(reason);
  const broken = new ReadableStream({
    pull: (controller) => controller.error(new TypeError("reset")),
  });
  const lost = await respond(broken).download(file);
  await assertRejects(
    () => new Response(lost.readable).bytes(),
    TruncatedError,
    "the connection broke",
  );
  const signal = AbortSignal.abort(reason);
  assertEquals(await assertRejects(() => respond(endless()).download(file, { signal })), reason);
  const refused = simplestreams({
    url: "http://x",
    fetch: () => Promise.reject(new TypeError("no")),
  });
  await assertRejects(() => refused.list(), ConnectionError, "Cannot reach http://x/streams/v1/");
});

Deno.test("The URL of an image server holds no secret", () => {
  for (const url of ["ftp://x", "https://a:hunter2@x", "https://x/?token=hunter2"]) {
    const error = assertThrows(() => simplestreams({ url }), TypeError);
    assert(!error.message.includes("hunter2"));
  }
});
