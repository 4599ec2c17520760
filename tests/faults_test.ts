/**
 * What happens when a daemon is busy, blocked or killed.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type Client,
  connect,
  ConnectionError,
  type EventStream,
  LxkitError,
  OperationError,
  TimeoutError,
} from "../mod.ts";
import { untilRuns } from "./kit/container.ts";
import { imageAlias } from "./kit/setup.ts";
import { daemonTest } from "./kit/suite.ts";

const WORKERS = 16;
const GETS = 2000;

const source = { type: "image", alias: imageAlias } as const;

daemonTest("Many requests at once never stall", async (daemon) => {
  await using client = await connect({ socket: daemon.socket });
  const name = "canary";
  await client.profiles.create({ name });
  const work = async () => {
    for (let n = 0; n < GETS; n++) {
      const response = await client.api("profiles")(name).get();
      assertEquals((await response.json()).metadata.name, name);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
});

daemonTest("A silent connection of others holds up new connections alone", async (daemon) => {
  await using client = await connect({ socket: daemon.socket });
  {
    // It keeps both daemons from accepting others.
    using silent = await Deno.connect({ transport: "unix", path: daemon.socket });
    assert(silent);
    // Reads go over the connection that was kept.
    assertEquals(await client.instances.names(), []);
    const made = () => client.profiles.create({ name: "never" }, { timeout: 500 });
    await assertRejects(async () => await made(), TimeoutError);
  }
  assertEquals((await client.profiles.create({ name: "later" })).name, "later");
});

daemonTest("A blocked daemon is waited for no longer than the timeout", async (daemon) => {
  await using client = await connect({ socket: daemon.socket });
  const instance = await client.instances.create({ name: "c1", source, start: true });
  const address = `unix:${daemon.socket}`;
  await daemon.kill("SIGSTOP");
  try {
    const limits = { timeout: 1000 };
    const waited = async (what: string, call: () => PromiseLike<unknown>) => {
      const error = await assertRejects(async () => await call(), TimeoutError);
      assertEquals(error.message, `Cannot ${what}: no answer within 1000 ms`);
    };
    await Promise.all([
      waited(`GET /1.0/instances at ${address}`, () => client.instances.list(limits)),
      waited('start instance "c1"', () => instance.start(limits)),
      waited('edit instance "c1"', () => instance.edit(() => {}, limits)),
      waited('run "true" in instance "c1"', () => instance.exec(["true"], limits)),
      waited(
        'read "/etc/passwd" in /1.0/instances/c1',
        () => instance.files.read("/etc/passwd", limits),
      ),
      waited("connect", () => connect({ socket: daemon.socket, ...limits })),
    ]);
    const stop = new AbortController();
    const events = client.events({ signal: stop.signal });
    stop.abort(new RangeError("enough"));
    await assertRejects(() => events.opened, RangeError, "enough");
  } finally {
    await daemon.kill("SIGCONT");
  }
  assertEquals((await instance.exec(["true"])).code, 0);
});

/** Reads an event stream up to the gap; gives the names of the profiles that were made before it. */
async function readToGap(events: EventStream): Promise<string[]> {
  const names = [];
  for await (const event of events) {
    if (event.type === "gap") {
      assertEquals(event.reason, "reconnected");
      return names;
    }
    if (event.type !== "lifecycle" || event.metadata.action !== "profile-created") continue;
    names.push(event.metadata.source.split("/").at(-1)!);
  }
  throw new Error("Cannot find the gap: the stream ended");
}

/** Waits for the end of work that the daemon does not outlive. */
async function waitForToken(client: Client): Promise<OperationError | ConnectionError> {
  const { operation } = await client.certificates.createToken({ name: "token" });
  return await assertRejects(() => operation!.wait(), LxkitError) as OperationError;
}

daemonTest("A daemon that is killed and comes back is found again", async (daemon) => {
  await using client = await connect({ socket: daemon.socket });
  const instance = await client.instances.create({ name: "c1", source, start: true });
  const events = client.events({ types: ["lifecycle"] });
  await events.opened;
  await client.profiles.create({ name: "before" });
  const gap = readToGap(events);
  const waiting = waitForToken(client);
  const running = assertRejects(() => instance.exec(["sleep", "1000"]), LxkitError);
  await untilRuns(instance, "sleep 1000");
  await using process = await instance.spawn(["sh", "-c", "echo up; sleep 2000"]);
  const reader = process.stdout.getReader();
  await reader.read();

  await daemon.kill();
  const refused = await assertRejects(() => client.instances.list(), ConnectionError);
  assertEquals(refused.reason, "refused");
  const truncated = await assertRejects(() => reader.read(), LxkitError);
  assertEquals(truncated.code, "truncated");

  await daemon.restart();
  const forgotten = await waiting;
  assertEquals(forgotten.code, "operation");
  assertEquals((forgotten as OperationError).outcome, "unknown");
  assertEquals((await running).code, "truncated");
  await assertRejects(() => process.status, OperationError, "no longer knows it");
  assertEquals(await gap, ["before"]);
  assertEquals((await instance.exec(["echo", "again"])).stdoutText, "again\n");
});

daemonTest("A daemon that stays away ends all that waits for it", async (daemon) => {
  await using client = await connect({ socket: daemon.socket });
  const instance = await client.instances.create({ name: "c1", source, start: true });
  const waiting = waitForToken(client);
  await using process = await instance.spawn(["sleep", "1000"]);
  const reading = assertRejects(() => Array.fromAsync(process.stdout), LxkitError);
  const events = client.events();
  await events.opened;
  const left = Array.fromAsync(events);
  const patching = client.profiles.at("default").patch({ description: "changed" });
  await patching;

  await daemon.kill();
  assertEquals((await waiting).code, "connection");
  assertEquals((await reading).code, "truncated");
  const ended = await assertRejects(() => process.status, ConnectionError);
  assertEquals(ended.reason, "refused");
  await assertRejects(() => connect({ socket: daemon.socket }), ConnectionError, "refused");
  // It would go on trying for as long as anyone listens.
  await events.close();
  assert((await left).every(({ type }) => type !== "gap"));
});
