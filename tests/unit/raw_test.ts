import { assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import {
  ApiError,
  connect,
  NotFoundError,
  OperationError,
  ProtocolError,
  Task,
} from "../../mod.ts";
import {
  background,
  failed,
  FakeConnector,
  operationData,
  refusal,
  succeeded,
  sync,
} from "../kit/fake_connector.ts";

async function makeClient() {
  const fake = new FakeConnector();
  return { fake, client: await connect({ connector: fake }) };
}

Deno.test("raw() puts the names into the path, encoded, and gives the metadata", async () => {
  const { fake, client } = await makeClient();
  fake.on("GET /1.0/instances/a%20b%2Fc", sync({ name: "a b/c" }, json));
  const instance = await client.raw("GET /1.0/instances/{name}", {
    path: { name: "a b/c" },
    query: { recursion: 1 },
    headers: { "x-mine": "1" },
  });
  assertEquals(instance.name, "a b/c");
  const [request] = fake.sent("GET /1.0/instances/a%20b%2Fc");
  assertEquals(request?.query.get("recursion"), "1");
  assertEquals(request?.headers.get("x-mine"), "1");
});

const json = { "content-type": "application/json" };

Deno.test("raw() adds the client's project and target, unless they are given", async () => {
  const { fake, client } = await makeClient();
  fake.on("GET /1.0/networks", sync([], json));
  const scoped = client.project("ci").target("node1");
  await scoped.raw("GET /1.0/networks");
  await scoped.raw("GET /1.0/networks", { query: { project: "other" } });
  const queries = fake.sent("GET /1.0/networks").map(({ query }) => Object.fromEntries(query));
  assertEquals(queries, [
    { project: "ci", target: "node1" },
    { project: "other", target: "node1" },
  ]);
});

Deno.test("raw() gives a response where the answer is not JSON, and for HEAD", async () => {
  const { fake, client } = await makeClient();
  const route = "/1.0/instances/web/files";
  fake.on(`GET ${route}`, sync(["etc"], json), {
    headers: { "content-type": "application/octet-stream" },
    body: "hello",
  }).on(`HEAD ${route}`, { headers: { ...json, "x-incus-type": "directory" } });
  const path = { name: "web" };
  const list = await client.raw("GET /1.0/instances/{name}/files", { path, query: { path: "/" } });
  assertEquals(list, ["etc"]);
  const file = await client.raw("GET /1.0/instances/{name}/files", { path, query: { path: "/a" } });
  assertInstanceOf(file, Response);
  assertEquals(await file.text(), "hello");
  const head = await client.raw("HEAD /1.0/instances/{name}/files", { path });
  assertEquals(head.headers.get("x-incus-type"), "directory");
});

Deno.test("raw() takes a mutation to its end on a server that finishes at once", async () => {
  const { fake, client } = await makeClient();
  fake.on("POST /1.0/profiles", sync({}));
  const task = client.raw("POST /1.0/profiles", { body: { name: "small" } });
  assertInstanceOf(task, Task);
  assertEquals(await task.accepted, undefined);
  assertEquals(await task, {});
  assertEquals(fake.sent("POST /1.0/profiles")[0]?.json, { name: "small" });
});

Deno.test("raw() takes a mutation to its end on a server that works in the background", async () => {
  const { fake, client } = await makeClient();
  fake.on("DELETE /1.0/instances/web", background(operationData({ id: "7" })))
    .on("GET /1.0/operations/7/wait", sync(succeeded({ id: "7", description: "Deleting" })));
  const done = await client.raw("DELETE /1.0/instances/{name}", { path: { name: "web" } });
  assertEquals(done.description, "Deleting");

  fake.on("GET /1.0/operations/7/wait", sync(failed("no space", { id: "7" })));
  await assertRejects(
    async () => await client.raw("DELETE /1.0/instances/{name}", { path: { name: "web" } }),
    OperationError,
    "no space",
  );
});

Deno.test("raw() sends bytes and text as they are", async () => {
  const { fake, client } = await makeClient();
  fake.on("POST /1.0/instances/web/files", sync());
  const send = async (body: Uint8Array | ArrayBuffer | DataView | string | Blob) => {
    await client.raw("POST /1.0/instances/{name}/files", {
      path: { name: "web" },
      query: { path: "/etc/motd" },
      headers: { "x-incus-mode": "0644" },
      body,
    });
  };
  await send(new Uint8Array([1, 2]));
  await send("{}");
  await send(new Blob(["blob"]));
  await send(new Uint8Array([3]).buffer);
  await send(new DataView(new Uint8Array([4, 5]).buffer, 1));
  const sent = fake.sent("POST /1.0/instances/web/files");
  const bodies = ["\x01\x02", "{}", "blob", "\x03", "\x05"];
  assertEquals(sent.map(({ body }) => new TextDecoder().decode(body)), bodies);
  const types = sent.map(({ headers }) => headers.get("content-type"));
  assertEquals(types, Array(5).fill("application/octet-stream"));
});

Deno.test("raw() sends routes that are not known", async () => {
  const { fake, client } = await makeClient();
  fake.on("GET /1.0/new-thing/a%3F", sync(3, json)).on("POST /1.0/new-thing/x/do", sync(4));
  const read: unknown = await client.raw("GET /1.0/new-thing/{x}", { path: { x: "a?" } });
  const done: unknown = await client.raw("POST /1.0/new-thing/x/do", {
    body: [1],
    query: { n: 1 },
  });
  assertEquals([read, done], [3, 4]);
  assertEquals(fake.sent("POST /1.0/new-thing/x/do")[0]?.json, [1]);
});

Deno.test("raw() tells refusals as errors, whatever the form of a good answer", async () => {
  const { fake, client } = await makeClient();
  fake.on("GET /1.0/metrics", refusal(403, "not you"))
    .on("HEAD /1.0/instances/web/files", { status: 404 })
    .on("GET /1.0/gone", { status: 404, body: "page not found" })
    .on("PUT /1.0/gone", refusal(404, "not found"));
  await assertRejects(() => client.raw("GET /1.0/metrics"), ApiError, "not you (403)");
  const path = { name: "web" };
  await assertRejects(
    () => client.raw("HEAD /1.0/instances/{name}/files", { path }),
    NotFoundError,
  );
  await assertRejects(() => client.raw("GET /1.0/gone"), ProtocolError, "status 404");
  await assertRejects(async () => await client.raw("PUT /1.0/gone"), NotFoundError);
});

Deno.test("raw() refuses routes and names that do not fit, before any request", async () => {
  const { fake, client } = await makeClient();
  const cases: [route: string, path: Record<string, string> | undefined, reason: string][] = [
    ["FETCH /1.0", undefined, "it has to be a method and a path, such as GET /1.0/instances"],
    ["GET 1.0", undefined, "it has to be a method and a path, such as GET /1.0/instances"],
    ["GET /1.0/instances/{name}", undefined, 'its path needs "name"'],
    ["GET /1.0/instances/{name}", { name: "a", other: "b" }, 'its path has no "other"'],
    ["GET /1.0/instances/{constructor}", {}, 'its path needs "constructor"'],
    ["GET /1.0/instances/a b", undefined, 'give "a b" as a name in braces'],
    ["GET /1.0/instances/..", undefined, 'give ".." as a name in braces'],
    ["GET /1.0/instances/", undefined, 'give "" as a name in braces'],
    ["GET /1.0/instances?all", undefined, "give what follows the ? as its `query`"],
  ];
  for (const [route, path, reason] of cases) {
    assertThrows(
      () => client.raw(route as `GET /${string}`, { path }),
      TypeError,
      `Cannot use the route "${route}": ${reason}`,
    );
  }
  assertThrows(
    () => client.raw("GET /1.0/instances/{name}", { path: { name: ".." } }),
    TypeError,
    'Cannot use ".." as a name',
  );
  assertEquals(fake.log, []);
});

Deno.test("raw() reaches the root of the API", async () => {
  const { fake, client } = await makeClient();
  fake.on("GET /", sync(["/1.0"], json));
  assertEquals(await client.raw("GET /"), ["/1.0"]);
});

Deno.test("raw() sends the type that the caller gives, in whichever case", async () => {
  const { fake, client } = await makeClient();
  fake.on("POST /1.0/x", sync());
  for (const name of ["Content-Type", "content-type"]) {
    const headers = { [name]: "text/plain" };
    for (const body of ["text", { a: 1 }]) await client.raw("POST /1.0/x", { headers, body });
  }
  const types = fake.sent("POST /1.0/x").map(({ headers }) => headers.get("content-type"));
  assertEquals(types, Array(4).fill("text/plain"));
});
