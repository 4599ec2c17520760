import { assert, assertEquals } from "@std/assert";
import { defineCase } from "../kit/case.ts";

defineCase("A client knows its server", async ({ client, server }) => {
  assertEquals(client.dialect, server.kind);
  // Sets cannot be compared on Node 20.
  assertEquals([...client.server.extensions], [...server.extensions]);
  assert(client.server.trusted);
  await client.server.refresh();
  assertEquals(client.server.data.api_version, "1.0");
});

defineCase("An instance is created, seen and deleted", async ({ client, server, name }) => {
  const source = { type: "image", alias: server.image } as const;
  const instance = await client.instances.create({ name: name("seen"), source });
  assert(await client.instances.exists(instance.name));
  assertEquals((await client.instances.names()).includes(instance.name), true);
  await instance.delete();
  assertEquals(await client.instances.exists(instance.name), false);
});
