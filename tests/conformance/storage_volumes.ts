import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  ApiError,
  ConflictError,
  NotFoundError,
  PreconditionFailedError,
  UnsupportedError,
} from "../../mod.ts";
import { type CaseServer, defineCase } from "../kit/case.ts";
import { makeContainer, startContainer } from "../kit/container.ts";
import { withPool } from "../kit/pool.ts";

defineCase("A volume is made, changed, renamed and deleted", async (context) => {
  await withPool(context, async ({ volumes: { custom } }) => {
    const volume = await custom.create({ name: "db", config: { "user.a": "1" } });
    assertEquals([volume.type, volume.data.content_type], ["custom", "filesystem"]);
    assertEquals(await custom.names(), ["db"]);
    assertEquals(await custom.exists("db"), true);
    await volume.edit((data) => {
      data.description = "two";
    });
    await volume.patch({ config: { "user.b": "2" } });
    assertEquals(volume.data.description, "two");
    await volume.patch({ description: "two" });
    const { data } = await custom.get("db");
    assertEquals([data.description, data.config["user.a"], data.config["user.b"]], [
      "two",
      "1",
      "2",
    ]);
    assertEquals(await volume.rename("db2"), volume);
    assertEquals([volume.name, volume.data.name], ["db2", "db2"]);
    await assertRejects(() => custom.get("db"), NotFoundError);
    await assertRejects(async () => await custom.create({ name: "db2" }), ConflictError);
    await volume.delete();
    assertEquals(await custom.list(), []);
  });
});

defineCase("A volume is saved as it was read", async (context) => {
  await withPool(context, async ({ volumes: { custom } }) => {
    const first = await custom.create({ name: "db" });
    const second = await custom.get("db");
    first.data.config["user.a"] = "first";
    await first.save();
    second.data.config["user.a"] = "second";
    await assertRejects(async () => await second.save(), PreconditionFailedError);
  });
});

defineCase("Volumes are listed by type and filtered, without their snapshots", async (context) => {
  await withPool(context, async ({ volumes }) => {
    const web = await volumes.custom.create({ name: "web", config: { "user.team": "a" } });
    await volumes.custom.create({ name: "db" });
    await web.snapshots.create({ name: "s1" });
    const namesOf = (all: { name: string }[]) => all.map(({ name }) => name).sort();
    assertEquals(namesOf(await volumes.list()), ["db", "web"]);
    assertEquals(namesOf(await volumes.custom.list()), ["db", "web"]);
    assertEquals((await volumes.custom.names()).sort(), ["db", "web"]);
    assertEquals(await volumes.ofType("image").list(), []);
    assertEquals(namesOf(await volumes.list({ filter: "config.user.team eq a" })), ["web"]);
    assertEquals(namesOf(await volumes.custom.list({ filter: "name eq db" })), ["db"]);
    const [found] = await volumes.list({ allProjects: true, filter: "name eq db" });
    await found!.patch({ description: "from the list" });
    assertEquals((await volumes.get("custom", "db")).data.description, "from the list");
  });
});

defineCase("The volume of a container is seen and changed, not made", async (context) => {
  const { name } = await makeContainer(context);
  const { volumes } = context.client.storagePools.at("default");
  assert((await volumes.list()).some((it) => it.type === "container" && it.name === name));
  const volume = await volumes.get("container", name);
  assertEquals(volume.data.type, "container");
  await volume.edit((data) => {
    data.description = "root";
  });
  assertEquals((await volumes.at("container", name).refresh()).data.description, "root");
  assertEquals(await volume.snapshots.list(), []);
  await assertRejects(async () => await volume.rename("other"), ApiError);
});

/** What a call needs the server to have; it works then, and is refused without a request else. */
async function assertGated(
  server: CaseServer,
  extension: string,
  run: () => Promise<unknown>,
): Promise<void> {
  if (server.extensions.has(extension)) await run();
  else await assertRejects(run, UnsupportedError, extension);
}

defineCase("What few servers can is refused by the others", async (context) => {
  const { client, server } = context;
  await withPool(context, async ({ volumes }) => {
    const volume = await volumes.custom.create({ name: "db" });
    await assertGated(server, "storage_volume_full", async () => {
      const [full] = await volumes.custom.list({ recursion: 2 });
      assertEquals(full!.data.snapshots, null);
    });
    await assertGated(server, "storage_volumes_all", async () => {
      const all = await client.storageVolumes.list({ type: "custom" });
      assert(all.some((it) => it.pool === volume.pool && it.name === "db"));
    });
    await assertGated(server, "file_storage_volume", async () => {
      await volume.files.write("/it", "text");
      assertEquals(await volume.files.readText("/it"), "text");
    });
    await assertGated(server, "storage_volumes_rebuild", async () => await volume.rebuild());
    await assertGated(server, "storage_volume_nbd", () => volume.bitmaps.list());
    await assertGated(server, "direct_backup", async () => {
      const { readable } = await volume.backups.stream();
      assert((await new Response(readable).arrayBuffer()).byteLength > 0);
    });
    await assertGated(server, "custom_volume_refresh_exclude_older_snapshots", async () => {
      await volume.copy("copy", { refresh: true, refreshExcludeOlder: true });
    });
  });
});

defineCase("A volume tells its use where the driver can", async (context) => {
  await withPool(context, async ({ volumes: { custom } }) => {
    const volume = await custom.create({ name: "db" });
    if (context.server.kind === "lxd") {
      await assertRejects(() => volume.state(), ApiError, "Not supported");
    } else {
      assertEquals(await volume.state(), { usage: null });
    }
  });
});

defineCase("A volume has snapshots", async (context) => {
  await withPool(context, async ({ volumes: { custom } }) => {
    const { snapshots } = await custom.create({ name: "db", config: { "user.a": "1" } });
    const first = await snapshots.create();
    assertEquals(first.name, "snap0");
    const expires_at = "2040-01-01T00:00:00Z";
    const second = await snapshots.create({ name: "second", expires_at });
    assertEquals(second.data.expires_at, expires_at);
    assertEquals((await snapshots.create({})).name, "snap1");
    assertEquals((await snapshots.names()).sort(), ["second", "snap0", "snap1"]);
    await assertRejects(async () => await snapshots.create({ name: "second" }), ApiError);

    const listed = (await snapshots.list()).find((it) => it.name === "second")!;
    assertEquals(listed.data.config["user.a"], "1");
    await listed.edit((data) => {
      data.description = "edited";
      data.expires_at = null;
    });
    assertEquals((await second.refresh()).data.description, "edited");
    assertEquals(second.data.expires_at, "0001-01-01T00:00:00Z");
    await second.patch({ description: "patched" });
    assertEquals(second.data.description, "patched");
    await second.rename("renamed");
    assertEquals((await snapshots.get("renamed")).data.description, "patched");
    assertEquals(await snapshots.exists("second"), false);
    await second.delete();
    await assertRejects(() => snapshots.get("renamed"), NotFoundError);
  });
});

defineCase("A volume goes back to a snapshot", async (context) => {
  await withPool(context, async ({ name: pool, volumes: { custom } }) => {
    const volume = await custom.create({ name: "db" });
    const instance = await startContainer(context);
    await instance.edit(({ devices }) => {
      devices!.data = { type: "disk", pool, source: "db", path: "/data" };
    });
    const write = (text: string) => instance.files.write("/data/it", text);
    await write("first");
    const first = await volume.snapshots.create({ name: "first" });
    await write("second");
    await volume.snapshots.create({ name: "second" });
    await write("third");
    await instance.stop({ force: true });
    assertEquals(await volume.restore("second"), volume);
    await instance.start();
    assertEquals(await instance.files.readText("/data/it"), "second");
    await instance.stop({ force: true });
    assertEquals((await first.restore()).name, "db");
    await instance.start();
    assertEquals(await instance.files.readText("/data/it"), "first");
    assertEquals((await volume.refresh()).data.used_by.length, 1);
    await assertRejects(async () => await volume.delete(), ApiError);
    await instance.stop({ force: true });
    await instance.delete();
  });
});

defineCase("A volume is copied, with its snapshots or without", async (context) => {
  await withPool(context, async ({ volumes: { custom } }) => {
    await withPool(context, async (other) => {
      const volume = await custom.create({ name: "db", config: { "user.a": "1" } });
      const snapshot = await volume.snapshots.create({ name: "s1" });
      const copy = await volume.copy("db2");
      assertEquals([copy.pool, copy.data.config["user.a"]], [volume.pool, "1"]);
      assertEquals(await copy.snapshots.names(), ["s1"]);
      await assertRejects(async () => await volume.copy("db2"), ConflictError);

      const bare = await volume.copy("db", { pool: other.name, volumeOnly: true });
      assertEquals([bare.pool, bare.name], [other.name, "db"]);
      assertEquals(await bare.snapshots.names(), []);
      await volume.snapshots.create({ name: "s2" });
      await volume.copy("db", { pool: other.name, refresh: true });
      assertEquals((await bare.snapshots.names()).sort(), ["s1", "s2"]);

      const thawed = await snapshot.copy("thawed", { pool: other.name });
      assertEquals((await other.volumes.custom.get("thawed")).data.name, thawed.data.name);
      assertEquals(await thawed.snapshots.names(), []);
    });
  });
});

defineCase("A volume moves to another pool and another project", async (context) => {
  const { client, name } = context;
  await withPool(context, async (here) => {
    await withPool(context, async (there) => {
      const project = await client.projects.create({ name: name("project") });
      try {
        const volume = await here.volumes.custom.create({ name: "db" });
        await volume.snapshots.create({ name: "s1" });
        const moved = await volume.move({ pool: there.name });
        assertEquals([moved.pool, moved.name], [there.name, "db"]);
        assertEquals(await here.volumes.custom.names(), []);
        assertEquals(await moved.snapshots.names(), ["s1"]);

        const away = await moved.move({ project: project.name, name: "db2" });
        assertEquals(away.data.project, project.name);
        assertEquals(await there.volumes.custom.names(), []);
        const inProject = client.project(project.name).storagePools.at(there.name).volumes;
        assertEquals((await inProject.list()).map((it) => it.name), ["db2"]);
        const [all] = await there.volumes.list({ allProjects: true });
        assertEquals((await all!.refresh()).data.project, project.name);

        const copy = await away.copy("db3", { project: "default" });
        assertEquals(copy.data.project, "default");
        assertEquals(await there.volumes.custom.names(), ["db3"]);
        await away.delete();
      } finally {
        await project.delete();
      }
    });
  });
});
