/** How event streams go on, over gaps, silence and slow consumers. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  ApiError,
  connect,
  ConnectionError,
  type EventsOptions,
  type EventStream,
  OverflowError,
  ProtocolError,
} from "../../mod.ts";
import type { FakeChannel } from "../kit/fake_channel.ts";
import { FakeClock } from "../kit/fake_clock.ts";
import { type FakeChannelScript, FakeConnector } from "../kit/fake_connector.ts";

const PATH = "/1.0/events";

function event(n: number): string {
  return JSON.stringify({ type: "lifecycle", timestamp: "t", metadata: { action: `a${n}` } });
}

/** What an iteration gave, in few words. */
function words(events: Awaited<ReturnType<typeof read>>): string[] {
  return events.map((it) =>
    it.type === "gap" ? it.reason : (it.metadata as { action: string }).action
  );
}

/** Reads so many events and leaves the loop. */
async function read(events: EventStream, count: number) {
  const seen = [];
  for await (const it of events) {
    seen.push(it);
    if (seen.length === count) break;
  }
  return seen;
}

function refused(status: number): ApiError {
  return ApiError.of({ status, method: "GET", path: PATH, serverMessage: "no" });
}

const unreachable = () => new ConnectionError("gone", { reason: "refused", address: "fake:" });

/** A client whose event channels do as they are told, one after the other. */
async function open(options: EventsOptions, ...scripts: (FakeChannelScript | Error)[]) {
  const fake = new FakeConnector().onChannel(PATH, ...scripts);
  const client = await connect({ connector: fake, project: "ci" });
  return { fake, events: client.events(options) };
}

Deno.test("events are read as they come, and fields that nobody knows stay", async () => {
  const { fake, events } = await open({ types: ["lifecycle", "logging"] }, (channel) => {
    channel.send(event(1));
    channel.send(new TextEncoder().encode('{"type":"novel","timestamp":"t","metadata":{},"x":1}'));
  });
  const seen = await read(events, 2);
  assertEquals(seen[1] as unknown, { type: "novel", timestamp: "t", metadata: {}, x: 1 });
  const query = new URLSearchParams(fake.channels[0]!.path.split("?")[1]);
  assertEquals(Object.fromEntries(query), { type: "lifecycle,logging", project: "ci" });
  assertEquals(fake.channels[0]!.received, []);
  assert(fake.channels[0]!.closedByClient);
});

Deno.test("events of all projects name no project", async () => {
  const { fake, events } = await open({ allProjects: true }, (channel) => channel.send(event(1)));
  await read(events, 1);
  const query = new URLSearchParams(fake.channels[0]!.path.split("?")[1]);
  assertEquals(Object.fromEntries(query), { "all-projects": "true" });
});

Deno.test("a lost connection is made anew, with a marker of the gap", async () => {
  using clock = new FakeClock();
  const { events } = await open(
    {},
    (channel) => {
      channel.send(event(1));
      channel.end();
    },
    unreachable(),
    refused(503),
    (channel) => channel.send(event(2)),
  );
  const reading = read(events, 3);
  await clock.pass(5000);
  const seen = await reading;
  assertEquals(words(seen), ["a1", "reconnected", "a2"]);
  assertEquals(Number.isNaN(Date.parse(seen[1]!.timestamp)), false);
  assertEquals(clock.timers, 0);
});

Deno.test("the pauses before another attempt grow up to half a minute", async () => {
  using clock = new FakeClock();
  const attempts: number[] = [];
  const scripts = Array.from({ length: 20 }, () => unreachable());
  const { fake, events } = await open({}, (channel) => channel.end(), ...scripts);
  const dial = fake.webSocket.bind(fake);
  fake.webSocket = (...args) => {
    attempts.push(clock.now);
    return dial(...args);
  };
  const reading = read(events, 1);
  await clock.pass(200_000);
  const pauses = attempts.slice(1).map((at, index) => at - attempts[index]!);
  assert(pauses.every((pause) => pause <= 45_000), String(pauses));
  assert(pauses[0]! <= 300 && pauses.at(-1)! >= 15_000, String(pauses));
  await events.close();
  assertEquals(await reading, []);
  assertEquals(clock.timers, 0);
});

Deno.test("a server that refuses a stream ends it, at first and later", async () => {
  const first = await open({}, refused(403));
  await assertRejects(() => first.events.opened, ApiError, "no");
  await assertRejects(() => read(first.events, 1), ApiError, "no");

  using clock = new FakeClock();
  const later = await open({}, (channel) => channel.end(), refused(403));
  const reading = assertRejects(() => read(later.events, 1), ApiError, "no");
  await clock.pass(1000);
  await reading;
  assertEquals(clock.timers, 0);
});

Deno.test("a first connection that cannot be made is an error, not tried anew", async () => {
  const { events } = await open({}, unreachable());
  await assertRejects(() => events.opened, ConnectionError, "gone");
  await assertRejects(() => read(events, 1), ConnectionError, "gone");
});

Deno.test("a connection that fell silent is made anew", async () => {
  using clock = new FakeClock();
  for (const [seesPings, limit] of [[true, 50_000], [false, 605_000]] as const) {
    const { fake, events } = await open(
      {},
      (channel) => {
        if (!seesPings) channel.heard = undefined;
        channel.lastHeard = clock.now;
      },
      (channel) => channel.send(event(2)),
    );
    const reading = read(events, 2);
    await clock.pass(limit - 10_000);
    assertEquals(fake.channels.length, 1);
    await clock.pass(11_000);
    assertEquals(words(await reading), ["reconnected", "a2"]);
    assert(fake.channels[0]!.closedByClient);
    assertEquals(clock.timers, 0);
  }
});

Deno.test("a stream is open when the server is heard, or has had time to be", async () => {
  using clock = new FakeClock();
  for (const [heardAt, openAt] of [[300, 300], [5000, 1000]] as const) {
    const { events } = await open({}, (channel) => {
      channel.heard = new Promise((resolve) => setTimeout(resolve, heardAt));
    });
    let opened = false;
    events.opened.then(() => opened = true);
    await clock.pass(openAt - 10);
    assertEquals(opened, false);
    await clock.pass(20);
    assertEquals(opened, true);
    await clock.pass(5000);
    await events.close();
    assertEquals(clock.timers, 0);
  }
});

Deno.test("a ping keeps a connection on which nothing happens", async () => {
  using clock = new FakeClock();
  const { fake, events } = await open({}, (channel) => {
    channel.lastHeard = clock.now;
  });
  await events.opened;
  for (let round = 0; round < 30; round++) {
    await clock.pass(10_000);
    fake.channels[0]!.lastHeard = clock.now;
  }
  assertEquals(fake.channels.length, 1);
  await events.close();
  assertEquals(clock.timers, 0);
});

Deno.test("what is no JSON ends the stream", async () => {
  const { events } = await open({}, (channel) => {
    channel.send(event(1));
    channel.send("<html>");
  });
  const iterator = events[Symbol.asyncIterator]();
  assertEquals(words([(await iterator.next()).value!]), ["a1"]);
  await assertRejects(() => iterator.next(), ProtocolError, "it is no JSON");
});

Deno.test("what is no event ends the stream", async () => {
  for (const message of ["null", "7", "[]", "{}", '{"type":1}']) {
    const { events } = await open({}, (channel) => channel.send(message));
    await assertRejects(() => read(events, 1), ProtocolError, "it has no type");
  }
});

Deno.test("a full queue is told of by a gap in its place", async () => {
  const { events } = await open({ queue: 3 }, (channel) => {
    for (let n = 1; n <= 4; n++) channel.send(event(n));
  });
  await events.opened;
  await settled();
  assertEquals(words(await read(events, 2)), ["overflow", "a4"]);
});

Deno.test("a full queue ends the stream where that was asked for, after what waits", async () => {
  const { fake, events } = await open({ queue: 3, overflow: "error" }, (channel) => {
    for (let n = 1; n <= 5; n++) channel.send(event(n));
  });
  await events.opened;
  await settled();
  const iterator = events[Symbol.asyncIterator]();
  for (let n = 1; n <= 3; n++) assertEquals(words([(await iterator.next()).value!]), [`a${n}`]);
  await assertRejects(() => iterator.next(), OverflowError, "3 wait already");
  assert(fake.channels[0]!.closedByClient);
});

Deno.test("an abort drops what waits and gives the reason", async () => {
  const stop = new AbortController();
  const { fake, events } = await open({ signal: stop.signal }, (channel) => channel.send(event(1)));
  await events.opened;
  await settled();
  stop.abort("enough");
  const caught = await read(events, 1).then(() => "read", (error) => error);
  assertEquals(caught, "enough");
  assert(fake.channels[0]!.closedByClient);
});

Deno.test("a close gives what waits and ends", async () => {
  const { fake, events } = await open({}, (channel) => channel.send(event(1)));
  await events.opened;
  await settled();
  await events.close();
  assertEquals(words(await read(events, 9)), ["a1"]);
  assert(fake.channels[0]!.closedByClient);
});

Deno.test("a stream that is disposed of before it opened leaves nothing", async () => {
  const opening = Promise.withResolvers<FakeChannel>();
  const { fake, events } = await open({}, (channel) => opening.resolve(channel));
  await events[Symbol.asyncDispose]();
  await settled();
  for (const channel of fake.channels) assert(channel.closedByClient);
  assertEquals(await read(events, 1), []);
});

/** Lets all that is ready happen. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  await new Promise((resolve) => setTimeout(resolve, 0));
}
