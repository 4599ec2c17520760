import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ApiError, NotFoundError, UnsupportedError } from "../../mod.ts";
import { defineCase } from "../kit/case.ts";
import { assertTrustedEverywhere } from "../kit/trusted.ts";
import { makeContainer, startContainer } from "../kit/container.ts";

defineCase("Metadata is read, edited, patched and saved", async (context) => {
  const { metadata } = await makeContainer(context);
  assertThrows(() => metadata.data, TypeError, "never read");
  const { data } = await metadata.refresh();
  assertEquals(data.architecture, "x86_64");
  await metadata.edit((it) => {
    it.properties = { ...it.properties, os: "edited" };
  });
  assertEquals(metadata.data.properties?.os, "edited");
  await metadata.patch({ properties: { note: "patched" } });
  assertEquals(metadata.data.properties?.note, "patched");
  assertEquals(metadata.data.architecture, "x86_64");
  metadata.data.properties!.note = "saved";
  await metadata.save();
  assertEquals((await metadata.refresh()).data.properties?.note, "saved");
});

defineCase("An edit of metadata starts from what it is by then", async (context) => {
  const instance = await makeContainer(context);
  const mine = await instance.metadata.refresh();
  await instance.metadata.edit((it) => {
    it.properties!.theirs = "1";
  });
  await mine.edit((it) => {
    it.properties!.mine = "1";
  });
  const { properties } = (await instance.metadata.refresh()).data;
  assertEquals([properties?.theirs, properties?.mine], ["1", "1"]);
});

defineCase("Templates are written, read, listed, used and deleted", async (context) => {
  const instance = await makeContainer(context);
  const { templates } = instance.metadata;
  assertEquals(await templates.names(), []);
  await templates.write("a b.tpl", "first");
  const text = "I am {{ container.name }}\n";
  await templates.write("a b.tpl", new Blob([text]).stream());
  assertEquals(await templates.names(), ["a b.tpl"]);
  assertEquals(await templates.readText("a b.tpl"), text);
  assertEquals(
    await templates.open("a b.tpl").then(async ({ size, readable }) => {
      await readable.cancel();
      return size;
    }),
    text.length,
  );
  await instance.metadata.edit((it) => {
    it.templates = { "/etc/me": { template: "a b.tpl", when: ["start"] } };
  });
  await instance.start();
  assertEquals(await instance.files.readText("/etc/me"), `I am ${instance.name}\n`);
  await templates.delete("a b.tpl");
  assertEquals(await templates.names(), []);
  await assertRejects(() => templates.readText("a b.tpl"), NotFoundError);
  await assertRejects(async () => await templates.readText(""), TypeError);
});

defineCase("What virtual machines alone have is refused", async (context) => {
  const instance = await startContainer(context);
  const { extensions } = context.server;
  const refusals: [extension: string, use: () => Promise<unknown>][] = [
    ["console_vga_type", () => instance.vga()],
    ["instance_debug_memory", () => instance.debug.memory({ format: "elf" })],
    ["instances_uefi_vars", () => instance.uefiVariables.refresh()],
    ["instance_nvram", () => instance.nvram.list()],
    ["instances_debug_repair", async () => await instance.debug.repair("rebuild-config-volume")],
  ];
  for (const [extension, use] of refusals) {
    if (extensions.has(extension)) await assertRejects(use, ApiError);
    else await assertRejects(use, UnsupportedError, extension);
  }
});

defineCase("A container has no picture", async (context) => {
  const instance = await makeContainer(context);
  if (context.server.extensions.has("instance_console_screenshot")) {
    // Incus gives the log of the text console in its place.
    const { size, readable } = await instance.screenshot();
    await readable.cancel();
    assertEquals(size, 0);
  } else {
    await assertRejects(() => instance.screenshot(), UnsupportedError);
  }
});

defineCase("Who has access to an instance is told where the server knows", async (context) => {
  const instance = await makeContainer(context);
  if (context.server.extensions.has("instance_access")) {
    await assertTrustedEverywhere(await instance.access(), context.client);
  } else {
    await assertRejects(() => instance.access(), UnsupportedError, "instance_access");
  }
});

defineCase("An address is waited for", async (context) => {
  const { client, name } = context;
  const instance = await client.instances.create({
    name: name("addressed"),
    source: { type: "image", alias: context.server.image },
    devices: { eth0: { type: "nic", nictype: "p2p", name: "eth0" } },
  });
  await assertRejects(() => instance.waitForAddress(), TypeError, "it does not run");
  await instance.start();
  await assertRejects(() => instance.waitForAddress({ timeout: 1 }), Error, "no answer within");
  const waiting = instance.waitForAddress();
  await instance.exec(["sh", "-c", "ip link set eth0 up && ip addr add 10.9.8.7/24 dev eth0"]);
  assertEquals(await waiting, "10.9.8.7");
});
