import { assert, assertEquals, assertRejects } from "@std/assert";
import { ApiError } from "../../mod.ts";
import { defineCase } from "../kit/case.ts";
import { makeContainer, startContainer } from "../kit/container.ts";

defineCase("A list carries the data of all instances", async (context) => {
  const { client } = context;
  const first = await makeContainer(context, { config: { "user.n": "1" } });
  const second = await makeContainer(context, { config: { "user.n": "2" } });
  const all = await client.instances.list();
  const found = all.filter(({ name }) => name === first.name || name === second.name);
  assertEquals(found.map(({ data }) => data.config["user.n"]).sort(), ["1", "2"]);
  assertEquals(found.map(({ data }) => data.state), [undefined, undefined]);
  const names = await client.instances.names();
  assert(names.includes(first.name) && names.includes(second.name));
});

defineCase("A list of recursion 2 carries state and snapshots too", async (context) => {
  const { client } = context;
  const running = await startContainer(context);
  const stopped = await makeContainer(context);
  const { operation } = await (await client.api("instances")(running.name)("snapshots")
    .post({ name: "s1" })).json();
  await client.operations.at(operation.split("/").at(-1)).wait();
  const all = await client.instances.list({ recursion: 2 });
  const dataOf = (name: string) => all.find((it) => it.name === name)!.data;
  assertEquals(dataOf(running.name).state?.status, "Running");
  assertEquals(dataOf(running.name).snapshots?.map(({ name }) => name), ["s1"]);
  assertEquals(dataOf(stopped.name).state?.pid, 0);
});

defineCase("A list is filtered by the server", async (context) => {
  const { client, name } = context;
  const team = name("team");
  const web = await makeContainer(context, { config: { "user.team": team, "user.role": "a b" } });
  const db = await makeContainer(context, { config: { "user.team": team, "user.role": "db" } });
  const namesOf = async (filter: string) =>
    (await client.instances.list({ filter })).map((it) => it.name).sort();
  assertEquals(await namesOf(`config.user.team eq ${team}`), [web.name, db.name].sort());
  assertEquals(
    await namesOf(`config.user.team eq ${team} and config.user.role eq "a b"`),
    [web.name],
  );
  assertEquals(await namesOf(`config.user.team eq ${team} and status eq Running`), []);
  await assertRejects(() => client.instances.list({ filter: "status eq" }), ApiError);
});

defineCase("Containers and virtual machines are listed apart", async (context) => {
  const { client } = context;
  const { name } = await makeContainer(context);
  assert((await client.containers.names()).includes(name));
  assert((await client.containers.list()).some((it) => it.name === name));
  assertEquals((await client.virtualMachines.names()).includes(name), false);
  assertEquals((await client.virtualMachines.list()).some((it) => it.name === name), false);
  assertEquals((await client.containers.get(name)).data.type, "container");
});

defineCase("A collection of containers makes containers", async ({ client, server, name }) => {
  const source = { type: "image", alias: server.image } as const;
  const instance = await client.containers.create({ name: name("one"), source });
  assertEquals(instance.data.type, "container");
});

defineCase("What a list gives can be worked with", async (context) => {
  const { client } = context;
  const { name } = await makeContainer(context);
  const listed = (await client.instances.list()).find((it) => it.name === name)!;
  await assertRejects(async () => await listed.save(), TypeError, "without an ETag");
  await listed.edit((data) => {
    data.description = "edited";
  });
  assertEquals(listed.data.description, "edited");
  await listed.delete();
  assertEquals(await client.instances.exists(name), false);
});
