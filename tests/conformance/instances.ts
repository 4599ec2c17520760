import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import {
  ApiError,
  LxkitError,
  NotFoundError,
  OperationError,
  UnsupportedError,
} from "../../mod.ts";
import { defineCase } from "../kit/case.ts";
import { makeContainer, startContainer, untilRuns } from "../kit/container.ts";

defineCase("An instance is made from an image, stopped and with its data", async (context) => {
  const instance = await makeContainer(context, {
    description: "for a case",
    config: { "user.team": "web" },
    profiles: ["default"],
  });
  assertEquals(instance.data.name, instance.name);
  assertEquals(instance.data.status, "Stopped");
  assertEquals(instance.data.type, "container");
  assertEquals(instance.data.description, "for a case");
  assertEquals(instance.data.config["user.team"], "web");
  assertEquals(instance.data.config["image.os"], "busybox");
});

defineCase("An instance is made and started in one call", async (context) => {
  const instance = await startContainer(context);
  assertEquals(instance.data.status, "Running");
  const { pid, processes, status } = await instance.state();
  assertEquals(status, "Running");
  assert(pid > 0 && processes > 0);
});

defineCase("An instance is made from nothing", async ({ client, name }) => {
  const instance = await client.instances.create({ name: name("bare"), source: { type: "none" } });
  assertEquals(instance.data.status, "Stopped");
  assertEquals(instance.data.config["image.os"], undefined);
});

defineCase("An instance is made as a copy of another", async (context) => {
  const { client, name } = context;
  const source = await makeContainer(context, { config: { "user.kept": "yes" }, start: true });
  await source.exec(["sh", "-c", "echo kept > /root/kept"]);
  await source.stop({ force: true });
  const copy = await client.instances.create({
    name: name("copy"),
    source: { type: "copy", source: source.name },
    // LXD 5.0.2 gives a copy no profiles by itself.
    profiles: source.data.profiles,
    start: true,
  });
  assertEquals(copy.data.config["user.kept"], "yes");
  assertEquals((await copy.exec(["cat", "/root/kept"])).stdoutText, "kept\n");
});

defineCase("An instance without a name gets one from the server", async ({ client, server }) => {
  const instance = await client.instances.create({
    source: { type: "image", alias: server.image },
    start: true,
  });
  try {
    assertMatch(instance.name, /^[a-z][a-z0-9-]+$/);
    assertEquals(instance.data.name, instance.name);
    assertEquals(instance.data.status, "Running");
  } finally {
    await instance.stop({ force: true });
    await instance.delete();
  }
});

defineCase("A name that is taken fails, and so does a missing image", async (context) => {
  const { client, server, name } = context;
  const { name: taken } = await makeContainer(context);
  const source = { type: "image", alias: server.image } as const;
  const conflict = await assertRejects(
    async () => await client.instances.create({ name: taken, source }),
    OperationError,
    "instances",
  );
  assertEquals(conflict.outcome, "failure");
  assertEquals(conflict.operation.status_code, 400);
  const image = { type: "image", alias: "no-such-image" } as const;
  const lost = name("lost");
  // LXD looks for the image before it accepts the request, Incus afterwards.
  const error = await assertRejects(
    async () => await client.instances.create({ name: lost, source: image }),
    LxkitError,
    server.kind === "lxd" ? "Image alias not found" : "Image not provided",
  );
  assertEquals(error.code, server.kind === "lxd" ? "not-found" : "operation");
  assertEquals(await client.instances.exists(lost), false);
});

defineCase("A target is refused where there is no cluster", async ({ client, server, name }) => {
  const source = { type: "image", alias: server.image } as const;
  await assertRejects(
    async () => await client.instances.create({ name: name("far"), source }, { target: "node2" }),
    ApiError,
    "cluster",
  );
});

defineCase("Instances are had by name, with and without a request", async (context) => {
  const { client, name } = context;
  const made = await makeContainer(context);
  assertEquals((await client.instances.get(made.name)).data.name, made.name);
  assertEquals(await client.instances.exists(made.name), true);
  const handle = client.instances.at(made.name);
  assertThrows(() => handle.data, TypeError, "Call refresh() first");
  assertEquals((await handle.refresh()).data.name, made.name);

  const missing = name("missing");
  assertEquals(await client.instances.exists(missing), false);
  const error = await assertRejects(() => client.instances.get(missing), NotFoundError);
  assertEquals(error.status, 404);
  assertEquals(error.path, `/1.0/instances/${missing}`);
  await assertRejects(async () => await client.instances.at(missing).delete(), NotFoundError);
});

defineCase("An instance is started, frozen, thawed, restarted and stopped", async (context) => {
  const instance = await makeContainer(context);
  assertEquals((await instance.start()).data.status, "Running");
  const first = (await instance.state()).pid;
  assertEquals((await instance.freeze()).data.status, "Frozen");
  assertEquals((await instance.unfreeze()).data.status, "Running");
  assertEquals((await instance.restart({ force: true })).data.status, "Running");
  assert((await instance.state()).pid !== first);
  assertEquals((await instance.stop({ force: true })).data.status, "Stopped");
  await assertRejects(async () => await instance.stop(), OperationError, "already stopped");
});

defineCase("A stop asks the init of an instance to end", async (context) => {
  const instance = await startContainer(context);
  // An init that has not set itself up does not hear it.
  await untilRuns(instance, "/bin/sleep 86400");
  assertEquals((await instance.stop({ gracePeriod: 60_000 })).data.status, "Stopped");
});

defineCase("An ephemeral instance goes with its stop", async (context) => {
  const instance = await makeContainer(context, { ephemeral: true, start: true });
  await instance.stop({ force: true });
  assertEquals(await context.client.instances.exists(instance.name), false);
});

defineCase("An instance takes another name and keeps what it has", async (context) => {
  const { client, name } = context;
  const instance = await makeContainer(context, { config: { "user.mine": "yes" } });
  const before = instance.name;
  const after = name("renamed");
  assertEquals(await instance.rename(after), instance);
  assertEquals(instance.name, after);
  assertEquals(instance.data.name, after);
  assertEquals(instance.data.config["user.mine"], "yes");
  assertEquals(await client.instances.exists(before), false);

  const handle = client.instances.at(after);
  await handle.rename(before);
  assertEquals((await handle.refresh()).data.name, before);
});

defineCase("A running instance can be neither deleted nor renamed", async (context) => {
  const instance = await startContainer(context);
  await assertRejects(async () => await instance.delete(), ApiError, "running");
  const before = instance.name;
  await assertRejects(async () => await instance.rename(context.name("other")), Error, "running");
  assertEquals(instance.name, before);
});

defineCase("A running instance is deleted by force, an ephemeral one too", async (context) => {
  const { client } = context;
  for (const ephemeral of [false, true]) {
    const instance = await makeContainer(context, { ephemeral, start: true });
    await instance.delete({ force: true });
    assertEquals(await client.instances.exists(instance.name), false);
  }
});

defineCase("An instance is rebuilt from an image", async (context) => {
  const instance = await startContainer(context);
  await instance.exec(["touch", "/root/mine"]);
  await instance.stop({ force: true });
  await instance.rebuild({ type: "image", alias: context.server.image });
  await instance.start();
  assertEquals((await instance.exec(["test", "-e", "/root/mine"])).code, 1);
}, { needs: ["instances_rebuild"] });

defineCase("A rebuild that the server does not know is refused here", async (context) => {
  const instance = await makeContainer(context);
  const error = assertThrows(
    () => instance.rebuild({ type: "image", alias: context.server.image }),
    UnsupportedError,
  );
  assertEquals(error.extension, "instances_rebuild");
}, { needs: ["lxd"] });

defineCase(
  "A task reports progress, and gives the operation that was accepted",
  async (context) => {
    const stages: string[] = [];
    const { client, name, server } = context;
    const creating = client.instances.create({
      name: name("task"),
      source: { type: "image", alias: server.image },
    }, { onProgress: ({ stage, text }) => stages.push(`${stage}: ${text}`) });
    const operation = await creating.accepted;
    assertMatch(operation!.id, /^[0-9a-f-]{36}$/);
    await creating;
    assertEquals(operation!.ended, true);
    assertEquals(operation!.data.status, "Success");
    for (const stage of stages) assertMatch(stage, /^\w+: ./);
  },
);

defineCase("A task can be left to the server", async (context) => {
  const instance = await makeContainer(context);
  const starting = instance.start();
  const operation = await starting.detach();
  await operation!.wait();
  assertEquals((await instance.refresh()).data.status, "Running");
  await assertRejects(async () => await starting, DOMException);
});
