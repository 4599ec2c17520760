/** What is learnt of a server when it is connected to, and what it is told apart from. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { ApiError, connect, ConnectionError, type Dialect, TimeoutError } from "../../mod.ts";
import { dialectOf, headerName } from "../../src/core/dialect.ts";
import { FakeClock } from "../kit/fake_clock.ts";
import { FakeConnector, type FakeResponse, never, refusal, sync } from "../kit/fake_connector.ts";
import { serve, temporary } from "./connectors/deno_kit.ts";

Deno.test("the dialect is what the server says it is", () => {
  const dialects: [Parameters<typeof dialectOf>[0], Dialect][] = [
    [{ environment: { server: "lxd" } }, "lxd"],
    [{ environment: { server: "incus" } }, "incus"],
    [{ api_extensions: ["instances"] }, "lxd"],
    [{ api_extensions: [] }, "incus"],
    [{ api_extensions: null, environment: null }, "incus"],
    [{}, "incus"],
  ];
  for (const [data, dialect] of dialects) assertEquals(dialectOf(data), dialect);
  assertEquals([headerName("lxd", "uid"), headerName("incus", "uid")], [
    "X-LXD-uid",
    "X-Incus-uid",
  ]);
});

Deno.test("a client knows what the server said, and its scopes know it, too", async () => {
  const fake = new FakeConnector({ kind: "lxd", extensions: ["projects"] });
  await using client = await connect({ connector: fake, project: "ci", target: "node1" });
  assertEquals([client.dialect, client.server.trusted, client.server.clustered], [
    "lxd",
    true,
    false,
  ]);
  assertEquals([client.hasExtension("projects"), client.hasExtension("x")], [true, false]);
  assertEquals(client.scope, { project: "ci", target: "node1" });
  assertEquals(client.project("other").hasExtension("projects"), true);
  assertEquals(client.project("other").scope, { project: "other", target: "node1" });
  assertEquals(fake.requests.length, 1);
});

Deno.test("the caller's word on the dialect goes before the server's", async () => {
  const fake = new FakeConnector({ kind: "lxd" });
  assertEquals((await connect({ connector: fake, dialect: "incus" })).dialect, "incus");
});

Deno.test("a server that does not trust the caller is a server all the same", async () => {
  const fake = new FakeConnector()
    .on("GET /1.0", sync({ api_version: "1.0", auth: "untrusted" }));
  const client = await connect({ connector: fake });
  assertEquals([client.server.trusted, client.dialect], [false, "incus"]);
  assertEquals([...client.server.extensions], []);
  // As after the server was told to trust it.
  fake.on("GET /1.0", sync({ api_version: "1.0", auth: "trusted", api_extensions: ["projects"] }));
  await client.server.refresh();
  assert(client.server.trusted && client.project("p").hasExtension("projects"));
});

Deno.test("what is no server is told so, and let go", async () => {
  const strangers: FakeResponse[] = [
    { status: 404, body: "<html>nothing here</html>" },
    { status: 200, body: "<html>welcome</html>" },
    { body: '{"hello":' },
    { body: { hello: "world" } },
    { body: [] },
    { body: "" },
    refusal(404, "not found"),
    sync(null),
    sync({ api_version: "2.0" }),
    sync(["/1.0"]),
  ];
  for (const stranger of strangers) {
    const fake = new FakeConnector().on("GET /1.0", stranger);
    const error = await assertRejects(() => connect({ connector: fake }), ConnectionError);
    assertEquals(error.reason, "not-a-server", JSON.stringify(stranger));
    assertEquals(error.message, "Cannot use fake:: what answers there is no LXD or Incus");
    assert(fake.closed);
  }
});

Deno.test("a server that refuses keeps its words", async () => {
  const fake = new FakeConnector().on("GET /1.0", refusal(503, "LXD is shutting down"));
  await assertRejects(() => connect({ connector: fake }), ApiError, "LXD is shutting down");
  assert(fake.closed);
});

Deno.test("a server that does not answer is waited for half a minute", async () => {
  using clock = new FakeClock();
  const fake = new FakeConnector().on("GET /1.0", never);
  const late = assertRejects(() => connect({ connector: fake }), TimeoutError);
  await clock.pass(30_000);
  assertEquals((await late).message, "Cannot connect: no answer within 30000 ms");
  assert(fake.closed);
  assertEquals(clock.timers, 0);
});

Deno.test("an abort ends connecting with its reason", async () => {
  const fake = new FakeConnector().on("GET /1.0", never);
  const stop = new AbortController();
  const caught = connect({ connector: fake, signal: stop.signal })
    .then(() => "done", (error) => error);
  stop.abort("enough");
  assertEquals(await caught, "enough");
  assert(fake.closed);
});

Deno.test("sockets are told apart by what is behind them", async () => {
  await using directory = await temporary();
  const reasonOf = async (socket: string) => {
    const error = await assertRejects(() => connect({ socket }), ConnectionError);
    assert(error.message.includes(`unix:${socket}`), error.message);
    assertEquals(error.address, `unix:${socket}`);
    return error.reason;
  };
  assertEquals(await reasonOf(`${directory.path}/none`), "socket-missing");
  const file = `${directory.path}/file`;
  await Deno.writeTextFile(file, "");
  assertEquals(await reasonOf(file), "refused");
  const dead = `${directory.path}/dead`;
  // Another process, so that its end leaves the socket in the file system.
  await new Deno.Command("sh", {
    args: [
      "-c",
      'exec "$0" eval "$1"',
      Deno.execPath(),
      `
      Deno.listen({ transport: "unix", path: "${dead}" });
      Deno.kill(Deno.pid, "SIGKILL");
    `,
    ],
  }).output();
  assertEquals(await reasonOf(dead), "refused");
  const bodies: [string, ResponseInit][] = [
    ["<html>404</html>", { status: 404 }],
    ['{"half":', {}],
    ['{"status":"ok"}', {}],
  ];
  for (const [body, init] of bodies) {
    const other = `${directory.path}/${crypto.randomUUID().slice(0, 8)}`;
    await using _ = serve(other, () => new Response(body, init));
    assertEquals(await reasonOf(other), "not-a-server");
  }
});

Deno.test("options that contradict each other are refused before anything is sent", async () => {
  const fake = new FakeConnector();
  await assertRejects(() => connect({ connector: fake, socket: "/x" }), TypeError, "in two ways");
  assertEquals(fake.requests, []);
});
