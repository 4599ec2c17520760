import { assert, assertEquals, assertRejects } from "@std/assert";
import { PreconditionFailedError } from "../../mod.ts";
import { defineCase } from "../kit/case.ts";
import { startContainer } from "../kit/container.ts";
import { assertUnsupported } from "../kit/during.ts";

const KEY = "core.proxy_ignore_hosts";

defineCase("The server's configuration is changed under its version", async ({ client }) => {
  const { server } = client;
  await server.refresh();
  const before = server.data.config[KEY] ?? "";
  const address = server.data.config["core.https_address"];
  try {
    const other = client.project("default").server;
    await server.edit(async (it) => {
      const hosts = it.config![KEY]?.split(",") ?? [];
      // Another one gets in between, once.
      if (hosts.length === 0) {
        await other.edit((it) => {
          it.config![KEY] = "a.example";
        });
      }
      it.config![KEY] = [...hosts, "b.example"].join(",");
    });
    assertEquals(server.data.config[KEY], "a.example,b.example");
    const stale = client.project("default").server;
    await stale.refresh();
    await server.patch({ config: { [KEY]: "e.example" } });
    assertEquals(server.data.config["core.https_address"], address);
    await assertRejects(() => stale.save(), PreconditionFailedError);
    server.data.config[KEY] = "f.example";
    await server.save();
    assertEquals((await stale.refresh()).data.config[KEY], "f.example");
  } finally {
    await server.patch({ config: { [KEY]: before } });
  }
});

defineCase("The server tells its hardware", async ({ client }) => {
  const { cpu, memory, storage, network } = await client.server.resources();
  assert(cpu.total > 0 && memory.total > 0);
  assert(Array.isArray(storage.disks) && Array.isArray(network.cards));
});

defineCase("The server measures its instances", async (context) => {
  const { client } = context;
  const { name } = await startContainer(context);
  // The servers keep an answer for some seconds.
  for (let tries = 60;; tries--) {
    const metrics = await client.server.metrics();
    const counter = metrics.find((it) => /_cpu_seconds_total$/.test(it.name));
    const samples = counter?.samples.filter(({ labels }) => labels.name === name) ?? [];
    if (counter && samples.length > 0) {
      assertEquals([counter.type, counter.help !== ""], ["counter", true]);
      assert(samples.every(({ value, labels }) => value >= 0 && labels.project === "default"));
      break;
    }
    assert(tries > 0, "the container never showed up");
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  assert((await client.server.metricsText()).trimEnd().endsWith("# EOF"));
});

defineCase("The server tells what its configuration keys mean where offered", async (context) => {
  const { server } = context.client;
  const extension = "metadata_configuration";
  if (!context.client.hasExtension(extension)) {
    return await assertUnsupported(extension, () => server.configurationMetadata());
  }
  const { configs } = await server.configurationMetadata();
  const keys = Object.values(configs.instance ?? {}).flatMap((group) => group.keys);
  assertEquals(keys.find((it) => "limits.cpu" in it)?.["limits.cpu"]?.type, "string");
});
