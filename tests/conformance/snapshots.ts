import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  NotFoundError,
  OperationError,
  PreconditionFailedError,
  UnsupportedError,
} from "../../mod.ts";
import { defineCase } from "../kit/case.ts";
import { makeContainer, startContainer } from "../kit/container.ts";

const EXPIRY = "2040-01-02T03:04:05Z";

defineCase("A snapshot is created, listed, read, renamed and deleted", async (context) => {
  const { snapshots } = await makeContainer(context);
  assertEquals(await snapshots.list(), []);
  const first = await snapshots.create({ name: "first", expires_at: EXPIRY });
  assertEquals(first.name, "first");
  assertEquals(first.data.expires_at, EXPIRY);
  assertEquals(first.data.stateful, false);
  await snapshots.create({ name: "second" });
  assertEquals((await snapshots.names()).sort(), ["first", "second"]);
  const listed = (await snapshots.list()).find((it) => it.name === "first");
  assertEquals(listed?.data, first.data);
  assert(await snapshots.exists("first"));
  assertEquals(await first.rename("third"), first);
  assertEquals(first.data.name, "third");
  assertEquals(await snapshots.exists("first"), false);
  await first.delete();
  assertEquals(await snapshots.names(), ["second"]);
  await assertRejects(() => snapshots.get("third"), NotFoundError);
  const [whole] = (await context.client.instances.list({ recursion: 2 }))
    .filter(({ name }) => name === first.instance.name);
  assertEquals(whole?.data.snapshots?.map(({ name }) => name), ["second"]);
});

defineCase("A snapshot without a name gets one from the server", async (context) => {
  const instance = await makeContainer(context, { config: { "snapshots.pattern": "auto-%d" } });
  const names = [];
  for (let round = 0; round < 2; round++) names.push((await instance.snapshots.create()).name);
  assertEquals(names, ["auto-0", "auto-1"]);
});

defineCase("A snapshot's name may be of any script", async (context) => {
  const { snapshots } = await makeContainer(context);
  for (const name of ["ü", "a.b_c", "名前"]) {
    const snapshot = await snapshots.create({ name });
    assertEquals((await snapshots.get(name)).data.name, name);
    assert((await snapshots.names()).includes(name), name);
    await snapshot.delete();
  }
  assertEquals(await snapshots.names(), []);
  await assertRejects(() => snapshots.create({ name: "a b" }), OperationError, "space");
});

defineCase("The expiry of a snapshot is edited, and races are seen", async (context) => {
  const { snapshots } = await makeContainer(context);
  const snapshot = await snapshots.create({ name: "it" });
  await snapshot.edit((it) => {
    it.expires_at = EXPIRY;
  });
  assertEquals(snapshot.data.expires_at, EXPIRY);
  const other = await snapshots.get("it");
  await snapshot.patch({ expires_at: "2041-01-01T00:00:00Z" });
  assertEquals((await snapshots.get("it")).data.expires_at, "2041-01-01T00:00:00Z");
  await assertRejects(() => other.save(), PreconditionFailedError);
});

defineCase("An instance goes back to a snapshot", async (context) => {
  const instance = await startContainer(context);
  await instance.files.write("/root/kept", "before");
  const snapshot = await instance.snapshots.create({ name: "before" });
  await instance.files.write("/root/kept", "after");
  await instance.edit((it) => {
    it.config!["user.late"] = "1";
  });
  const restored = await snapshot.restore();
  assertEquals(restored.name, instance.name);
  assertEquals(await instance.files.readText("/root/kept"), "before");
  assertEquals((await instance.refresh()).data.config["user.late"], undefined);
  assertEquals(instance.data.status, "Running");
  await instance.files.write("/root/kept", "again");
  assertEquals(await instance.restore("before"), instance);
  assertEquals(await instance.files.readText("/root/kept"), "before");
});

defineCase("What a server cannot do with snapshots is refused", async (context) => {
  const instance = await startContainer(context);
  const snapshot = await instance.snapshots.create({ name: "it" });
  const volumes = { diskVolumes: "all-exclusive" } as const;
  for (
    const refused of [
      () => instance.snapshots.create({ disk_volumes_mode: "all-exclusive" }),
      () => snapshot.restore({ diskOnly: true }),
      () => snapshot.restore(volumes),
      () => snapshot.delete(volumes),
    ]
  ) {
    await assertRejects(async () => await refused(), UnsupportedError);
  }
  // Memory can be kept with CRIU alone, which these containers do without.
  await assertRejects(() => instance.snapshots.create({ name: "hot", stateful: true }));
  await assertRejects(() => instance.snapshots.create({ name: "it" }));
  await assertRejects(() => instance.restore("missing"));
  assertEquals(await instance.snapshots.names(), ["it"]);
});

defineCase("A snapshot becomes an image", async (context) => {
  const instance = await startContainer(context);
  await instance.files.write("/root/mark", context.name("mark"));
  const snapshot = await instance.snapshots.create({ name: "golden" });
  const image = await snapshot.publish({ properties: { note: "from a snapshot" } });
  try {
    assertEquals((await image.refresh()).data.properties?.note, "from a snapshot");
  } finally {
    await image.delete();
  }
});
