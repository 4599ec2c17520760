import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  type Client,
  connect,
  ConnectionError,
  type Image,
  OperationError,
  ProtocolError,
  type Task,
  TruncatedError,
  UnsupportedError,
} from "../../mod.ts";
import { mutationTests } from "../kit/both_ways.ts";
import {
  background,
  failed,
  FakeConnector,
  type FakeResponse,
  never,
  operationData,
  refusal,
  succeeded,
  sync,
} from "../kit/fake_connector.ts";

const FINGERPRINT = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const PATH = `/1.0/images/${FINGERPRINT}`;
const image = {
  fingerprint: FINGERPRINT,
  public: false,
  properties: { os: "busybox" },
  aliases: [{ name: "old", description: "Old" }],
  filename: "abc.tar",
  type: "container",
  size: 3,
};
const made = { fingerprint: FINGERPRINT, size: "3" };
const extensions = ["image_force_refresh"];

/** A server that has the image, and a client of it. */
async function fakeServer(
  kind: "lxd" | "incus" = "incus",
): Promise<{ fake: FakeConnector; client: Client }> {
  const fake = new FakeConnector({ kind, extensions }).on(`GET ${PATH}`, sync(image));
  return { fake, client: await connect({ connector: fake }) };
}

const ALIAS = "/1.0/images/aliases/debian%2F12";
const alias = { name: "debian/12", target: FINGERPRINT };
const fromUrl = { source: { type: "url", url: "https://host/image" } } as const;

mutationTests({
  extensions,
  reads: {
    [PATH]: image,
    [ALIAS]: alias,
    "/1.0/images/aliases/debian": { ...alias, name: "debian" },
  },
}, [
  {
    route: "POST /1.0/images",
    run: async ({ images }) => (await images.create(fromUrl)).data,
    body: fromUrl,
    told: made,
    result: image,
  },
  {
    route: "POST /1.0/images",
    run: async ({ instances }) => (await instances.at("web").publish({ public: true })).fingerprint,
    body: { public: true, source: { type: "instance", name: "web" } },
    told: made,
    result: FINGERPRINT,
  },
  {
    route: "POST /1.0/images",
    run: async ({ images }) => (await images.upload({ file: new Blob(["abc"]) })).fingerprint,
    told: made,
    result: FINGERPRINT,
  },
  {
    route: `PUT ${PATH}`,
    run: ({ images }) => images.at(FINGERPRINT).edit((it) => void (it.public = true)),
    body: { ...image, public: true },
  },
  {
    route: `PATCH ${PATH}`,
    run: ({ images }) => images.at(FINGERPRINT).patch({ public: true }),
    body: { public: true },
  },
  {
    // The servers pass over them in a PATCH.
    route: `PUT ${PATH}`,
    run: ({ images }) =>
      images.at(FINGERPRINT).patch({ profiles: ["p"], properties: { "user.new": "1" } }),
    body: { ...image, profiles: ["p"], properties: { ...image.properties, "user.new": "1" } },
  },
  { route: `DELETE ${PATH}`, run: ({ images }) => images.at(FINGERPRINT).delete() },
  {
    route: `POST ${PATH}/refresh`,
    run: ({ images }) => images.at(FINGERPRINT).update(),
    told: { refreshed: true },
    result: true,
  },
  {
    route: "POST /1.0/images/aliases",
    run: ({ images }) => images.aliases.create(alias),
    body: alias,
  },
  {
    route: `POST ${ALIAS}`,
    run: async ({ images }) => (await images.aliases.at("debian/12").rename("debian")).name,
    body: { name: "debian" },
    result: "debian",
  },
  {
    route: `PUT ${ALIAS}`,
    run: ({ images }) => images.aliases.at("debian/12").edit((it) => void (it.description = "a")),
    body: { ...alias, description: "a" },
  },
  {
    route: `PUT ${ALIAS}`,
    run: ({ images }) => images.aliases.at("debian/12").patch({ description: "b" }),
    body: { ...alias, description: "b" },
  },
  { route: `DELETE ${ALIAS}`, run: ({ images }) => images.aliases.at("debian/12").delete() },
]);

Deno.test("An upload says what the dialect of the server wants, and names the image", async () => {
  const { fake, client } = await fakeServer("lxd");
  fake.on("POST /1.0/images", sync(made)).on("POST /1.0/images/aliases", sync());
  const told: (number | undefined)[] = [];
  await client.images.upload({
    metadata: new Blob(["a"]),
    rootfs: new Blob(["bc"]).stream(),
    type: "virtual-machine",
    fingerprint: FINGERPRINT,
    profiles: ["a b", "c&d"],
    properties: { "k=": "v&" },
    aliases: [{ name: "one" }, { name: "two", description: "Two" }],
  }, { onProgress: ({ bytes }) => void told.push(bytes) });
  const [upload] = fake.sent("POST /1.0/images");
  const { headers, body } = upload!;
  assertEquals(headers.get("x-lxd-fingerprint"), FINGERPRINT);
  assertEquals(headers.get("x-lxd-profiles"), "profile=a+b&profile=c%26d");
  assertEquals(headers.get("x-lxd-properties"), "k%3D=v%26");
  assertEquals(headers.get("x-lxd-public"), null);
  const type = headers.get("content-type")!;
  const form = await new Response(body, { headers: { "content-type": type } }).formData();
  assertEquals([...form.keys()], ["metadata", "rootfs.img"]);
  assertEquals(told, [body.length]);
  assertEquals(fake.sent("POST /1.0/images/aliases").map(({ json }) => json), [
    { name: "one", target: FINGERPRINT },
    { name: "two", description: "Two", target: FINGERPRINT },
  ]);
});

Deno.test("What is no image is refused before anything is sent", async () => {
  const { fake, client } = await fakeServer();
  const before = fake.log.length;
  for (const image of ["abc", undefined, {}, { rootfs: new Blob() }, { file: undefined }]) {
    const upload = async () => await client.images.upload(image as never);
    await assertRejects(upload, TypeError, "give its file, or its metadata and its rootfs");
  }
  assertEquals(fake.log.length, before);
});

Deno.test("An image that the server does not name is told so", async () => {
  const { fake, client } = await fakeServer();
  fake.on("POST /1.0/images", sync());
  const create = async () => await client.images.upload({ file: new Blob() });
  await assertRejects(create, ProtocolError, "the server named none");
});

Deno.test("An update that does not find its source has failed, and is not forgotten", async () => {
  const { fake, client } = await fakeServer();
  fake.on(`POST ${PATH}/refresh`, background(operationData()))
    .on("GET /1.0/operations/0b1c/wait", refusal(404, "Image source not found", 200))
    .on("GET /1.0/operations/0b1c", sync(failed("Image source not found")));
  const update = async () => await client.images.at(FINGERPRINT).update();
  const error = await assertRejects(update, OperationError, "Image source not found");
  assertEquals(error.outcome, "failure");
});

Deno.test("An update is not asked of a server that cannot do it", async () => {
  const fake = new FakeConnector();
  const client = await connect({ connector: fake });
  await assertRejects(
    async () => await client.images.at(FINGERPRINT).update(),
    UnsupportedError,
    "image_force_refresh",
  );
  assertEquals(fake.log, []);
});

/** All files of an image. */
async function readAll(client: Client, options = {}): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, filename, readable } of client.images.at(FINGERPRINT).export(options)) {
    files.push(name, filename, await new Response(readable).text());
  }
  return files;
}

function whole(text: string, headers: Record<string, string> = {}): FakeResponse {
  return { body: text, headers: { "content-type": "application/octet-stream", ...headers } };
}

Deno.test("What comes is compared with the fingerprint, unless told otherwise", async () => {
  const { fake, client } = await fakeServer();
  const disposition = { "content-disposition": "inline;filename=../../abc.tar" };
  fake.on(`GET ${PATH}/export`, whole("abc", disposition));
  assertEquals(await readAll(client, { secret: "s3" }), ["image", "abc.tar", "abc"]);
  assertEquals(fake.requests.at(-1)?.query.get("secret"), "s3");
  fake.on(`GET ${PATH}/export`, whole("abd"));
  const words =
    "the SHA-256 of what came is a52d159f262b2c6ddb724a61840befc36eb30c88877a4030b65cbe86298449c9";
  await assertRejects(() => readAll(client), ProtocolError, words);
  assertEquals(await readAll(client, { verify: false }), ["image", FINGERPRINT, "abd"]);
  fake.on(`GET ${PATH}/export`, whole("abd", { "x-incus-type": "oci" }));
  assertEquals((await readAll(client)).at(-1), "abd");
});

Deno.test("The parts of an image are compared with its fingerprint together", async () => {
  const { fake, client } = await fakeServer();
  const form = (rootfs: string) =>
    '--b\r\nContent-Disposition: form-data; name="metadata"; filename="m"\r\n\r\na\r\n' +
    `--b\r\nContent-Disposition: form-data; name="rootfs"; filename="r"\r\n\r\n${rootfs}\r\n--b--\r\n`;
  const type = { "content-type": "multipart/form-data; boundary=b" };
  fake.on(`GET ${PATH}/export`, whole(form("bc"), type));
  assertEquals(await readAll(client), ["metadata", "m", "a", "rootfs", "r", "bc"]);
  fake.on(`GET ${PATH}/export`, whole(form("bd"), type));
  await assertRejects(() => readAll(client), ProtocolError, "SHA-256");
  // What is passed over counts as well.
  const skipped = async () => {
    for await (const { readable } of client.images.at(FINGERPRINT).export()) {
      await readable.cancel();
    }
  };
  await assertRejects(skipped, ProtocolError, "SHA-256");
});

Deno.test("An export that breaks off is told as broken off", async () => {
  const { fake, client } = await fakeServer();
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new Uint8Array(3)),
    pull: (controller) => controller.error(new Error("reset")),
  });
  fake.on(`GET ${PATH}/export`, { body });
  await assertRejects(() => readAll(client), TruncatedError, `export image "${FINGERPRINT}"`);
});

Deno.test("A file that was left cannot be read as if it had ended there", async () => {
  const { fake, client } = await fakeServer();
  fake.on(`GET ${PATH}/export`, whole("abc"));
  const files = client.images.at(FINGERPRINT).export({ verify: false });
  const { value } = await files.next();
  await files.return();
  const read = () => new Response(value!.readable).text();
  await assertRejects(read, TypeError, "the rest was given up");
});

Deno.test("A secret is asked for, kept out of what is printed, and taken back", async () => {
  const { fake, client } = await fakeServer();
  const token = operationData({ class: "token", metadata: { secret: "s3cret" } });
  fake.on(`POST ${PATH}/secret`, background(token)).on("DELETE /1.0/operations/0b1c", sync());
  const { secret, operation } = await client.images.at(FINGERPRINT).createSecret();
  assertEquals(secret, "s3cret");
  assert(!Deno.inspect(operation).includes("s3cret"));
  await operation.cancel();
  await client.images.get(FINGERPRINT, { secret });
  assertEquals(fake.requests.at(-1)?.query.get("secret"), "s3cret");
  fake.on(`POST ${PATH}/secret`, sync());
  const ask = () => client.images.at(FINGERPRINT).createSecret();
  await assertRejects(ask, ProtocolError, "the server sent none");
});

const listening = {
  api_version: "1.0",
  environment: { addresses: ["[::1]:1", "127.0.0.1:2"], certificate: "PEM" },
};

/** Two servers; the image is on the first. */
async function fakeServers(): Promise<
  { source: FakeConnector; target: FakeConnector; copy(options?: object): Task<Image> }
> {
  const { fake: source, client } = await fakeServer();
  const target = new FakeConnector();
  const other = await connect({ connector: target, project: "ci" });
  // It comes to be there as soon as it was sent.
  target.on(`GET ${PATH}`, refusal(404, "Image not found"), sync(image))
    .on("POST /1.0/images/aliases", sync());
  return {
    source,
    target,
    copy: (options) => client.images.at(FINGERPRINT).copyTo(other, options),
  };
}

Deno.test("A copy by pull tries each address of the source with one secret", async () => {
  const { source, target, copy } = await fakeServers();
  const token = operationData({ class: "token", metadata: { secret: "s3cret" } });
  source.on("GET /1.0", sync(listening)).on(`POST ${PATH}/secret`, background(token))
    .on("DELETE /1.0/operations/0b1c", sync());
  target.on(
    "POST /1.0/images",
    background(operationData({ id: "a" })),
    background(operationData({ id: "b" })),
  )
    .on("GET /1.0/operations/a/wait", sync(failed("no route to host", { id: "a" })))
    .on("GET /1.0/operations/b/wait", sync(succeeded({ id: "b", metadata: made })));
  await copy({ autoUpdate: true, aliases: [{ name: "new" }], copyAliases: true, profiles: ["p"] });
  const sent = target.sent("POST /1.0/images").map(({ json }) => json);
  assertEquals(sent.map(({ source }) => source.server), ["https://[::1]:1", "https://127.0.0.1:2"]);
  assertEquals(sent[1], {
    auto_update: true,
    profiles: ["p"],
    source: {
      type: "image",
      mode: "pull",
      server: "https://127.0.0.1:2",
      protocol: "incus",
      certificate: "PEM",
      fingerprint: FINGERPRINT,
      secret: "s3cret",
      image_type: "container",
    },
  });
  assertEquals(source.sent(`POST ${PATH}/secret`).length, 1);
  assertEquals(source.sent("DELETE /1.0/operations/0b1c").length, 1);
  assertEquals(target.sent("POST /1.0/images/aliases").map(({ json }) => json), [
    { name: "new", target: FINGERPRINT },
    { name: "old", description: "Old", target: FINGERPRINT },
  ]);
  assertEquals(target.sent("POST /1.0/images")[0]?.query.get("project"), "ci");
});

Deno.test("A copy by push gives the source a secret of the target", async () => {
  const { source, target, copy } = await fakeServers();
  const token = operationData({ class: "token", metadata: { secret: "s3cret" } });
  target.on("GET /1.0", sync(listening)).on("POST /1.0/images", background(token))
    .on("DELETE /1.0/operations/0b1c", sync());
  source.on(`POST ${PATH}/export`, refusal(400, "no route to host"), sync());
  await copy({ mode: "push", public: true });
  assertEquals(target.sent("POST /1.0/images")[0]?.json, {
    public: true,
    properties: { os: "busybox" },
    source: { mode: "push", fingerprint: FINGERPRINT },
  });
  assertEquals(source.sent(`POST ${PATH}/export`)[1]?.json, {
    target: "https://127.0.0.1:2",
    certificate: "PEM",
    secret: "s3cret",
    project: "ci",
  });
  assertEquals(target.sent("DELETE /1.0/operations/0b1c").length, 1);
});

Deno.test("A copy is relayed where no server listens, with what its fingerprint must be", async () => {
  const { source, target, copy } = await fakeServers();
  source.on(`GET ${PATH}/export`, whole("abc"));
  target.on("POST /1.0/images", sync(made));
  const told: object[] = [];
  const progress = { onProgress: (it: object) => void told.push(it) };
  assertEquals((await copy(progress)).fingerprint, FINGERPRINT);
  const { headers, body } = target.sent("POST /1.0/images")[0]!;
  assertEquals(new TextDecoder().decode(body), "abc");
  assertEquals(headers.get("x-incus-fingerprint"), FINGERPRINT);
  assertEquals(headers.get("x-incus-properties"), "os=busybox");
  assertEquals(headers.get("x-incus-filename"), "abc.tar");
  const text = "upload: 3 bytes";
  assertEquals(told, [{ stage: "upload", bytes: 3, total: 3, percent: 100, text }]);
});

Deno.test("A copy in one way says why it does not work", async () => {
  const { copy, source, target } = await fakeServers();
  const error = await assertRejects(async () => await copy({ mode: "pull" }), ConnectionError);
  assertStringIncludes(error.message, "listens on no address");
  target.on(`GET ${PATH}`, refusal(404, "Image not found"))
    .on("POST /1.0/images", refusal(403, "not yours"));
  source.on(`GET ${PATH}/export`, whole("abc"));
  await assertRejects(async () => await copy(), Error, "not yours");
});

Deno.test("A relay ends with a refusal, though the source sends nothing more", async () => {
  const { copy, source, target } = await fakeServers();
  const part =
    '--b\r\nContent-Disposition: form-data; name="metadata"; filename="m"\r\n\r\nabc\r\n--b\r\n';
  const stalled = (signal: AbortSignal) =>
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(part));
        signal.addEventListener("abort", () => controller.error(signal.reason));
      },
    });
  const fromSource = source.fetch;
  source.fetch = async (path, request = {}) => {
    if (!path.endsWith("/export")) return await fromSource.call(source, path, request);
    const headers = { "content-type": "multipart/form-data; boundary=b" };
    return new Response(stalled(request.signal!), { headers });
  };
  // Unlike the fake, servers refuse without having read the whole body.
  const toTarget = target.fetch;
  target.fetch = async (path, request = {}) => {
    if (!(request.body instanceof ReadableStream)) {
      return await toTarget.call(target, path, request);
    }
    const reader = request.body.getReader();
    for (let i = 0; i < 3; i++) await reader.read();
    reader.read().catch(() => {});
    // By then the relay waits for the second file.
    await new Promise((resolve) => setTimeout(resolve, 20));
    return Response.json({ type: "error", error_code: 404, error: "no project" }, { status: 404 });
  };
  await assertRejects(async () => await copy({ mode: "relay" }), Error, "no project");
});

Deno.test("An abort ends a copy without another try", async () => {
  const { copy, source, target } = await fakeServers();
  source.on("GET /1.0", sync(listening)).on(`POST ${PATH}/secret`, () => {
    queueMicrotask(() => stop.abort(new Error("Enough")));
    return never();
  });
  const stop = new AbortController();
  await assertRejects(async () => await copy({ signal: stop.signal }), Error, "Enough");
  assertEquals(target.sent("POST /1.0/images").length, 0);
});
