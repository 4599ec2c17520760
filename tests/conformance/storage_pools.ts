import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  ConflictError,
  NotFoundError,
  PreconditionFailedError,
  UnsupportedError,
} from "../../mod.ts";
import { defineCase } from "../kit/case.ts";
import { withPool } from "../kit/pool.ts";

defineCase("A storage pool is made, changed and deleted", async ({ client, name }) => {
  const pools = client.storagePools;
  const pool = await pools.create({ name: name("pool"), driver: "dir", description: "one" });
  assertEquals([pool.data.driver, pool.data.status], ["dir", "Created"]);
  assertEquals(pool.data.description, "one");
  assert((await pools.names()).includes(pool.name));
  const listed = (await pools.list()).find((it) => it.name === pool.name)!;
  await listed.edit((data) => {
    data.description = "two";
  });
  assertEquals((await pools.get(pool.name)).data.description, "two");
  await pool.patch({ config: { "user.a": "1" } });
  assertEquals(pool.data.config["user.a"], "1");
  assertEquals(pool.data.description, "two");
  await pool.patch({ description: "three" });
  assertEquals([pool.data.description, pool.data.config["user.a"]], ["three", "1"]);
  await pool.delete();
  assertEquals(await pools.exists(pool.name), false);
  await assertRejects(() => pools.get(pool.name), NotFoundError);
});

defineCase("A storage pool tells its space", async ({ client }) => {
  const { space, inodes } = await client.storagePools.at("default").resources();
  assert(space!.total! > 0 && space!.used! > 0);
  assert(inodes!.total! > 0);
});

defineCase("There is one storage pool of a name", async ({ client }) => {
  await assertRejects(
    async () => await client.storagePools.create({ name: "default", driver: "dir" }),
    ConflictError,
  );
});

defineCase("A storage pool is saved as it was read", async (context) => {
  await withPool(context, async ({ name }) => {
    const [first, second] = await Promise.all([
      context.client.storagePools.get(name),
      context.client.storagePools.get(name),
    ]);
    first.data.description = "first";
    await first.save();
    second.data.description = "second";
    await assertRejects(async () => await second.save(), PreconditionFailedError);
    assertEquals((await second.refresh()).data.description, "first");
  });
}, { needs: ["incus"] });

defineCase("A storage pool without an ETag is not saved", async ({ client }) => {
  const pool = await client.storagePools.get("default");
  await assertRejects(async () => await pool.save(), TypeError, "without an ETag");
}, { needs: ["lxd"] });

defineCase("Storage pools are filtered by a server that can", async (context) => {
  const { client, server } = context;
  await withPool(context, async ({ name }) => {
    const list = () => client.storagePools.list({ filter: `name eq ${name}` });
    if (server.extensions.has("api_filtering_extended")) {
      assertEquals((await list()).map((it) => it.name), [name]);
    } else {
      await assertRejects(list, UnsupportedError, "api_filtering_extended");
    }
  });
});

defineCase("Buckets are listed by a server that has any", async ({ client, server }) => {
  const { buckets } = client.storagePools.at("default");
  if (!server.extensions.has("storage_buckets")) {
    await assertRejects(() => buckets.list(), UnsupportedError, "storage_buckets");
    await assertRejects(async () => await buckets.create({ name: "photos" }), UnsupportedError);
    return;
  }
  assertEquals(await buckets.list(), []);
  assertEquals(await buckets.names(), []);
  assertEquals(await buckets.exists("photos"), false);
  await assertRejects(() => buckets.at("photos").keys.list(), NotFoundError);
  await assertRejects(async () => await buckets.at("photos").delete(), NotFoundError);
});

defineCase("Buckets of all projects are listed, and filtered", async ({ client }) => {
  const { buckets } = client.storagePools.at("default");
  assertEquals(await buckets.list({ allProjects: true, filter: "name eq photos" }), []);
  await assertRejects(() => buckets.at("photos").backups.list(), NotFoundError);
}, { needs: ["incus"] });
