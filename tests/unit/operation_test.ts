/** How the end of an operation is learnt, in every shape that servers tell it in. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  ApiError,
  connect,
  ConnectionError,
  NotFoundError,
  type Operation,
  OperationError,
  ProtocolError,
  TimeoutError,
} from "../../mod.ts";
import { FakeClock } from "../kit/fake_clock.ts";
import {
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

const running = () => sync(operationData());
const lost = () => new ConnectionError("gone", { reason: "lost", address: "fake:" });

/** An operation that runs, as it was read. */
async function begin(...waits: FakeAnswer[]): Promise<{ fake: FakeConnector; it: Operation }> {
  const fake = new FakeConnector().on(`GET ${PATH}`, running());
  if (waits.length > 0) fake.on(WAIT, ...waits);
  const client = await connect({ connector: fake });
  const it = await client.operations.get("0b1c");
  return { fake, it };
}

Deno.test("a wait ends with the operation", async () => {
  const { fake, it } = await begin(sync(succeeded({ metadata: { a: 1 } })));
  assertEquals(it.ended, false);
  const data = await it.wait();
  assertEquals([data.status_code, data.metadata], [200, { a: 1 }]);
  assertEquals([it.ended, it.data], [true, data]);
  assertEquals(fake.sent(WAIT)[0]!.query.get("timeout"), "30");
  // Nothing more is asked of an operation that has ended.
  assertEquals(await it.wait(), data);
  assertEquals(fake.sent(WAIT).length, 1);
});

Deno.test("a poll that runs out is made anew", async () => {
  const { fake, it } = await begin(running(), running(), sync(succeeded()));
  await it.wait();
  assertEquals(fake.sent(WAIT).length, 3);
});

Deno.test("a failed operation rejects with the server's words and its record", async () => {
  const { it } = await begin(sync(failed("disk full", { description: "Creating instance" })));
  const error = await assertRejects(() => it.wait(), OperationError);
  assertEquals(error.message, 'Operation "Creating instance" ended as Failure: disk full');
  assertEquals([error.code, error.outcome, error.operation.err], [
    "operation",
    "failure",
    "disk full",
  ]);
});

Deno.test("a cancelled operation is told apart from a failed one", async () => {
  const { it } = await begin(sync(operationData({ status: "Cancelled", status_code: 401 })));
  assertEquals((await assertRejects(() => it.wait(), OperationError)).outcome, "cancelled");
});

Deno.test("newer LXD tells of a failure by an error: the record says more", async () => {
  const { fake, it } = await begin(refusal(400, "disk full", 200));
  fake.on(`GET ${PATH}`, sync(failed("disk full")));
  const error = await assertRejects(() => it.wait(), OperationError, "disk full");
  assertEquals(error.outcome, "failure");
});

Deno.test("newer LXD tells of a poll that ran out by an error: the wait goes on", async () => {
  using clock = new FakeClock();
  const { fake, it } = await begin(refusal(504, "timed out", 200), sync(succeeded()));
  const waiting = it.wait();
  await clock.pass(500);
  await waiting;
  assertEquals(fake.sent(WAIT).length, 2);
});

Deno.test("a failure may be told by an error of the thing that the operation missed", async () => {
  const { fake, it } = await begin(refusal(404, "no such image", 200));
  fake.on(`GET ${PATH}`, sync(failed("no such image")));
  const error = await assertRejects(() => it.wait(), OperationError, "no such image");
  assertEquals(error.outcome, "failure");
});

Deno.test("a server that refuses every wait is not flooded", async () => {
  using clock = new FakeClock();
  const { fake, it } = await begin(refusal(500, "no"));
  const stop = new AbortController();
  const waiting = it.wait({ signal: stop.signal }).then(() => "done", (error) => error);
  await clock.pass(5000);
  assertEquals(fake.sent(WAIT).length, 11);
  stop.abort("enough");
  assertEquals(await waiting, "enough");
});

Deno.test("an error on an operation that is then forgotten leaves the outcome unknown", async () => {
  const { fake, it } = await begin(refusal(400, "disk full", 200));
  fake.on(`GET ${PATH}`, refusal(404, "not found"));
  const error = await assertRejects(() => it.wait(), OperationError, "no longer knows it");
  assertEquals(error.outcome, "unknown");
  assertEquals((error.cause as ApiError).serverMessage, "disk full");
});

Deno.test("a forgotten operation has an unknown outcome, no failure", async () => {
  const { fake, it } = await begin(refusal(404, "not found"));
  fake.on(`GET ${PATH}`, refusal(404, "not found"));
  const error = await assertRejects(() => it.wait(), OperationError);
  assertEquals(error.outcome, "unknown");
  assertEquals(
    error.message,
    'Cannot tell how operation "Doing things" ended: the server no longer knows it, ' +
      "as after a restart. Look at the thing itself for the result",
  );
});

Deno.test("a lost connection is made anew", async () => {
  using clock = new FakeClock();
  const { fake, it } = await begin(lost(), lost(), sync(succeeded()));
  const waiting = it.wait();
  await clock.pass(10_000);
  await waiting;
  assertEquals(fake.sent(WAIT).length, 3);
});

Deno.test("a server that starts anew is waited for, and so is one behind a proxy", async () => {
  using clock = new FakeClock();
  const starting = refusal(503, "daemon setup in progress");
  const proxy = { status: 502, body: "<html>Bad Gateway</html>" };
  const { fake, it } = await begin(starting, proxy, starting, sync(succeeded()));
  fake.on(`GET ${PATH}`, starting);
  const waiting = it.wait();
  await clock.pass(10_000);
  await waiting;
  assertEquals(fake.sent(WAIT).length, 4);
  assertEquals(clock.timers, 0);
});

Deno.test("a server that stays away is waited for no longer than ten seconds", async () => {
  using clock = new FakeClock();
  const { fake, it } = await begin(lost());
  const waiting = assertRejects(() => it.wait(), ConnectionError, "gone");
  await clock.pass(10_000);
  await waiting;
  assertEquals(fake.sent(WAIT).length, 8);
  assertEquals(clock.timers, 0);
});

Deno.test("a poll that the server never answers is given up and made anew", async () => {
  using clock = new FakeClock();
  const { fake, it } = await begin(never, sync(succeeded()));
  const waiting = it.wait();
  await clock.pass(44_000);
  assertEquals(fake.sent(WAIT).length, 1);
  await clock.pass(2_000);
  await waiting;
  assertEquals(fake.sent(WAIT).length, 2);
});

Deno.test("a wait ends by its signal and its timeout, and the operation goes on", async () => {
  using clock = new FakeClock();
  const { fake, it } = await begin(never);
  const stop = new AbortController();
  const aborted = it.wait({ signal: stop.signal }).then(() => "done", (error) => error);
  stop.abort("enough");
  assertEquals(await aborted, "enough");
  const late = assertRejects(() => it.wait({ timeout: 500 }), TimeoutError);
  await clock.pass(500);
  assertEquals(
    (await late).message,
    'Cannot see the end of operation "Doing things": no answer within 500 ms',
  );
  assertEquals(fake.log.filter((line) => line.startsWith("DELETE")), []);
  assertEquals(clock.timers, 0);
});

Deno.test("a final state is kept, whatever the server says later", async () => {
  const { fake, it } = await begin(sync(succeeded()));
  await it.wait();
  fake.on(`GET ${PATH}`, running());
  assertEquals((await it.refresh()).status_code, 200);
  fake.on(`GET ${PATH}`, sync(failed("late")));
  await it.refresh();
  assertEquals(it.data.status_code, 200);
});

Deno.test("a cancel is a request, and its refusal an error", async () => {
  const { fake, it } = await begin();
  fake.on(`DELETE ${PATH}`, sync(), refusal(400, "cannot be cancelled"));
  await it.cancel();
  await assertRejects(() => it.cancel(), ApiError, "cannot be cancelled");
});

Deno.test("an operation that is known by its id alone can be waited for", async () => {
  const fake = new FakeConnector().on(WAIT, sync(succeeded()));
  const client = await connect({ connector: fake });
  const it = client.operations.at("0b1c");
  assertThrows(() => it.data, TypeError, 'Cannot give the data of operation "0b1c"');
  assertEquals(it.ended, false);
  assertEquals((await it.wait()).status_code, 200);
  fake.on(WAIT, refusal(404, "not found")).on(`GET ${PATH}`, refusal(404, "not found"));
  const other = client.operations.at("0b1c");
  // Nothing is known of it, so nothing can be said of its end.
  await assertRejects(() => other.wait(), NotFoundError);
});

Deno.test("a wait that is answered with nonsense is an error", async () => {
  const { it } = await begin({ body: "<html>" });
  await assertRejects(() => it.wait(), ProtocolError);
});

Deno.test("progress is told as it changes, until the end", async () => {
  using clock = new FakeClock();
  const { fake, it } = await begin();
  const at = (text: string) => sync(operationData({ metadata: { download_progress: text } }));
  fake.on(
    `GET ${PATH}`,
    at("rootfs: 10% (1.00MB/s)"),
    at("rootfs: 10% (1.00MB/s)"),
    at(""),
    at("rootfs: 99% (2.00MB/s)"),
    sync(succeeded({ metadata: { download_progress: "rootfs: 100% (2.00MB/s)" } })),
  );
  const seen = Array.fromAsync(it.progress());
  await clock.pass(3000);
  assertEquals((await seen).map(({ stage, percent, text }) => [stage, percent, text]), [
    ["download", 10, "rootfs: 10% (1.00MB/s)"],
    ["download", 99, "rootfs: 99% (2.00MB/s)"],
    ["download", 100, "rootfs: 100% (2.00MB/s)"],
  ]);
  assertEquals(clock.timers, 0);
});

Deno.test("progress ends where the operation is forgotten, and by its signal", async () => {
  using clock = new FakeClock();
  const { fake, it } = await begin();
  fake.on(`GET ${PATH}`, refusal(404, "not found"));
  const seen = Array.fromAsync(it.progress());
  await clock.pass(1000);
  assertEquals(await seen, []);

  const stop = new AbortController();
  const aborted = Array.fromAsync(it.progress({ signal: stop.signal }))
    .then(() => "done", (error) => error);
  await clock.settle();
  stop.abort("enough");
  assertEquals(await aborted, "enough");
  await assertRejects(() => it.refresh(), NotFoundError);
  assert(clock.timers === 0);
});
