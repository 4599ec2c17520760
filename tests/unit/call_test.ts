/** How calls end before their answer comes. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { delay, limited } from "../../src/core/call.ts";
import { connect, TimeoutError } from "../../mod.ts";
import { FakeClock } from "../kit/fake_clock.ts";
import { FakeConnector, never, sync } from "../kit/fake_connector.ts";

Deno.test("a call past its limit says what it waited for", async () => {
  using clock = new FakeClock();
  const fake = new FakeConnector().on("GET /1.0/instances/web", never);
  const client = await connect({ connector: fake });
  const late = assertRejects(() => client.instances.get("web", { timeout: 250 }), TimeoutError);
  await clock.pass(250);
  const error = await late;
  assertEquals(
    error.message,
    "Cannot GET /1.0/instances/web at fake:: no answer within 250 ms",
  );
  assertEquals([error.code, error.timeout], ["timeout", 250]);
  assertEquals(clock.timers, 0);
});

Deno.test("an answer in time leaves no timer", async () => {
  using clock = new FakeClock();
  const fake = new FakeConnector().on("GET /1.0/instances/web", sync({ name: "web" }));
  const client = await connect({ connector: fake });
  await client.instances.get("web", { timeout: 1000 });
  assertEquals(clock.timers, 0);
});

Deno.test("the body of an answer is within the limit, too", async () => {
  using clock = new FakeClock();
  const body = new ReadableStream({ pull: () => new Promise(() => {}) });
  const fake = new FakeConnector().on("GET /1.0/instances/web", ({ headers }) => {
    assert(headers);
    return { body };
  });
  const client = await connect({ connector: fake });
  const late = assertRejects(() => client.instances.get("web", { timeout: 250 }), TimeoutError);
  await clock.pass(250);
  await late;
});

Deno.test("an abort gives the caller's own reason, whatever it is", async () => {
  const fake = new FakeConnector().on("GET /1.0/instances/web", never);
  const client = await connect({ connector: fake });
  for (const reason of [new RangeError("x"), "text", 0, { a: 1 }]) {
    const stop = new AbortController();
    const call = client.instances.get("web", { signal: stop.signal, timeout: 60_000 })
      .then(() => "done", (error) => error);
    stop.abort(reason);
    assertEquals(await call === reason, true);
  }
});

Deno.test("a signal that was aborted before sends nothing", async () => {
  const fake = new FakeConnector();
  const client = await connect({ connector: fake });
  const signal = AbortSignal.abort("no");
  const call = client.instances.get("web", { signal }).then(() => "done", (error) => error);
  assertEquals(await call, "no");
  assertEquals(fake.log, []);
});

Deno.test("a timeout that no timer can keep is a mistake of the caller", async () => {
  for (const timeout of [-1, NaN, 2 ** 31]) {
    await assertRejects(
      () => limited({ timeout }, "do it", () => Promise.resolve()),
      RangeError,
      `Cannot do it: the timeout must be from 0 to 2147483647, or Infinity, got ${timeout}`,
    );
  }
});

Deno.test("a timeout without end is no limit", async () => {
  using clock = new FakeClock();
  const fake = new FakeConnector().on("GET /1.0/instances/web", sync({ name: "web" }));
  const client = await connect({ connector: fake, timeout: Infinity });
  const call = client.instances.get("web", { timeout: Infinity });
  assertEquals(clock.timers, 0);
  assertEquals((await call).name, "web");
});

Deno.test("a delay passes, or ends with its signal, and leaves nothing", async () => {
  using clock = new FakeClock();
  let passed = false;
  const waiting = delay(100).then(() => passed = true);
  await clock.pass(99);
  assertEquals(passed, false);
  await clock.pass(1);
  await waiting;
  const stop = new AbortController();
  const aborted = delay(100, stop.signal).then(() => "done", (error) => error);
  stop.abort("no");
  assertEquals(await aborted, "no");
  assertEquals(await delay(1, stop.signal).then(() => "done", (error) => error), "no");
  assertEquals(clock.timers, 0);
});
