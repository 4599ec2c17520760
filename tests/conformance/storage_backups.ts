import { assert, assertEquals, assertRejects } from "@std/assert";
import { ApiError, NotFoundError, OperationError, UnsupportedError } from "../../mod.ts";
import { defineCase } from "../kit/case.ts";
import { withPool } from "../kit/pool.ts";

/** The servers notice what is wrong before or after they have taken the request. */
async function assertRefused(run: () => Promise<unknown>): Promise<void> {
  const error = await assertRejects(run);
  assert(error instanceof ApiError || error instanceof OperationError);
}

defineCase("A volume has backups, which make volumes again", async (context) => {
  await withPool(context, async ({ volumes: { custom } }) => {
    const volume = await custom.create({ name: "db", config: { "user.a": "1" } });
    await volume.snapshots.create({ name: "s1" });
    const unnamed = await volume.backups.create();
    assertEquals(unnamed.data.volume_only, false);
    const backup = await volume.backups.create({
      name: "bare",
      volume_only: true,
      compression_algorithm: "none",
    });
    assertEquals([backup.name, backup.data.volume_only], ["bare", true]);
    assertEquals((await volume.backups.names()).sort(), ["bare", unnamed.name].sort());
    assertEquals((await volume.backups.list()).length, 2);
    await backup.rename("renamed");
    assertEquals((await volume.backups.get("renamed")).data.volume_only, true);

    const { size, readable } = await unnamed.export();
    assert(size! > 0);
    const copy = await custom.importBackup(readable, { name: "copy" });
    assertEquals([copy.name, copy.data.config["user.a"]], ["copy", "1"]);
    assertEquals(await copy.snapshots.names(), ["s1"]);

    const bytes = new Uint8Array(
      await new Response((await backup.export()).readable).arrayBuffer(),
    );
    await volume.delete();
    const again = await custom.importBackup(bytes);
    assertEquals(again.name, "db");
    assertEquals(await again.snapshots.names(), []);
    await assertRefused(async () => await custom.importBackup(bytes));
  });
});

defineCase("A backup of a volume is deleted", async (context) => {
  await withPool(context, async ({ volumes: { custom } }) => {
    const { backups } = await custom.create({ name: "db" });
    const backup = await backups.create({ name: "b1" });
    await backup.delete();
    assertEquals(await backups.exists("b1"), false);
    await assertRejects(() => backup.export(), NotFoundError);
  });
});

defineCase("What is no backup makes no volume", async (context) => {
  await withPool(context, async ({ volumes: { custom } }) => {
    const importing = async () => await custom.importBackup("no backup", { name: "db" });
    await assertRefused(importing);
    assertEquals(await custom.names(), []);
  });
});

defineCase("An ISO image becomes a volume of a server that takes any", async (context) => {
  const { extensions } = context.server;
  await withPool(context, async ({ volumes: { custom } }) => {
    const bytes = new Uint8Array(300_000).fill(7);
    let sent = 0;
    const importing = async () =>
      await custom.importIso("setup", new Blob([bytes]).stream(), {
        onProgress: (progress) => sent = progress.bytes ?? sent,
      });
    if (!extensions.has("custom_volume_iso")) {
      await assertRejects(importing, UnsupportedError, "custom_volume_iso");
      return;
    }
    const volume = await importing();
    assertEquals([volume.name, volume.data.content_type], ["setup", "iso"]);
    assertEquals(volume.data.config.size, String(bytes.length));
    assertEquals(sent, bytes.length);
  });
});
