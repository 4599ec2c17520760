/** What storage asks a server for, and what it refuses itself. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { connect, OperationError, ProtocolError, UnsupportedError } from "../../mod.ts";
import {
  background,
  failed,
  FakeConnector,
  operationData,
  refusal,
  succeeded,
  sync,
} from "../kit/fake_connector.ts";
import {
  BUCKET,
  BUCKETS,
  bucketsOf,
  CUSTOM,
  customOf,
  POOL,
  serve,
  VOLUME,
  volumeOf,
} from "./storage_server.ts";

for (const answer of [sync({}), background(operationData())]) {
  Deno.test(`imports name what they bring, answered with ${answer.status ?? 200}`, async () => {
    for (const kind of ["lxd", "incus"] as const) {
      const prefix = kind === "lxd" ? "x-lxd" : "x-incus";
      const fake = serve(kind).on(`POST ${CUSTOM}`, answer).on(`POST ${BUCKETS}`, answer);
      fake.on("GET /1.0/operations/0b1c/wait", sync(succeeded()));
      const client = await connect({ connector: fake });
      const custom = customOf(client);
      const stream = () => new Blob(["bytes"]).stream();
      const made = [
        await custom.importBackup(stream(), { name: "db" }),
        await custom.importIso("db", stream()),
        await custom.importTarball("db", stream()),
        await bucketsOf(client).importBackup(stream(), { name: "photos" }),
      ];
      assertEquals(made.map(({ name }) => name), ["db", "db", "db", "photos"]);
      const sent = [...fake.sent(`POST ${CUSTOM}`), ...fake.sent(`POST ${BUCKETS}`)];
      assertEquals(sent.map(({ body }) => new TextDecoder().decode(body)), Array(4).fill("bytes"));
      assertEquals(
        sent.map(({ headers }) => [headers.get(`${prefix}-name`), headers.get(`${prefix}-type`)]),
        [["db", null], ["db", "iso"], ["db", "tar"], ["photos", null]],
      );
      for (const { headers } of sent) {
        assertEquals(headers.get("content-type"), "application/octet-stream");
      }
    }
  });
}

Deno.test("an import without a name finds what was added", async () => {
  const fake = serve().on(`POST ${CUSTOM}`, sync({}));
  const url = (name: string) => `${CUSTOM}/${name}`;
  fake.on(
    `GET ${CUSTOM}`,
    sync([url("old"), url("old/snapshots/s1")]),
    sync([url("old"), url("db")]),
  );
  const client = await connect({ connector: fake });
  assertEquals((await customOf(client).importBackup("bytes")).name, "db");
  fake.on(`GET ${CUSTOM}`, sync([url("old")]));
  await assertRejects(async () => await customOf(client).importBackup("bytes"), ProtocolError);
});

Deno.test("a copy that the server refuses rejects", async () => {
  const fake = serve().on(`POST ${CUSTOM}`, refusal(409, "Volume by that name already exists"));
  const client = await connect({ connector: fake });
  await assertRejects(async () => await volumeOf(client).copy("db2"), Error, "already exists");
});

Deno.test("what is on a member of a cluster is asked of that member", async () => {
  const fake = serve();
  const volume = { type: "custom", config: {}, description: "", project: "default" };
  fake.on(
    `GET ${CUSTOM}`,
    sync([{ ...volume, name: "db", location: "m1" }, { ...volume, name: "db", location: "m2" }]),
  );
  fake.on(`DELETE ${VOLUME}`, sync({}));
  fake.on(`GET ${BUCKETS}`, sync([{ name: "photos", location: "m2" }]));
  fake.on(`DELETE ${BUCKET}`, sync({}));
  const client = await connect({ connector: fake });
  const [, second] = await customOf(client).list();
  await second!.delete();
  assertEquals(fake.sent(`DELETE ${VOLUME}`)[0]!.query.get("target"), "m2");
  const [bucket] = await bucketsOf(client).list();
  await bucket!.delete();
  assertEquals(fake.sent(`DELETE ${BUCKET}`)[0]!.query.get("target"), "m2");
});

Deno.test("a move to another member lasts as long as its transfer", async () => {
  const transfer = (id: string, volume: string) =>
    operationData({ id, class: "websocket", resources: { storage_volumes: [volume] } });
  const fake = serve().on(`POST ${VOLUME}`, background(operationData({ id: "move" })));
  fake.on("GET /1.0/operations/move/wait", sync(succeeded({ id: "move" })));
  fake.on(
    "GET /1.0/operations",
    sync({ running: [transfer("mine", `${VOLUME}?project=ci`), transfer("other", `${CUSTOM}/x`)] }),
  );
  fake.on("GET /1.0/operations/mine/wait", sync(failed("no space left", { id: "mine" })));
  const client = await connect({ connector: fake });
  const move = async () => await volumeOf(client).move({ target: "m2" });
  await assertRejects(move, OperationError, "no space left");
  fake.on("GET /1.0/operations/mine/wait", sync(succeeded({ id: "mine" })));
  assertEquals((await move()).name, "db");
});

Deno.test("lists carry all that volumes and buckets have", async () => {
  const fake = serve();
  const volume = { name: "db", type: "custom", state: { usage: { total: 9 } }, snapshots: null };
  fake.on(`GET ${POOL}/volumes`, sync([volume]));
  fake.on(`GET ${BUCKETS}`, sync([{ name: "photos", keys: [{ name: "admin" }] }]));
  const client = await connect({ connector: fake });
  const [found] = await client.storagePools.at("fast").volumes.list({ recursion: 2 });
  assertEquals(found!.data.state?.usage?.total, 9);
  assertEquals(fake.sent(`GET ${POOL}/volumes`)[0]!.query.get("recursion"), "2");
  const [bucket] = await bucketsOf(client).list({ recursion: 2 });
  assertEquals(bucket!.data.keys?.[0]?.name, "admin");
});

Deno.test("LXD lists the volumes of all pools", async () => {
  const fake = serve("lxd");
  const volume = { name: "db", type: "custom", pool: "fast", project: "ci" };
  const snapshot = { ...volume, name: "db/s1" };
  fake.on("GET /1.0/storage-volumes", sync([volume, snapshot]));
  fake.on("GET /1.0/storage-volumes/custom", sync([volume]));
  const client = await connect({ connector: fake });
  const all = await client.storageVolumes.list();
  assertEquals(all.map((it) => [it.pool, it.type, it.name]), [["fast", "custom", "db"]]);
  await all[0]!.refresh();
  assertEquals(fake.sent(`GET ${VOLUME}`)[0]!.query.get("project"), "ci");
  assertEquals((await client.storageVolumes.list({ type: "custom" })).length, 1);
});

Deno.test("backups, states and files are asked for where they are", async () => {
  const fake = serve();
  fake.on(`GET ${VOLUME}/backups/b1/export`, { body: "backup" });
  fake.on(`GET ${BUCKET}/backups/b1/export`, { body: "backup" });
  fake.on(`POST ${VOLUME}/backups`, { body: "stream" });
  fake.on(`POST ${BUCKET}/backups`, { body: "stream" });
  fake.on(`GET ${VOLUME}/state`, sync({ usage: { used: 1, total: 2 } }));
  fake.on(`GET ${POOL}/resources`, sync({ space: { used: 1, total: 2 } }));
  fake.on(`POST ${VOLUME}/files`, sync({}));
  fake.on(`GET ${VOLUME}/bitmaps`, sync([{ name: "m1", count: 1 }]));
  const client = await connect({ connector: fake });
  const volume = volumeOf(client);
  const textOf = (download: { readable: ReadableStream }) => new Response(download.readable).text();
  for (const { backups } of [volume, bucketsOf(client).at("photos")]) {
    assertEquals(await textOf(await backups.at("b1").export()), "backup");
    assertEquals(await textOf(await backups.stream()), "stream");
  }
  const [streamed] = fake.sent(`POST ${BUCKET}/backups`);
  assertEquals(streamed!.headers.get("accept"), "application/octet-stream");
  assertEquals((await volume.state()).usage?.used, 1);
  assertEquals((await client.storagePools.at("fast").resources()).space?.total, 2);
  await volume.files.write("/it", "text");
  const [written] = fake.sent(`POST ${VOLUME}/files`);
  assertEquals(written!.query.get("path"), "/it");
  assertEquals(written!.headers.get("x-incus-type"), "file");
  assertEquals((await volume.bitmaps.list())[0]!.data.count, 1);
});

Deno.test("what the server cannot do is refused without a request", async () => {
  const fake = new FakeConnector();
  const client = await connect({ connector: fake });
  const volume = volumeOf(client);
  assertThrows(() => volume.files, UnsupportedError, "file_storage_volume");
  const refused: [run: () => unknown, extension: string][] = [
    [() => volume.move({ project: "there" }), "storage_volume_project_move"],
    [() => volume.move({ target: "m2" }), "cluster_internal_custom_volume_copy"],
    [() => volume.copy("db2", { project: "there" }), "storage_api_project"],
    [() => volume.copy("db2", { refresh: true }), "custom_volume_refresh"],
    [() => volume.state(), "storage_volume_state"],
    [() => volume.backups.list(), "custom_volume_backup"],
    [() => customOf(client).importBackup("bytes"), "custom_volume_backup"],
    [() => customOf(client).list({ filter: "name eq db" }), "storage_volume_api_filtering"],
    [() => customOf(client).list({ allProjects: true }), "storage_volumes_all_projects"],
    [() => bucketsOf(client).importBackup("bytes"), "storage_bucket_backup"],
  ];
  for (const [run, extension] of refused) {
    await assertRejects(async () => await run(), UnsupportedError, extension);
  }
  assertEquals(fake.log, []);
});
