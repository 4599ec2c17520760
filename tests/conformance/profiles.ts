import { assert, assertEquals, assertRejects } from "@std/assert";
import { NotFoundError } from "../../mod.ts";
import { defineCase } from "../kit/case.ts";
import { during } from "../kit/during.ts";

defineCase("A profile is created, seen, changed, renamed and deleted", async (context) => {
  const { profiles } = context.client;
  const name = context.name("profile");
  const config = { "limits.cpu": "1" };
  await during(profiles.create({ name, config, description: "first" }), async (profile) => {
    assertEquals(profile.data.config, config);
    assert((await profiles.names()).includes(name));
    assert((await profiles.list()).some((it) => it.name === name));
    await assertRejects(async () => await profiles.create({ name }));
    await profile.edit((it) => {
      it.devices = { tmp: { type: "disk", source: "/tmp", path: "/host" } };
    });
    await profile.patch({ config: { "user.a": "1" } });
    const { data } = await profiles.get(name);
    assertEquals(data.config, { ...config, "user.a": "1" });
    assertEquals([data.devices.tmp?.type, data.description], ["disk", "first"]);
    profile.data.description = "saved";
    await profile.save();
    const renamed = context.name("renamed");
    await profile.rename(renamed);
    assertEquals(await profiles.exists(name), false);
    assertEquals((await profiles.get(renamed)).data.description, "saved");
  });
  await assertRejects(() => profiles.get(name), NotFoundError);
});
