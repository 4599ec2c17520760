import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { defineCase } from "../kit/case.ts";
import { makeContainer } from "../kit/container.ts";

defineCase("The tree reaches every path in every way of writing it", async (context) => {
  const { client } = context;
  const { name } = await makeContainer(context);
  const { api } = client;
  const responses = await Promise.all([
    api.instances![name]!.get(),
    api("instances")(name).get(),
    api["instances"]!(name).get(),
  ]);
  for (const response of responses) {
    assert(response instanceof Response);
    assertEquals(response.status, 200);
    assertEquals((await response.json()).metadata.name, name);
  }
  const state = await api.instances![name]!.state!.get();
  assertEquals((await state.json()).metadata.status, "Stopped");
  const root = await api.get();
  assertEquals((await root.json()).metadata.api_version, "1.0");
});

defineCase("The tree sends every verb, with query and headers", async (context) => {
  const { client } = context;
  const path = client.api("profiles");
  const name = context.name("tree");
  const post = await path.post({ name, config: { "user.a": "1" } });
  assertEquals(post.status, 201);
  await post.body?.cancel();
  const read = await path(name).get();
  const etag = read.headers.get("etag")!;
  const { metadata } = await read.json();
  const put = await path(name).put({ ...metadata, description: "put" }, {
    headers: { "if-match": etag },
  });
  assertEquals((await put.json()).type, "sync");
  const stale = await path(name).put(metadata, { headers: { "if-match": etag } });
  assertEquals(stale.status, 412);
  assertEquals((await stale.json()).type, "error");
  const patch = await path(name).patch({ config: { "user.b": "2" } });
  assertEquals(patch.status, 200);
  await patch.body?.cancel();
  const listed = await path.get({ query: { recursion: 1 } });
  const all = (await listed.json()).metadata as { name: string; config: Record<string, string> }[];
  assertEquals(all.find((it) => it.name === name)!.config, { "user.a": "1", "user.b": "2" });
  const gone = await path(name).delete();
  assertEquals(gone.status, 200);
  await gone.body?.cancel();
  const missing = await path(name).get();
  assertEquals([missing.status, (await missing.json()).error_code], [404, 404]);
});

defineCase(
  "The tree carries bytes as they are, and goes to the project of its client",
  async (context) => {
    const { client } = context;
    const { name } = await makeContainer(context);
    const files = client.project("default").api("instances")(name)("files");
    const query = { path: "/root/raw" };
    const sent = await files.post(new Uint8Array([0, 255, 10]), { query });
    assertEquals(sent.status, 200);
    await sent.body?.cancel();
    const response = await files.get({ query });
    assertEquals(await response.bytes(), new Uint8Array([0, 255, 10]));
    const elsewhere = await client.api("instances").get({ query: { project: context.name("no") } });
    assertEquals((await elsewhere.json()).metadata, []);
  },
);

defineCase("The tree can be passed around, and ends by a signal", async ({ client }) => {
  // Were it mistaken for a promise, this would never resolve.
  const node = await client.api("profiles");
  assert(node !== undefined);
  assertEquals(typeof `${node.get}`, "string");
  for (const part of ["", ".", ".."]) assertThrows(() => client.api(part), TypeError);
  const reason = new RangeError("enough");
  const error = await assertRejects(() => client.api.get({ signal: AbortSignal.abort(reason) }));
  assertEquals(error, reason);
});
