import { assert, assertEquals, assertRejects } from "@std/assert";
import { type Download, NotFoundError, UnsupportedError } from "../../mod.ts";
import { defineCase } from "../kit/case.ts";
import { makeContainer } from "../kit/container.ts";

async function bytesOf({ readable }: Download): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(readable).arrayBuffer());
}

defineCase("A backup is created, listed, renamed and deleted", async (context) => {
  const { backups } = await makeContainer(context);
  assertEquals(await backups.list(), []);
  const expires_at = "2040-01-02T03:04:05Z";
  const backup = await backups.create({ name: "first", expires_at, instance_only: true });
  assertEquals(backup.data.name, "first");
  assertEquals(backup.data.expires_at, expires_at);
  assertEquals(backup.data.instance_only, true);
  const unnamed = await backups.create();
  assert(unnamed.name !== "" && unnamed.name !== "first");
  assertEquals((await backups.names()).sort(), [unnamed.name, "first"].sort());
  const listed = (await backups.list()).find((it) => it.name === "first");
  assertEquals(listed?.data, backup.data);
  assertEquals(await backup.rename("an other"), backup);
  assertEquals((await backups.get("an other")).data.name, "an other");
  await backup.delete();
  assertEquals(await backups.names(), [unnamed.name]);
  await assertRejects(() => backups.get("an other"), NotFoundError);
  await assertRejects(() => backups.at("missing").export(), NotFoundError);
});

defineCase("A backup is downloaded and becomes an instance again", async (context) => {
  const { client, name } = context;
  const instance = await makeContainer(context, { config: { "user.mark": "1" } });
  await instance.files.write("/root/kept", "kept");
  await instance.snapshots.create({ name: "then" });
  const backup = await instance.backups.create({ compression_algorithm: "none" });
  const told: number[] = [];
  const download = await backup.export({ onProgress: (it) => told.push(it.bytes!) });
  const { size } = download;
  const bytes = await bytesOf(download);
  assertEquals(bytes.byteLength, size);
  assertEquals(told.at(-1), size);

  const sent: string[] = [];
  const { readable } = await backup.export();
  const copied = await client.instances.importBackup(readable, {
    name: name("again"),
    pool: "default",
    onProgress: ({ stage, bytes }) => sent.push(`${stage} ${bytes}`),
  });
  assert(sent.includes(`upload ${size}`), sent.join());
  assertEquals(copied.data.config["user.mark"], "1");
  assertEquals(await copied.files.readText("/root/kept"), "kept");
  assertEquals(await copied.snapshots.names(), ["then"]);

  // Under its own name it can only come back once the first one has gone.
  await assertRejects(() => client.instances.importBackup(new Blob([bytes])));
  await instance.delete();
  const back = await client.instances.importBackup(bytes);
  assertEquals(back.name, instance.name);
});

defineCase("A download of a backup can be left in the middle", async (context) => {
  const instance = await makeContainer(context);
  const backup = await instance.backups.create({ compression_algorithm: "none" });
  const { readable } = await backup.export();
  const reader = readable.getReader();
  assert((await reader.read()).value!.byteLength > 0);
  await reader.cancel();
  const stop = new AbortController();
  const second = await backup.export({ signal: stop.signal });
  const rest = second.readable.getReader();
  await rest.read();
  const reason = new RangeError("enough");
  stop.abort(reason);
  const error = await assertRejects(async () => {
    while (!(await rest.read()).done) { /* what was read ahead may still come */ }
  });
  assertEquals(error, reason);
});

defineCase("What is no backup is refused", async ({ client, name }) => {
  await assertRejects(() => client.instances.importBackup("no backup", { name: name("none") }));
});

defineCase("Overrides and streams that a server lacks are refused", async (context) => {
  const { client } = context;
  const { backups } = await makeContainer(context);
  await assertRejects(() => backups.stream(), UnsupportedError, "direct_backup");
  const devices = { root: { type: "disk", path: "/", pool: "default" } } as const;
  for (const override of [{ devices }, { config: { "user.a": "1" } }]) {
    await assertRejects(async () => {
      await client.instances.importBackup("", override);
    }, UnsupportedError);
  }
});
