import { assert, assertEquals, assertRejects } from "@std/assert";
import { ApiError, PreconditionFailedError } from "../../mod.ts";
import { defineCase } from "../kit/case.ts";
import { makeContainer, startContainer } from "../kit/container.ts";

defineCase("An edit changes what it is told and keeps the rest", async (context) => {
  const instance = await makeContainer(context, { config: { "user.kept": "1" } });
  const volatile = instance.data.config["volatile.uuid"];
  const same = await instance.edit((data) => {
    data.description = "new";
    data.config!["user.added"] = "2";
  });
  assertEquals(same, instance);
  const { data } = await context.client.instances.get(instance.name);
  assertEquals(data.description, "new");
  assertEquals(data.config["user.kept"], "1");
  assertEquals(data.config["user.added"], "2");
  assertEquals(data.config["image.os"], "busybox");
  assertEquals(data.config["volatile.uuid"], volatile);
});

defineCase("Edits at the same time lose nothing", async (context) => {
  const { client } = context;
  const { name } = await makeContainer(context, { config: { "user.count": "0" } });
  const count = async () => {
    for (let round = 0; round < 4; round++) {
      await client.instances.at(name).edit(({ config }) => {
        config!["user.count"] = String(Number(config!["user.count"]) + 1);
      });
    }
  };
  await Promise.all([count(), count(), count()]);
  assertEquals((await client.instances.get(name)).data.config["user.count"], "12");
});

defineCase("An edit that throws writes nothing", async (context) => {
  const instance = await makeContainer(context);
  await assertRejects(
    async () =>
      await instance.edit((data) => {
        data.description = "half";
        throw new RangeError("changed my mind");
      }),
    RangeError,
    "changed my mind",
  );
  assertEquals((await instance.refresh()).data.description, "");
});

defineCase("A patch sends its fields alone, and maps are merged", async (context) => {
  const instance = await makeContainer(context, {
    config: { "user.a": "1", "user.b": "1" },
  });
  await instance.patch({ config: { "user.b": "2", "user.c": "3" } });
  const { profiles, config } = instance.data;
  assertEquals(profiles, ["default"]);
  assertEquals([config["user.a"], config["user.b"], config["user.c"]], ["1", "2", "3"]);
});

defineCase("A save is refused when others changed it since", async (context) => {
  const { client } = context;
  const mine = await makeContainer(context);
  const theirs = await client.instances.get(mine.name);
  mine.data.description = "mine";
  await mine.save();
  assertEquals(mine.data.description, "mine");
  // The ETag is the new one: a second save goes through.
  mine.data.config["user.again"] = "1";
  await mine.save();

  theirs.data.description = "theirs";
  const error = await assertRejects(async () => await theirs.save(), PreconditionFailedError);
  assertEquals(error.status, 412);
  assertEquals((await client.instances.get(mine.name)).data.description, "mine");
});

defineCase("A change that the server refuses tells its words", async (context) => {
  const instance = await makeContainer(context);
  const error = await assertRejects(
    async () => await instance.patch({ config: { "no.such.key": "1" } }),
    Error,
    "no.such.key",
  );
  assert(error instanceof ApiError || error.name === "OperationError");
});

defineCase("The state of all instances of a project is changed at once", async (context) => {
  const { client, name } = context;
  const project = await client.projects.create({
    name: name("bulk"),
    config: { "features.images": "false", "features.profiles": "false" },
  });
  const scoped = client.project(project.name);
  const source = { type: "image", alias: context.server.image } as const;
  try {
    const made = await Promise.all(
      ["a", "b"].map((name) => scoped.instances.create({ name, source })),
    );
    await scoped.instances.setState({ action: "start" });
    assertEquals(
      (await scoped.instances.list()).map(({ data }) => data.status),
      ["Running", "Running"],
    );
    await scoped.instances.setState({ action: "stop", force: true });
    for (const instance of made) {
      assertEquals((await instance.refresh()).data.status, "Stopped");
    }
  } finally {
    for (const instance of await scoped.instances.list()) {
      if (instance.data.status !== "Stopped") await instance.stop({ force: true });
      await instance.delete();
    }
    await project.delete();
  }
}, { needs: ["instance_bulk_state_change"] });

defineCase("Configuration that is live reaches a running instance", async (context) => {
  const instance = await startContainer(context);
  await instance.edit(({ config }) => {
    config!["limits.memory"] = "64MiB";
  });
  assertEquals((await instance.state()).status, "Running");
  assertEquals(instance.data.config["limits.memory"], "64MiB");
});
