import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ApiError, type EventStream, OverflowError, type ServerEvent } from "../../mod.ts";
import { type CaseContext, defineCase } from "../kit/case.ts";
import { gather } from "../kit/gather.ts";

/** Makes something whose coming and going is told in events. */
async function makeProfile({ client, name }: CaseContext, project?: string): Promise<string> {
  const scoped = project === undefined ? client : client.project(project);
  const profile = await scoped.profiles.create({ name: name("profile") });
  await profile.delete();
  return profile.name;
}

/** Reads up to the first event that fits. */
async function find(
  events: EventStream,
  fits: (event: ServerEvent) => boolean,
): Promise<ServerEvent[]> {
  const seen: ServerEvent[] = [];
  for await (const event of events) {
    if (event.type === "gap") continue;
    seen.push(event);
    if (fits(event)) return seen;
  }
  throw new Error("Cannot find the event: the stream ended");
}

function isAbout(event: ServerEvent, action: string, name: string): boolean {
  return event.type === "lifecycle" && event.metadata.action === action &&
    event.metadata.source.split("?")[0] === `/1.0/profiles/${name}`;
}

defineCase("Events tell what happens from the opening on", async (context) => {
  const events = context.client.events({ types: ["lifecycle"] });
  await events.opened;
  const name = await makeProfile(context);
  const seen = await find(events, (event) => isAbout(event, "profile-deleted", name));
  assert(seen.some((event) => isAbout(event, "profile-created", name)));
  assert(seen.every(({ type }) => type === "lifecycle"));
  assertMatch(seen.at(-1)!.timestamp, /^\d{4}-\d\d-\d\dT/);
  assertEquals(seen.at(-1)!.project, "default");
});

defineCase("Events come of the kinds that are asked for", async (context) => {
  const { client, server, name } = context;
  const events = client.events({ types: ["operation", "lifecycle"] });
  await events.opened;
  const source = { type: "image", alias: server.image } as const;
  const creating = client.instances.create({ name: name("box"), source });
  const operation = await creating.accepted;
  const seen = await find(
    events,
    (event) =>
      event.type === "operation" && event.metadata.id === operation!.id &&
      event.metadata.status === "Success",
  );
  assertEquals(seen.filter(({ type }) => type !== "operation" && type !== "lifecycle"), []);
  await creating;

  const all = client.events();
  await all.opened;
  await makeProfile(context);
  await find(all, (event) => event.type === "logging");
});

defineCase("An event stream that the server refuses says so", async ({ client }) => {
  // deno-lint-ignore no-explicit-any
  const events = client.events({ types: ["weather" as any] });
  const error = await assertRejects(() => events.opened, ApiError, "weather");
  assertEquals(await assertRejects(() => gather(events)), error);
});

defineCase("Events are of one project, or of all", async (context) => {
  const { client, name } = context;
  const project = await client.projects.create({
    name: name("events"),
    config: { "features.profiles": "true" },
  });
  try {
    const one = client.project(project.name).events({ types: ["lifecycle"] });
    const all = client.events({ types: ["lifecycle"], allProjects: true });
    await Promise.all([one.opened, all.opened]);
    const outside = await makeProfile(context);
    const inside = await makeProfile(context, project.name);
    const seen = await find(one, (event) => isAbout(event, "profile-deleted", inside));
    assertEquals(seen.filter((event) => event.project !== project.name), []);
    const more = await find(all, (event) => isAbout(event, "profile-deleted", inside));
    assert(more.some((event) => isAbout(event, "profile-created", outside)));
  } finally {
    await project.delete();
  }
});

defineCase("An event stream ends with its loop, its signal and its close", async (context) => {
  const { client } = context;
  const left = client.events({ types: ["lifecycle"] });
  await left.opened;
  await makeProfile(context);
  for await (const _ of left) break;
  await assertRejects(() => gather(left), TypeError, "twice");

  const stop = new AbortController();
  const aborted = client.events({ signal: stop.signal });
  await aborted.opened;
  const reason = new RangeError("enough");
  const reading = gather(aborted);
  stop.abort(reason);
  assertEquals(await assertRejects(() => reading), reason);

  const late = client.events({ signal: stop.signal });
  assertEquals(await assertRejects(() => late.opened), reason);
  assertEquals(await assertRejects(() => gather(late)), reason);

  const closed = client.events();
  await closed.opened;
  const waiting = gather(closed);
  await closed.close();
  assert((await waiting).every(({ type }) => type !== "gap"));

  {
    await using disposed = client.events();
    await disposed.opened;
  }
});

defineCase("What happens as soon as a stream has opened is seen", async (context) => {
  for (let round = 0; round < 100; round++) {
    await using events = context.client.events({ types: ["lifecycle"] });
    await events.opened;
    const name = await makeProfile(context);
    const seen = [];
    for await (const event of events) {
      if (event.type !== "lifecycle" || !event.metadata.source.endsWith(name)) continue;
      seen.push(event.metadata.action);
      if (event.metadata.action === "profile-deleted") break;
    }
    assertEquals(seen, ["profile-created", "profile-deleted"]);
  }
});

defineCase("A consumer that is too slow is told of the gap", async (context) => {
  const events = context.client.events({ types: ["lifecycle"], queue: 3 });
  await events.opened;
  const names = [];
  for (let round = 0; round < 20; round++) names.push(await makeProfile(context));
  const seen = [];
  for await (const event of events) {
    seen.push(event);
    const last = event.type !== "gap" && isAbout(event, "profile-deleted", names.at(-1)!);
    if (last) break;
  }
  const gap = seen.find((event) => event.type === "gap");
  assertEquals(gap?.reason, "overflow");
});

defineCase("A consumer that is too slow is stopped where it asked for that", async (context) => {
  const events = context.client.events({ types: ["lifecycle"], queue: 3, overflow: "error" });
  await events.opened;
  for (let round = 0; round < 20; round++) await makeProfile(context);
  await assertRejects(() => gather(events), OverflowError, "3 wait already");
});
