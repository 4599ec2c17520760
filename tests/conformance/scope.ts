import { assert, assertEquals, assertRejects } from "@std/assert";
import { ApiError, NotFoundError } from "../../mod.ts";
import { type CaseContext, defineCase } from "../kit/case.ts";
import { makeContainer } from "../kit/container.ts";

/** Runs with a project that shares images and profiles, and removes it with all instances in it. */
async function withProject(
  { client, name }: CaseContext,
  run: (project: string) => Promise<void>,
): Promise<void> {
  const project = await client.projects.create({
    name: name("scope"),
    config: { "features.images": "false", "features.profiles": "false" },
  });
  try {
    await run(project.name);
  } finally {
    for (const it of await client.project(project.name).instances.list()) {
      if (it.data.status !== "Stopped") await it.stop({ force: true });
      await it.delete();
    }
    await project.delete();
  }
}

defineCase("Calls go to the project of the client", async (context) => {
  const { client, server } = context;
  const outside = await makeContainer(context);
  await withProject(context, async (project) => {
    const scoped = client.project(project);
    assertEquals(scoped.scope.project, project);
    assertEquals(client.scope.project, undefined);
    assertEquals(await scoped.instances.names(), []);
    await assertRejects(() => scoped.instances.get(outside.name), NotFoundError);

    const source = { type: "image", alias: server.image } as const;
    const inside = await scoped.instances.create({ name: "inside", source, start: true });
    assertEquals(inside.data.project, project);
    assertEquals(await scoped.instances.names(), ["inside"]);
    assertEquals(await client.instances.exists("inside"), false);
    assertEquals((await inside.exec(["hostname"])).stdoutText, "inside\n");
    await inside.files.write("/root/x", "in");
    assertEquals(await inside.files.readText("/root/x"), "in");
    await inside.edit((data) => {
      data.description = "edited";
    });
    const [listed] = await scoped.instances.list();
    assertEquals(listed!.data.description, "edited");
    const response = await scoped.api("instances")("inside").get();
    assertEquals((await response.json()).metadata.project, project);
  });
});

defineCase("A list of all projects gives things that stay in their project", async (context) => {
  const { client, server } = context;
  const outside = await makeContainer(context);
  await withProject(context, async (project) => {
    const source = { type: "image", alias: server.image } as const;
    // The same name as in the default project.
    await client.project(project).instances.create({ name: outside.name, source });
    for (const scope of [client, client.project(project)]) {
      const all = await scope.instances.list({ allProjects: true });
      const same = all.filter(({ name }) => name === outside.name);
      assertEquals(same.map(({ data }) => data.project).sort(), ["default", project].sort());
      const inside = same.find(({ data }) => data.project === project)!;
      await inside.edit((data) => {
        data.description = "of the project";
      });
    }
    assertEquals((await outside.refresh()).data.description, "");
    const names = await client.instances.names({ allProjects: true });
    assertEquals(names.filter((name) => name === outside.name).length, 2);
    const full = await client.instances.list({ allProjects: true, recursion: 2 });
    assertEquals(full.filter(({ name }) => name === outside.name).length, 2);
    assert(full.some(({ data }) => data.project === project && data.state));
  });
});

defineCase("A target is refused where there is no cluster to choose from", async (context) => {
  const { client } = context;
  assertEquals(client.server.clustered, false);
  const scoped = client.target("node2");
  assertEquals(scoped.scope.target, "node2");
  await assertRejects(async () => await scoped.storagePools.get("default"), ApiError);
  // Scopes add to each other.
  assertEquals(client.project("p").target("t").scope, { project: "p", target: "t" });
});

defineCase("Scopes share their connection", async (context) => {
  const { client } = context;
  const scoped = client.project("default");
  assertEquals(scoped.connector, client.connector);
  assertEquals(scoped.dialect, client.dialect);
  assert((await scoped.profiles.names()).includes("default"));
});
