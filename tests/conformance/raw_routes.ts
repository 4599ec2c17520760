import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { NotFoundError } from "../../mod.ts";
import { defineCase } from "../kit/case.ts";
import { makeContainer } from "../kit/container.ts";

defineCase("raw() reads what recursion asks for", async (context) => {
  const { name } = await makeContainer(context);
  const { client } = context;
  const urls = await client.raw("GET /1.0/instances");
  assert(urls.includes(`/1.0/instances/${name}` as never));
  const instances = await client.raw("GET /1.0/instances", { query: { recursion: 1 } });
  const found = instances.find((it) => typeof it === "object" && it.name === name);
  assert(typeof found === "object" && found.type === "container");
});

defineCase("raw() takes a mutation that the server finishes at once", async (context) => {
  const { client } = context;
  const name = context.name("raw-profile");
  const path = { name };
  await client.raw("POST /1.0/profiles", { body: { name, config: { "user.a": "1" } } });
  try {
    await client.raw("PUT /1.0/profiles/{name}", { path, body: { description: "changed" } });
    const profile = await client.raw("GET /1.0/profiles/{name}", { path });
    assertEquals([profile.description, profile.config], ["changed", {}]);
  } finally {
    await client.raw("DELETE /1.0/profiles/{name}", { path });
  }
  await assertRejects(() => client.raw("GET /1.0/profiles/{name}", { path }), NotFoundError);
});

defineCase("raw() takes a mutation in the background to its end", async (context) => {
  const { name } = await makeContainer(context);
  const path = { name };
  const { client } = context;
  const body = { action: "start" } as const;
  const task = client.raw("PUT /1.0/instances/{name}/state", { path, body });
  const accepted = await task.accepted;
  const done = await task;
  assert(done && "status_code" in done);
  assertEquals([done.status, done.id], ["Success", accepted?.id]);
  const state = await client.raw("GET /1.0/instances/{name}/state", { path });
  assertEquals(state.status, "Running");
});

defineCase("raw() tells bytes from envelopes", async (context) => {
  const { name } = await makeContainer(context);
  const path = { name };
  const { client } = context;
  const header = client.dialect === "lxd" ? "x-lxd-mode" : "x-incus-mode";
  await client.raw("POST /1.0/instances/{name}/files", {
    path,
    query: { path: "/raw #1" },
    headers: { [header]: "0600" },
    body: "raw words",
  });
  const read = (file: string) =>
    client.raw("GET /1.0/instances/{name}/files", { path, query: { path: file } });
  const file = await read("/raw #1");
  assertInstanceOf(file, Response);
  assertEquals(file.headers.get(header), "0600");
  assertEquals(await file.text(), "raw words");
  const folder = await read("/");
  assert(Array.isArray(folder) && folder.includes("raw #1"));
  const metrics = await client.raw("GET /1.0/metrics");
  assert((await metrics.text()).trimEnd().endsWith("# EOF"));
});

defineCase("raw() tells that the server lacks a route", async ({ client }) => {
  const path = { x: "a/b" };
  await assertRejects(() => client.raw("GET /1.0/new-thing/{x}", { path }), NotFoundError);
  await assertRejects(
    async () => await client.raw("POST /1.0/new-thing/{x}", { path, body: {} }),
    NotFoundError,
  );
});

defineCase("raw() reaches what no method does", async (context) => {
  const { client } = context;
  assertEquals(await client.raw("GET /"), ["/1.0"]);
  const volume = context.name("volume");
  const pool = "default";
  const body = { name: volume, type: "custom" } as const;
  await client.raw("POST /1.0/storage-pools/{pool}/volumes", { path: { pool }, body });
  const path = { pool, type: "custom", volume };
  await client.raw("DELETE /1.0/storage-pools/{pool}/volumes/{type}/{volume}", { path });
});

defineCase("raw() changes an alias by PATCH, which LXD 5.0.2 never answers", async (context) => {
  const { client, server } = context;
  const alias = context.name("alias");
  const { target } = await client.raw("GET /1.0/images/aliases/{alias}", {
    path: { alias: server.image },
  });
  await client.raw("POST /1.0/images/aliases", { body: { name: alias, target } });
  const path = { alias };
  await client.raw("PATCH /1.0/images/aliases/{alias}", { path, body: { description: "new" } });
  const changed = await client.raw("GET /1.0/images/aliases/{alias}", { path });
  assertEquals(changed.description, "new");
  await client.raw("DELETE /1.0/images/aliases/{alias}", { path });
}, { needs: ["incus"] });
