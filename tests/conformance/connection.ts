import { assert, assertEquals, assertRejects } from "@std/assert";
import { NotFoundError } from "../../mod.ts";
import { type Connection, openConnection } from "../../src/connection/mod.ts";
import { type CaseContext, defineCase } from "../kit/case.ts";
import { makeContainer, sharedContainer } from "../kit/container.ts";

/** A connection by the client's own connector, which the client closes. */
async function openBeside({ client }: CaseContext): Promise<Connection> {
  const { connector, scope } = client;
  return await openConnection({ connector, ...scope });
}

defineCase("A connection reads and changes by routes", async (context) => {
  const { server } = context;
  const { name } = await makeContainer(context);
  const connection = await openBeside(context);
  assertEquals(connection.dialect, server.kind);
  assert(connection.hasExtension("instances"));
  const path = { name };
  const body = { description: "by a route" };
  await connection.raw("PATCH /1.0/instances/{name}", { path, body });
  const { description } = await connection.raw("GET /1.0/instances/{name}", { path });
  assertEquals(description, "by a route");
  const state = { action: "start" } as const;
  await connection.raw("PUT /1.0/instances/{name}/state", { path, body: state });
  const { status } = await connection.raw("GET /1.0/instances/{name}/state", { path });
  assertEquals(status, "Running");
});

defineCase("A connection runs commands in instances", async (context) => {
  const { name } = await sharedContainer(context);
  const connection = await openBeside(context);
  const { code, stdoutText } = await connection.exec(name, ["sh", "-c", "cat; exit 3"], {
    stdin: "words",
  });
  assertEquals([code, stdoutText], [3, "words"]);
  const process = await connection.spawn(name, ["cat"]);
  await Promise.all([
    new Blob(["streamed"]).stream().pipeTo(process.stdin),
    new Response(process.stdout).text().then((text) => assertEquals(text, "streamed")),
    process.stderr.cancel(),
  ]);
  assert((await process.status).success);
  await assertRejects(() => connection.exec("no-such-instance", ["true"]), NotFoundError);
});

defineCase("A connection goes to the project that it is told", async (context) => {
  const { client, name } = context;
  const project = await client.projects.create({ name: name("connection") });
  try {
    const connection = (await openBeside(context)).project(project.name);
    assertEquals(connection.scope.project, project.name);
    assertEquals(await connection.raw("GET /1.0/instances"), []);
    const { name: outside } = await makeContainer(context);
    const path = { name: outside };
    await assertRejects(
      () => connection.raw("GET /1.0/instances/{name}", { path }),
      NotFoundError,
    );
  } finally {
    await project.delete();
  }
});

defineCase("A connection gives events", async (context) => {
  const connection = await openBeside(context);
  const events = connection.events({ types: ["lifecycle"] });
  await events.opened;
  const name = context.name("profile");
  await connection.raw("POST /1.0/profiles", { body: { name } });
  await connection.raw("DELETE /1.0/profiles/{name}", { path: { name } });
  const actions: string[] = [];
  for await (const event of events) {
    if (event.type !== "lifecycle") continue;
    const { action, source } = event.metadata;
    if (source.split("?")[0] === `/1.0/profiles/${name}`) actions.push(action);
    if (action === "profile-deleted") break;
  }
  assertEquals(actions, ["profile-created", "profile-deleted"]);
});
