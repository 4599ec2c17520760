import { assert, assertEquals, assertRejects } from "@std/assert";
import { NotFoundError, OperationError } from "../../mod.ts";
import { defineCase } from "../kit/case.ts";
import { startContainer } from "../kit/container.ts";
import { assertUnsupported } from "../kit/during.ts";

defineCase("Work in the background is listed and cancelled", async (context) => {
  const { client, name } = context;
  const { operations } = client;
  const { operation: issued } = await client.certificates.createToken({ name: name("op") });
  const { id } = issued!;
  const waiting = assertRejects(() => operations.at(id).wait(), OperationError);
  try {
    const all = await operations.list();
    assertEquals(all.find((it) => it.id === id)?.data.class, "token");
    assert(await operations.exists(id));
    const read = await operations.get(id);
    assertEquals([read.data.status, read.ended], ["Running", false]);
  } finally {
    await operations.at(id).cancel();
  }
  assertEquals((await waiting).outcome, "cancelled");
});

defineCase("Work that others began is waited for by its id", async (context) => {
  const { client } = context;
  const container = await startContainer(context);
  const stopping = container.stop({ force: true });
  const { id } = (await stopping.detach())!;
  const attached = client.operations.at(id);
  assertEquals(attached.ended, false);
  const { status } = await attached.wait();
  assertEquals([status, attached.ended, attached.data.id], ["Success", true, id]);
  assertEquals((await container.refresh()).data.status, "Stopped");
});

defineCase("Work that nobody knows is not found", async ({ client }) => {
  const { operations } = client;
  const id = crypto.randomUUID();
  assertEquals(await operations.exists(id), false);
  await assertRejects(() => operations.get(id), NotFoundError);
  await assertRejects(() => operations.at(id).wait(), NotFoundError);
  await assertRejects(() => operations.at(id).cancel(), NotFoundError);
  await assertRejects(() => operations.at(id).refresh(), NotFoundError);
});

defineCase("The work of all projects is listed where offered", async ({ client }) => {
  const list = () => client.operations.list({ allProjects: true });
  if (client.hasExtension("operations_get_query_all_projects")) {
    assert(Array.isArray(await list()));
  } else {
    await assertUnsupported("operations_get_query_all_projects", list);
  }
});
