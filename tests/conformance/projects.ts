import { assert, assertEquals, assertRejects } from "@std/assert";
import { ApiError, NotFoundError, PreconditionFailedError } from "../../mod.ts";
import { defineCase } from "../kit/case.ts";
import { assertTrustedEverywhere } from "../kit/trusted.ts";
import { assertUnsupported, during } from "../kit/during.ts";

defineCase("A project is created, seen, changed, renamed and deleted", async ({ client, name }) => {
  const { projects } = client;
  const first = name("p");
  const config = { "features.images": "false", "user.team": "web" };
  await during(projects.create({ name: first, config }), async (project) => {
    assertEquals(project.data.config["features.images"], "false");
    assert((await projects.names()).includes(first));
    const listed = (await projects.list()).find((it) => it.name === first)!;
    assertEquals(listed.data.config["user.team"], "web");
    await assertRejects(() => projects.create({ name: first }), ApiError);
    await project.edit((it) => {
      it.description = "edited";
      it.config!["limits.instances"] = "3";
    });
    await project.patch({ config: { "user.team": "db" } });
    await project.patch({ description: "the team" });
    const stale = await projects.get(first);
    assertEquals(
      [stale.data.description, stale.data.config["user.team"]],
      ["the team", "db"],
    );
    await project.refresh();
    project.data.description = "saved";
    await project.save();
    await assertRejects(() => stale.save(), PreconditionFailedError);

    const { resources } = await project.state();
    assertEquals([resources.instances?.Limit, resources.instances?.Usage], [3, 0]);

    const second = name("p");
    await project.rename(second);
    assertEquals([project.name, project.data.description], [second, "saved"]);
    assertEquals(await projects.exists(first), false);
    await project.delete();
    await assertRejects(() => projects.get(second), NotFoundError);
  });
});

defineCase("Projects keep things of one name apart", async ({ client, name }) => {
  const config = { "features.profiles": "true" };
  const profile = name("same");
  await during(client.projects.create({ name: name("p"), config }), async (one) => {
    await during(client.projects.create({ name: name("p"), config }), async (two) => {
      const first = client.project(one.name).profiles;
      const second = client.project(two.name).profiles;
      await during(first.create({ name: profile, description: "one" }), async () => {
        assertEquals(await second.exists(profile), false);
        await during(second.create({ name: profile, description: "two" }), async () => {
          assertEquals((await first.get(profile)).data.description, "one");
          assertEquals((await second.get(profile)).data.description, "two");
          assertEquals(await client.profiles.exists(profile), false);
          await assertRejects(() => one.delete(), ApiError);
        });
      });
    });
  });
});

defineCase("A project in use is deleted by force where offered", async ({ client, name }) => {
  const config = { "features.profiles": "true" };
  await during(client.projects.create({ name: name("p"), config }), async (project) => {
    const profile = client.project(project.name).profiles.create({ name: "inside" });
    await during(profile, async () => {
      await assertRejects(() => project.delete(), ApiError);
      if (!client.hasExtension("projects_force_delete")) {
        const force = () => project.delete({ force: true });
        return await assertUnsupported("projects_force_delete", force);
      }
      await project.delete({ force: true });
      assertEquals(await client.projects.exists(project.name), false);
    });
  });
});

defineCase("A project tells who may use it where offered", async ({ client }) => {
  const project = client.projects.at("default");
  if (client.hasExtension("project_access")) {
    await assertTrustedEverywhere(await project.access(), client);
  } else await assertUnsupported("project_access", () => project.access());
  await assertUnsupported(
    "project_replica_mode",
    () => project.setState({ replica_mode: "leader" }),
  );
});

defineCase("Projects are filtered where offered", async ({ client }) => {
  const filter = "name eq default";
  if (client.hasExtension("api_filtering_extended")) {
    assertEquals((await client.projects.list({ filter })).map((it) => it.name), ["default"]);
    assertEquals(await client.projects.names({ filter: `${filter}x` }), []);
  } else {
    await assertUnsupported("api_filtering_extended", () => client.projects.list({ filter }));
  }
});
