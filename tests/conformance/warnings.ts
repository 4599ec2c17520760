import { assert, assertEquals, assertRejects } from "@std/assert";
import { type Client, NotFoundError } from "../../mod.ts";
import { defineCase } from "../kit/case.ts";

/** Has the server warn of something, by the way that it keeps for its own tests. */
async function warn(client: Client, message: string): Promise<void> {
  const path = client.dialect === "lxd" ? "testing" : "debug";
  const response = await client.connector.fetch(`/internal/${path}/warnings`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ entity_type_code: -1, entity_id: -1, type_code: 1, message }),
  });
  assertEquals((await response.json()).type, "sync");
}

defineCase("A warning is seen, taken note of and deleted", async ({ client, name }) => {
  const { warnings } = client;
  const message = name("warning");
  await warn(client, message);
  const warning = (await warnings.list()).find((it) => it.data.last_message === message)!;
  assertEquals(warning.name, warning.data.uuid);
  assert((await warnings.names()).includes(warning.name));
  assertEquals((await warnings.get(warning.name)).data.status, "new");
  await warning.acknowledge();
  assertEquals(warning.data.status, "acknowledged");
  await warning.setStatus("new");
  assertEquals(warning.data.status, "new");
  assertEquals((await warnings.get(warning.name)).data.status, "new");
  await warning.delete();
  assertEquals(await warnings.exists(warning.name), false);
  await assertRejects(() => warnings.at(warning.name).acknowledge(), NotFoundError);
});
