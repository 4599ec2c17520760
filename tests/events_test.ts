/**
 * Event streams under load, over restarts of the daemon, and before consumers that are too slow: what
 * is seen is compared with what came over the wire.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type Client,
  connect,
  type EventGap,
  type EventStream,
  OverflowError,
  type ServerEvent,
} from "../mod.ts";
import { denoUnixConnector } from "../src/connectors/deno.ts";
import type { Daemon } from "./kit/daemon.ts";
import { daemonTest } from "./kit/suite.ts";
import { type Record, tapped } from "./kit/wiretap.ts";

const OPERATIONS = 200;
const QUEUE = 50;
const RESTARTS = 3;

type Seen = ServerEvent | EventGap;

/** A client, and what comes over its WebSockets. */
async function tap(daemon: Daemon): Promise<{ client: Client; record: Record }> {
  const record: Record = [];
  const connector = tapped(denoUnixConnector({ socket: daemon.socket }), record);
  return { client: await connect({ connector }), record };
}

/** What came over one WebSocket, as events. */
function eventsOf(messages: Record[number] = []): ServerEvent[] {
  return messages.map((it) =>
    JSON.parse(typeof it === "string" ? it : new TextDecoder().decode(it))
  );
}

/** Makes empty instances, as many as fit, and deletes them: two operations each. */
async function makeAndDelete(client: Client, count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, index) => `load-${index}`);
  await Promise.all(names.map(async (name) => {
    const instance = await client.instances.create({ name, source: { type: "none" } });
    await instance.delete();
  }));
  return names;
}

/** What happened to the thing of this name, in turn. */
function actionsOf(events: readonly Seen[], name: string): string[] {
  return events.flatMap((it) => {
    if (it.type !== "lifecycle") return [];
    const { action, source } = it.metadata;
    return source.split("?")[0]!.endsWith(`/${name}`) ? [action] : [];
  });
}

/** Reads up to the event that tells of the end of all: a profile of this name. */
async function readTo(events: EventStream, name: string): Promise<Seen[]> {
  const seen: Seen[] = [];
  for await (const event of events) {
    seen.push(event);
    if (actionsOf([event], name).length > 0) break;
  }
  return seen;
}

daemonTest(
  "Every event of 200 operations at once is seen once, in the server's order",
  async (daemon) => {
    const { client, record } = await tap(daemon);
    await using _ = client;
    const events = client.events({ types: ["lifecycle", "operation"] });
    await events.opened;
    const reading = readTo(events, "last");
    const names = await makeAndDelete(client, OPERATIONS);
    await client.profiles.create({ name: "last" });
    const seen = await reading;
    assertEquals(seen, eventsOf(record[0]).slice(0, seen.length) as Seen[]);
    for (const name of names) {
      assertEquals(actionsOf(seen, name), ["instance-created", "instance-deleted"], name);
    }
  },
);

daemonTest("A slow consumer is told that it lost events, and loses no other", async (daemon) => {
  const { client, record } = await tap(daemon);
  await using _ = client;
  const slow = client.events({ types: ["lifecycle"], queue: QUEUE });
  await slow.opened;
  const strict = client.events({ types: ["lifecycle"], queue: QUEUE, overflow: "error" });
  await strict.opened;
  await makeAndDelete(client, QUEUE);
  await client.profiles.create({ name: "last" });

  const seen = await readTo(slow, "last");
  const sent = eventsOf(record[0]);
  const end = sent.findIndex((it) => actionsOf([it], "last").length > 0);
  assertEquals(seen.filter(({ type }) => type === "gap").map((it) => (it as EventGap).reason), [
    "overflow",
  ]);
  assertEquals(seen[0]!.type, "gap");
  assertEquals(seen.slice(1), sent.slice(end + 2 - seen.length, end + 1) as Seen[]);

  const first: Seen[] = [];
  await assertRejects(
    async () => {
      for await (const event of strict) first.push(event);
    },
    OverflowError,
    `${QUEUE} wait already`,
  );
  assertEquals(first, eventsOf(record[1]).slice(0, QUEUE) as Seen[]);
});

daemonTest("A stream marks each restart of the daemon, and makes nothing up", async (daemon) => {
  const { client, record } = await tap(daemon);
  await using _ = client;
  const events = client.events({ types: ["lifecycle"] });
  await events.opened;
  const gaps = Array.from({ length: RESTARTS }, () => Promise.withResolvers<void>());
  const seen: Seen[] = [];
  const reading = (async () => {
    for await (const event of events) {
      seen.push(event);
      if (event.type === "gap") {
        gaps[seen.filter(({ type }) => type === "gap").length - 1]!.resolve();
      }
      if (actionsOf([event], "last").length > 0) break;
    }
  })();
  for (const [index, gap] of gaps.entries()) {
    await client.profiles.create({ name: `before-${index}` });
    await daemon.restart();
    await gap.promise;
  }
  await client.profiles.create({ name: "last" });
  await reading;

  assertEquals(record.length, RESTARTS + 1);
  const wire = record.flatMap((messages, index) => [
    ...index > 0 ? ["gap"] : [],
    ...eventsOf(messages),
  ]);
  assertEquals(seen.map((it) => it.type === "gap" ? "gap" : it), wire.slice(0, seen.length));
  for (const index of gaps.keys()) {
    assertEquals(actionsOf(seen, `before-${index}`), ["profile-created"]);
  }
  for (const gap of seen.filter((it) => it.type === "gap")) assert(Date.parse(gap.timestamp) > 0);
});
