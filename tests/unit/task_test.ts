/** What a mutation is: a promise that can also report, be cancelled or be left alone. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  ApiError,
  connect,
  type Instance,
  type MutationOptions,
  OperationError,
  type Progress,
  type Task,
  TimeoutError,
} from "../../mod.ts";
import { FakeClock } from "../kit/fake_clock.ts";
import {
  background,
  failed,
  type FakeAnswer,
  FakeConnector,
  never,
  operationData,
  refusal,
  succeeded,
  sync,
} from "../kit/fake_connector.ts";

const PATH = "/1.0/operations/0b1c";
const WAIT = `GET ${PATH}/wait`;
const STATE = "PUT /1.0/instances/web/state";

const at = (text: string) => operationData({ metadata: { download_progress: text } });

/** A server whose instance `web` can be started in the background. */
async function serve(wait: FakeAnswer): Promise<{
  fake: FakeConnector;
  start: (options?: MutationOptions) => Task<Instance>;
}> {
  const fake = new FakeConnector()
    .on(STATE, background(operationData()))
    .on(WAIT, wait)
    .on(`GET ${PATH}`, sync(operationData()))
    .on(`DELETE ${PATH}`, sync())
    .on("GET /1.0/instances/web", sync({ name: "web", status: "Running" }));
  const client = await connect({ connector: fake });
  return { fake, start: (options) => client.instances.at("web").start(options) };
}

Deno.test("a task resolves to the finished thing", async () => {
  const { fake, start } = await serve(sync(succeeded()));
  const task = start();
  assertEquals(`${task}`, "[object Task]");
  assertEquals((await task).data.status, "Running");
  assertEquals((await task.accepted)!.id, "0b1c");
  assertEquals(fake.log, [STATE, WAIT, "GET /1.0/instances/web"]);
});

Deno.test("a server that finishes at once is no different, save that it accepts nothing", async () => {
  const { fake, start } = await serve(never);
  fake.on(STATE, sync());
  const task = start();
  assertEquals((await task).data.status, "Running");
  assertEquals(await task.accepted, undefined);
  assertEquals(await Array.fromAsync(task.progress()), []);
  await task.cancel();
  assertEquals(await start().detach(), undefined);
});

Deno.test("a task starts at once, awaited or not", async () => {
  const { fake, start } = await serve(sync(succeeded()));
  const task = start();
  await task.accepted;
  assertEquals(fake.sent(STATE).length, 1);
  await task;
});

Deno.test("a refused request rejects the task and its acceptance", async () => {
  const { fake, start } = await serve(never);
  fake.on(STATE, refusal(400, "already running"));
  const task = start();
  await assertRejects(async () => await task, ApiError, "already running");
  await assertRejects(() => task.accepted, ApiError, "already running");
  await assertRejects(() => task.cancel(), ApiError, "already running");
  await assertRejects(() => start().detach(), ApiError, "already running");
  await assertRejects(() => Array.fromAsync(task.progress()), ApiError, "already running");
});

Deno.test("what its options forbid rejects the task and its acceptance", async () => {
  const { fake, start } = await serve(never);
  for (const options of [{ signal: AbortSignal.abort(new RangeError("over")) }, { timeout: -1 }]) {
    const task = start(options);
    await assertRejects(async () => await task, RangeError);
    await assertRejects(() => task.accepted, RangeError);
    await assertRejects(() => task.cancel(), RangeError);
    await assertRejects(() => start(options).detach(), RangeError);
    await assertRejects(() => start(options).progress().next(), RangeError);
  }
  assertEquals(fake.log, []);
});

Deno.test("a loop over progress throws what the task rejects with, and nothing beside", async () => {
  using clock = new FakeClock();
  const done = Promise.withResolvers<FakeAnswer>();
  const { fake, start } = await serve(() => done.promise);
  fake.on(`GET ${PATH}`, sync(at("rootfs: 50% (1.00MB/s)")), new TypeError("no way to look"));
  const seen: string[] = [];
  const loop = (async () => {
    for await (const { text } of start().progress()) seen.push(text);
  })();
  const failing = assertRejects(() => loop, OperationError, "no memory");
  await clock.pass(1100);
  done.resolve(sync(failed("no memory")));
  await clock.pass(0);
  await failing;
  assertEquals(seen, ["rootfs: 50% (1.00MB/s)"]);
  fake.on(STATE, refusal(400, "already running"));
  await assertRejects(() => Array.fromAsync(start().progress()), ApiError, "already running");
});

Deno.test("a failed operation rejects the task, and not its acceptance", async () => {
  const { start } = await serve(sync(failed("no memory")));
  const task = start();
  await assertRejects(async () => await task, OperationError, "no memory");
  assertEquals((await task.accepted)!.data.err, "no memory");
});

Deno.test("the promise's own verbs work", async () => {
  const { fake, start } = await serve(sync(succeeded()));
  let finals = 0;
  assertEquals(await start().then((it) => it.name).finally(() => finals++), "web");
  fake.on(STATE, refusal(500, "no"));
  assertEquals(await start().catch((error) => error instanceof ApiError), true);
  await assertRejects(() => start().finally(() => finals++), ApiError);
  assertEquals(finals, 2);
});

Deno.test("progress is reported to the callback, and waits for nobody", async () => {
  using clock = new FakeClock();
  const done = Promise.withResolvers<FakeAnswer>();
  const { fake, start } = await serve(() => done.promise);
  fake.on(`GET ${PATH}`, sync(at("rootfs: 50% (1.00MB/s)")));
  const seen: Progress[] = [];
  const task = start({ onProgress: (progress) => seen.push(progress) });
  await clock.pass(1100);
  done.resolve(sync(succeeded({ metadata: { download_progress: "rootfs: 100% (1.00MB/s)" } })));
  await clock.pass(0);
  await task;
  assertEquals(seen.map(({ percent }) => percent), [50, 100]);
  assertEquals(clock.timers, 0);
});

Deno.test("a callback that throws fails the task, and nothing else", async () => {
  using clock = new FakeClock();
  const done = Promise.withResolvers<FakeAnswer>();
  const { fake, start } = await serve(() => done.promise);
  fake.on(`GET ${PATH}`, sync(at("rootfs: 50% (1.00MB/s)")));
  let calls = 0;
  const task = start({
    onProgress: () => {
      calls++;
      throw new RangeError("in the callback");
    },
  });
  const rejected = assertRejects(async () => await task, RangeError, "in the callback");
  await clock.pass(2000);
  done.resolve(sync(succeeded()));
  await clock.pass(0);
  await rejected;
  assertEquals(calls, 1);
  assertEquals(clock.timers, 0);
});

Deno.test("progress can be iterated beside the task", async () => {
  using clock = new FakeClock();
  const done = Promise.withResolvers<FakeAnswer>();
  const { fake, start } = await serve(() => done.promise);
  fake.on(`GET ${PATH}`, sync(at("rootfs: 50% (1.00MB/s)")));
  const task = start();
  const seen = Array.fromAsync(task.progress());
  await clock.pass(600);
  done.resolve(sync(succeeded()));
  await clock.pass(0);
  assertEquals((await seen).map(({ text }) => text), ["rootfs: 50% (1.00MB/s)"]);
  await task;
});

Deno.test("a cancel asks the server, and the task says that it was cancelled", async () => {
  const done = Promise.withResolvers<FakeAnswer>();
  const { fake, start } = await serve(() => done.promise);
  fake.on(`DELETE ${PATH}`, () => {
    done.resolve(sync(operationData({ status: "Cancelled", status_code: 401 })));
    return sync();
  });
  const task = start();
  const rejected = assertRejects(async () => await task, OperationError);
  await task.cancel();
  assertEquals((await rejected).outcome, "cancelled");
});

Deno.test("a task that is left to the server waits no further", async () => {
  const { fake, start } = await serve(never);
  const task = start();
  const operation = await task.detach();
  assertEquals(operation!.id, "0b1c");
  const error = await assertRejects(async () => await task, DOMException);
  assertEquals(error.name, "AbortError");
  assertEquals(fake.sent(`DELETE ${PATH}`), []);
});

Deno.test("an abort cancels the operation and gives the reason", async () => {
  const { fake, start } = await serve(never);
  const stop = new AbortController();
  const task = start({ signal: stop.signal });
  await task.accepted;
  const reason = new RangeError("enough");
  stop.abort(reason);
  assertEquals(await assertRejects(async () => await task), reason);
  assertEquals(fake.sent(`DELETE ${PATH}`).length, 1);
});

Deno.test("a timeout cancels the operation, even one that cannot be cancelled", async () => {
  using clock = new FakeClock();
  const { fake, start } = await serve(never);
  fake.on(`DELETE ${PATH}`, refusal(400, "cannot be cancelled"));
  const late = assertRejects(async () => await start({ timeout: 500 }), TimeoutError);
  await clock.pass(500);
  assertEquals(
    (await late).message,
    'Cannot start instance "web": it was not done within 500 ms, and the server may still finish it',
  );
  assertEquals(fake.sent(`DELETE ${PATH}`).length, 1);
  fake.on(`DELETE ${PATH}`, sync());
  const cancelled = assertRejects(async () => await start({ timeout: 500 }), TimeoutError);
  await clock.pass(500);
  assertEquals((await cancelled).message, 'Cannot start instance "web": no answer within 500 ms');
});

Deno.test("an abort does not wait for a server that does not answer its cancelling", async () => {
  using clock = new FakeClock();
  const { fake, start } = await serve(never);
  fake.on(`DELETE ${PATH}`, never);
  const stop = new AbortController();
  const task = start({ signal: stop.signal });
  await task.accepted;
  const ended = task.then(() => "done", (error) => error);
  stop.abort("enough");
  await clock.pass(1000);
  assertEquals(await ended, "enough");
  assertEquals(clock.timers, 0);
});

Deno.test("an abort before the request was accepted cancels nothing", async () => {
  const { fake, start } = await serve(never);
  fake.on(STATE, never);
  const stop = new AbortController();
  const task = start({ signal: stop.signal });
  const ended = task.then(() => "done", (error) => error);
  stop.abort("enough");
  assertEquals(await ended, "enough");
  assertEquals(fake.sent(`DELETE ${PATH}`), []);
  assertEquals(await task.accepted.then(() => "done", (error) => error), "enough");
});

Deno.test("what ends a task late changes nothing", async () => {
  const { fake, start } = await serve(sync(succeeded()));
  const stop = new AbortController();
  const task = start({ signal: stop.signal });
  await task;
  stop.abort("late");
  assert((await task).name === "web");
  assertEquals(fake.sent(`DELETE ${PATH}`), []);
});
