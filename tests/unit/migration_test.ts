import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  connect,
  ConnectionError,
  type Instance,
  type InstanceCopyToOptions,
  type OperationData,
  type Task,
  TransferError,
  UnsupportedError,
} from "../../mod.ts";
import type { FakeChannel } from "../kit/fake_channel.ts";
import {
  background,
  failed,
  FakeConnector,
  type FakeResponse,
  operationData,
  refusal,
  succeeded,
  sync,
} from "../kit/fake_connector.ts";

const PATH = "/1.0/instances/web";
const secrets = { control: "c".repeat(64), fs: "f".repeat(64) };
const noWay = "Unable to connect to: 10.0.0.1:8443 ([dial tcp: connection refused])";

const web = {
  name: "web",
  type: "container",
  architecture: "x86_64",
  status: "Stopped",
  config: { "user.a": "1", "volatile.base_image": "abc", "volatile.uuid": "u" },
  devices: {},
  expanded_devices: { root: { type: "disk", path: "/", pool: "default" } },
  profiles: ["default"],
  ephemeral: false,
};

function listeningAt(...addresses: string[]): object {
  return { api_version: "1.0", environment: { addresses, certificate: "PEM" } };
}

function sends(id: string): OperationData {
  const metadata = {
    ...secrets,
    entity_url: "/1.0/instances/web",
    original_entity_url: "/1.0/instances/web",
    fs_progress: "web: 1MB (1MB/s)",
  };
  return operationData({ id, class: "websocket", metadata });
}

interface Servers {
  source: FakeConnector;
  target: FakeConnector;
  copy(options?: InstanceCopyToOptions): Task<Instance>;
  move(options?: InstanceCopyToOptions): Task<Instance>;
}

/** Two servers that listen; the instance is on the first. */
async function servers(): Promise<Servers> {
  const source = new FakeConnector({ kind: "lxd" });
  const target = new FakeConnector({ kind: "lxd" });
  const here = await connect({ connector: source, dialect: "lxd" });
  const there = await connect({ connector: target, dialect: "lxd" });
  for (const server of [source, target]) {
    server.on("GET /1.0", sync(listeningAt("10.0.0.1:8443"))).on(`GET ${PATH}`, sync(web));
  }
  source.on(`POST ${PATH}`, background(sends("out"))).on("DELETE /1.0/operations/out", sync())
    .on("GET /1.0/operations/out/wait", sync(succeeded({ id: "out" })));
  target.on("POST /1.0/instances", background(sends("in")))
    .on("DELETE /1.0/operations/in", sync())
    .on("GET /1.0/operations/in/wait", sync(succeeded({ id: "in" })));
  const instance = here.instances.at("web");
  return {
    source,
    target,
    copy: (options) => instance.copyTo(there, options),
    move: (options) => instance.moveTo(there, options),
  };
}

Deno.test("A copy by pull gives the target the secrets of the source, and nothing else of it", async () => {
  const { source, target, copy } = await servers();
  await copy({ mode: "pull", instanceOnly: true, config: { "user.b": "2" } });
  assertEquals(source.sent(`POST ${PATH}`)[0]!.json, {
    name: "web",
    migration: true,
    live: false,
    instance_only: true,
    container_only: true,
  });
  assertEquals(target.sent("POST /1.0/instances")[0]!.json, {
    name: "web",
    type: "container",
    architecture: "x86_64",
    config: { "user.a": "1", "user.b": "2" },
    devices: {},
    ephemeral: false,
    profiles: ["default"],
    source: {
      type: "migration",
      mode: "pull",
      operation: "https://10.0.0.1:8443/1.0/operations/out",
      secrets,
      certificate: "PEM",
      "base-image": "abc",
      instance_only: true,
      container_only: true,
    },
  });
});

Deno.test("A copy by push gives the source the secrets of the target", async () => {
  const { source, target, copy } = await servers();
  await copy({ mode: "push" });
  assertEquals(target.sent("POST /1.0/instances")[0]!.json.source, {
    type: "migration",
    mode: "push",
    "base-image": "abc",
  });
  const operation = "https://10.0.0.1:8443/1.0/operations/in";
  const { target: peer } = source.sent(`POST ${PATH}`)[0]!.json;
  assertEquals(peer, { operation, secrets, certificate: "PEM" });
});

Deno.test("A relay passes messages on as they are, binary and text apart, to their end", async () => {
  const { source, target, copy } = await servers();
  const done = Promise.withResolvers<void>();
  const answer = (id: string) => async () => {
    await done.promise;
    return sync(succeeded({ id }));
  };
  source.on("GET /1.0/operations/out/wait", answer("out"));
  target.on("GET /1.0/operations/in/wait", answer("in"));
  source.onChannel("/1.0/operations/out/websocket", () => {});
  target.onChannel("/1.0/operations/in/websocket", () => {});
  const told: number[] = [];
  const copying = copy({ mode: "relay", onProgress: ({ bytes }) => void told.push(bytes ?? 0) });
  const pair = async (secret: string): Promise<[FakeChannel, FakeChannel]> => {
    const find = (fake: FakeConnector) => fake.channels.find(({ path }) => path.includes(secret));
    while (!find(source) || !find(target)) await new Promise((next) => setTimeout(next));
    return [find(source)!, find(target)!];
  };
  const [from, to] = await pair(secrets.fs);
  const bytes = new Uint8Array([1, 2, 3]);
  for (const message of [bytes, "", "text", bytes]) from.send(message);
  assertEquals(await to.receive(4), [bytes, "", "text", bytes]);
  to.send("got it");
  assertEquals(await from.receive(1), ["got it"]);
  const [mine, theirs] = await pair(secrets.control);
  mine.send("header");
  assertEquals(await theirs.receive(1), ["header"]);
  from.end(1000);
  done.resolve();
  await copying;
  for (const channel of [from, to, mine, theirs]) await channel.closed;
  assertEquals(told.at(-1), 10);
});

Deno.test("A relay whose source lacks a connection is refused", async () => {
  const { source, copy } = await servers();
  const metadata = { control: secrets.control };
  source.on(`POST ${PATH}`, background(operationData({ id: "out", metadata })));
  const error = await assertRejects(async () => await copy({ mode: "relay" }), TransferError);
  assertStringIncludes(error.message, 'the source has no connection "fs"');
});

Deno.test("A copy goes on to the next address and mode where the servers do not connect", async () => {
  const { source, target, copy } = await servers();
  source.on("GET /1.0", sync(listeningAt("10.0.0.1:8443", "10.0.0.2:8443")));
  target.on(
    "GET /1.0/operations/in/wait",
    sync(failed(noWay, { id: "in" })),
    sync(failed("websocket: bad handshake", { id: "in" })),
    sync(succeeded({ id: "in" })),
  );
  await copy();
  const asked = target.sent("POST /1.0/instances").map(({ json }) => json.source);
  assertEquals(asked.map(({ mode }) => mode), ["pull", "pull", "push"]);
  assertEquals(asked.map(({ operation }) => operation?.slice(0, 24)), [
    "https://10.0.0.1:8443/1.",
    "https://10.0.0.2:8443/1.",
    undefined,
  ]);
});

Deno.test("A copy that fails by anything else is not tried in another mode", async () => {
  const { source, target, copy } = await servers();
  target.on("GET /1.0/operations/in/wait", sync(failed("No space left", { id: "in" })));
  source.on("GET /1.0/operations/out/wait", async () => {
    while (source.sent("DELETE /1.0/operations/out").length === 0) {
      await new Promise((next) => setTimeout(next));
    }
    const status = { status: "Cancelled", status_code: 401 } as const;
    return sync(succeeded({ id: "out", ...status }));
  });
  const error = await assertRejects(async () => await copy(), TransferError);
  assertEquals(
    error.message,
    'Cannot copy instance "web" to fake:: the target fake: failed: No space left',
  );
  assertEquals([error.side, error.code], ["target", "transfer"]);
  assertEquals(target.sent("POST /1.0/instances").length, 1);
});

Deno.test("A failure tells the words of both sides, and no secret", async () => {
  const { source, target, copy } = await servers();
  source.on("GET /1.0/operations/out/wait", sync(failed("rsync broke", { id: "out" })));
  target.on("GET /1.0/operations/in/wait", async () => {
    while (target.sent("DELETE /1.0/operations/in").length === 0) {
      await new Promise((next) => setTimeout(next));
    }
    return sync(failed(`EOF at websocket?secret=${secrets.fs}`, { id: "in" }));
  });
  const error = await assertRejects(async () => await copy(), TransferError);
  assertEquals(error.side, "source");
  assertStringIncludes(error.message, "the source fake: failed: rsync broke; the target said: EOF");
  const shown = Deno.inspect(error, { depth: 20 });
  for (const secret of Object.values(secrets)) assert(!shown.includes(secret));
});

Deno.test("A side that was only cut off is not the one that failed", async () => {
  const { source, target, copy } = await servers();
  source.on(
    "GET /1.0/operations/out/wait",
    sync(failed("Error reading control: websocket: close 1000 (normal)", { id: "out" })),
  );
  target.on("GET /1.0/operations/in/wait", async () => {
    while (target.sent("DELETE /1.0/operations/in").length === 0) {
      await new Promise((next) => setTimeout(next));
    }
    return sync(failed("Unknown configuration key", { id: "in" }));
  });
  const error = await assertRejects(async () => await copy(), TransferError);
  assertEquals(error.side, "target");
  assertStringIncludes(error.message, "Unknown configuration key; the source said: Error reading");
});

Deno.test("A volume does not go from LXD to Incus, which would crash", async () => {
  const lxd = await connect({ connector: new FakeConnector({ kind: "lxd" }) });
  const fake = new FakeConnector({ kind: "incus" });
  const incus = await connect({ connector: fake });
  const volume = lxd.storagePools.at("default").volumes.at("custom", "db");
  await assertRejects(async () => await volume.copyTo(incus), UnsupportedError, "from LXD");
  assertEquals(fake.log, []);
});

Deno.test("A target that is gone is told in place of what it made the source say", async () => {
  const { source, target, copy } = await servers();
  source.on("GET /1.0/operations/out/wait", sync(failed("EOF", { id: "out" })));
  const gone = new ConnectionError("Cannot reach it", { reason: "refused", address: "fake:" });
  target.on("POST /1.0/instances", gone);
  const error = await assertRejects(async () => await copy(), TransferError);
  assertEquals([error.side, error.cause], ["target", gone]);
});

Deno.test("A move deletes the source last, and says so where it cannot", async () => {
  const { source, target, move } = await servers();
  source.on(`DELETE ${PATH}`, sync());
  await move();
  assertEquals(target.sent("POST /1.0/instances")[0]!.json.config, web.config);
  assertEquals(source.log.at(-1), `DELETE ${PATH}`);
  source.on(`DELETE ${PATH}`, refusal(403, "not yours"));
  const error = await assertRejects(async () => await move(), TransferError);
  assertEquals(error.side, "source");
  assertStringIncludes(error.message, "it stands there, but the source cannot be deleted");
});

Deno.test("A move whose copy cannot be read, or failed, deletes nothing", async () => {
  const { source, target, move } = await servers();
  target.on(`GET ${PATH}`, refusal(404, "Instance not found"));
  await assertRejects(async () => await move());
  target.on("POST /1.0/instances", refusal(400, "already exists"));
  await assertRejects(async () => await move(), TransferError, "already exists");
  assertEquals(source.sent(`DELETE ${PATH}`), []);
});

Deno.test("An abort cancels both operations; who detaches leaves them", async () => {
  const { source, target, copy } = await servers();
  // Held here: nothing else would keep a request that is never answered.
  const { promise } = Promise.withResolvers<FakeResponse>();
  source.on("GET /1.0/operations/out/wait", () => promise);
  target.on("GET /1.0/operations/in/wait", () => promise);
  const left = copy({ mode: "pull" });
  await left.detach();
  await assertRejects(async () => await left, DOMException);
  const cancelled = () => [
    source.sent("DELETE /1.0/operations/out").length,
    target.sent("DELETE /1.0/operations/in").length > 0,
  ];
  assertEquals(cancelled(), [0, false]);
  const stop = new AbortController();
  const aborted = copy({ mode: "pull", signal: stop.signal });
  await aborted.accepted;
  stop.abort(new Error("Enough"));
  await assertRejects(async () => await aborted, Error, "Enough");
  assertEquals(cancelled(), [1, true]);
});
