import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ApiError, LxkitError } from "../../mod.ts";
import { defineCase } from "../kit/case.ts";
import { makeContainer, startContainer } from "../kit/container.ts";

/** Names that mean something else to whatever does not encode them. */
const hostile = [
  "a b",
  "100%",
  "%2F",
  "%2e%2e",
  "a#b",
  "a?b=c",
  "a&b=c",
  "a+b",
  "a;b",
  "a:b",
  "a\\b",
  'a"b',
  "a\tb",
  "...",
  "~",
  "é",
  "名前",
  "😀",
];

/** Names that lead elsewhere by their slashes. */
const climbing = ["a/b", "../x", "x/..", "a/../../projects", "/etc", "a//b", "./a"];

/** Names that no request can carry. */
const impossible = ["", ".", "..", "\ud800", "a\udfffb"];

defineCase("No hostile name of an instance reaches another path", async (context) => {
  const { client } = context;
  const { name } = await makeContainer(context, { config: { "user.canary": "1" } });
  const around = [
    `x/../${name}`,
    `./${name}`,
    `../instances/${name}`,
    `${name}/`,
    `${name}/.`,
    `${name}/state`,
    `${name}?recursion=1`,
    `${name}#`,
    `${name}%00`,
    `%2e%2e/instances/${name}`,
    ` ${name}`,
    `${name}\n`,
  ];
  for (const other of [...hostile, ...climbing, ...around]) {
    const label = JSON.stringify(other);
    await assertRejects(() => client.instances.get(other), ApiError, undefined, label);
    const handle = client.instances.at(other);
    await assertRejects(async () => await handle.delete(), ApiError, undefined, label);
    await assertRejects(async () => await handle.start(), ApiError, undefined, label);
    await assertRejects(() => handle.files.read("/etc/passwd"), ApiError, undefined, label);
    await assertRejects(() => handle.exec(["true"]), ApiError, undefined, label);
    const response = await client.api("instances")(other).get();
    assert(response.status >= 400, label);
    await response.body?.cancel();
  }
  for (const other of impossible) {
    assertThrows(() => client.instances.at(other), TypeError);
    await assertRejects(() => client.instances.get(other), TypeError);
    assertThrows(() => client.api("instances")(other), TypeError);
  }
  const { data } = await client.instances.get(name);
  assertEquals([data.status, data.config["user.canary"]], ["Stopped", "1"]);
});

defineCase("An instance is not made or renamed by a name that it cannot have", async (context) => {
  const { client, server } = context;
  const before = (await client.instances.names()).length;
  const source = { type: "image", alias: server.image } as const;
  const instance = await makeContainer(context);
  const name = instance.name;
  for (const other of [...hostile, ...climbing]) {
    const label = JSON.stringify(other);
    await assertRejects(
      async () => await client.instances.create({ name: other, source }),
      LxkitError,
      undefined,
      label,
    );
    await assertRejects(async () => await instance.rename(other), LxkitError, undefined, label);
  }
  for (const other of impossible.slice(1)) {
    await assertRejects(
      async () => await client.instances.create({ name: other, source }),
      Error,
      "Cannot",
    );
  }
  for (const other of impossible) {
    await assertRejects(async () => await instance.rename(other), TypeError);
  }
  assertEquals(instance.name, name);
  assertEquals((await client.instances.names()).length, before + 1);
});

defineCase("A profile of any name goes through right or is refused", async ({ client }) => {
  for (const name of [...hostile, ...climbing]) {
    const label = JSON.stringify(name);
    const before = await client.profiles.names();
    const body = { name, description: label, config: {}, devices: {} };
    let profile;
    try {
      profile = await client.profiles.create(body);
    } catch (error) {
      assert(error instanceof ApiError, `${label}: ${error}`);
      assertEquals(await client.profiles.names(), before, label);
      await assertRejects(() => client.profiles.get(name), ApiError, undefined, label);
      continue;
    }
    try {
      assertEquals([profile.name, profile.data.name], [name, name]);
      assertEquals((await client.profiles.names()).includes(name), true, label);
      assertEquals((await client.profiles.list()).some((it) => it.name === name), true, label);
      await profile.edit((data) => {
        data.description = "edited";
      });
      assertEquals((await client.profiles.get(name)).data.description, "edited");
    } finally {
      await profile.delete();
    }
    assertEquals(await client.profiles.exists(name), false, label);
    assertEquals(await client.profiles.names(), before, label);
  }
  for (const name of impossible) {
    await assertRejects(async () => await client.profiles.create({ name }), TypeError);
  }
});

defineCase("A file of any name goes through right", async (context) => {
  const instance = await startContainer(context);
  const { files } = instance;
  await files.mkdir("/root/in");
  await files.write("/root/canary", "sings");
  const names = [...hostile, "a\nb", "-rf", "*", "$HOME", "'", " ", "new\u00a0line", "é"];
  for (const name of names) {
    const path = `/root/in/${name}`;
    await files.write(path, name);
    assertEquals(await files.list("/root/in"), [name]);
    assertEquals(await files.readText(path), name);
    assertEquals((await files.stat(path)).size, new TextEncoder().encode(name).length);
    assertEquals((await instance.exec(["cat", path])).stdoutText, name);
    await files.remove(path);
    assertEquals(await files.list("/root/in"), []);
    await files.mkdir(path);
    await files.symlink(`${path}/target`, `${path}/link`);
    assertEquals(await files.readLink(`${path}/link`), `${path}/target`);
    await files.remove(path, { recursive: true });
  }
  for (const path of ["", "root/x", "./x", "/root/\0", "/root/\ud800", "/root/a\udfff/b"]) {
    for (const call of ["read", "stat", "list", "remove", "mkdir", "readLink"] as const) {
      await assertRejects(() => files[call](path), TypeError, "Cannot");
    }
    await assertRejects(() => files.write(path, "x"), TypeError, "Cannot");
    await assertRejects(() => files.symlink("/x", path), TypeError, "Cannot");
  }
  await assertRejects(() => files.symlink("/\ud800", "/root/in/link"), TypeError, "Cannot");
  assertEquals(await files.list("/root/in"), []);
  assertEquals(await files.readText("/root/canary"), "sings");
});

defineCase(
  "An image alias of any name goes through right or is refused",
  async ({ client, server }) => {
    const aliases = client.api("images")("aliases");
    const metadataOf = async (response: Response) => (await response.json()).metadata;
    const { target } = await metadataOf(await aliases(server.image).get());
    for (const name of [...hostile, ...climbing]) {
      const label = JSON.stringify(name);
      const made = await aliases.post({ name, target, description: label });
      const { type } = await made.json();
      const read = await aliases(name).get();
      const alias = await metadataOf(read);
      if (type === "error") {
        assert(read.status >= 400, label);
        continue;
      }
      assertEquals([read.status, alias?.name, alias?.description], [200, name, label], label);
      await (await aliases(name).delete()).body?.cancel();
      assertEquals((await aliases(name).get().then(metadataOf))?.name, undefined, label);
    }
    assertEquals((await aliases(server.image).get().then(metadataOf)).target, target);
  },
);

defineCase("A project of any name is asked for as it is", async (context) => {
  const { client } = context;
  const { name } = await makeContainer(context);
  for (const project of [...hostile, ...climbing, "default&project=x", "default#", "default "]) {
    const label = JSON.stringify(project);
    const scoped = client.project(project);
    await assertRejects(() => scoped.instances.get(name), ApiError, undefined, label);
    assertEquals(await scoped.instances.list(), [], label);
  }
  await assertRejects(() => client.project("\ud800").instances.list(), TypeError);
});
