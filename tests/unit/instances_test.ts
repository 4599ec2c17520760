/** What goes over the wire for instances, on servers of different ability. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  ApiError,
  connect,
  type InstancesPost,
  NotFoundError,
  ProtocolError,
  UnsupportedError,
} from "../../mod.ts";
import {
  background,
  FakeConnector,
  operationData,
  refusal,
  succeeded,
  sync,
} from "../kit/fake_connector.ts";

const CREATE = "POST /1.0/instances";
const WAIT = "GET /1.0/operations/0b1c/wait";
const web = { name: "web", status: "Running", project: "default" };
const body: InstancesPost = { name: "web", start: true, source: { type: "none" } };

function serve(...extensions: string[]): FakeConnector {
  const resources = { instances: ["/1.0/instances/made-up?project=ci"] };
  return new FakeConnector({ extensions })
    .on(CREATE, background(operationData({ resources })))
    .on(WAIT, sync(succeeded({ resources })))
    .on("GET /1.0/instances/web", sync(web))
    .on("GET /1.0/instances/made-up", sync({ ...web, name: "made-up" }))
    .on("PUT /1.0/instances/web/state", sync())
    .on("PUT /1.0/instances/made-up/state", sync());
}

Deno.test("a server that starts what it makes is asked to", async () => {
  const fake = serve("instance_create_start");
  const client = await connect({ connector: fake });
  await client.instances.create(body);
  assertEquals(fake.sent(CREATE)[0]!.json, body);
  assertEquals(fake.log, [CREATE, WAIT, "GET /1.0/instances/web"]);
});

Deno.test("a server that does not is asked again, and gets no field that it does not know", async () => {
  const fake = serve();
  const client = await connect({ connector: fake });
  await client.instances.create(body);
  assertEquals(fake.sent(CREATE)[0]!.json, { name: "web", source: { type: "none" } });
  assertEquals(fake.sent("PUT /1.0/instances/web/state")[0]!.json, { action: "start" });
  assertEquals(fake.log.indexOf(WAIT) < fake.log.indexOf("PUT /1.0/instances/web/state"), true);
});

Deno.test("a name that the server made up is taken from the operation", async () => {
  const fake = serve();
  const client = await connect({ connector: fake });
  const { name: _, ...nameless } = body;
  assertEquals((await client.instances.create(nameless)).name, "made-up");
  fake.on(WAIT, sync(succeeded())).on(CREATE, background(operationData()));
  await assertRejects(
    async () => await client.instances.create({ source: { type: "none" } }),
    ProtocolError,
    "the server named none",
  );
});

Deno.test("a target is asked for in the query", async () => {
  const fake = serve();
  const client = await connect({ connector: fake, project: "ci" });
  await client.instances.create({ ...body, start: false }, { target: "node2" });
  assertEquals(Object.fromEntries(fake.sent(CREATE)[0]!.query), { project: "ci", target: "node2" });
});

Deno.test("collections by type say the type", async () => {
  const fake = serve().on("GET /1.0/instances", sync([]));
  const client = await connect({ connector: fake });
  await client.containers.list();
  await client.virtualMachines.names();
  await client.instances.list();
  assertEquals(
    fake.sent("GET /1.0/instances").map(({ query }) => query.get("instance-type")),
    ["container", "virtual-machine", null],
  );
  await client.virtualMachines.create({ ...body, start: false });
  assertEquals(fake.sent(CREATE)[0]!.json.type, "virtual-machine");
});

Deno.test("lists say what they are asked for, and need what the server must know", async () => {
  const able = serve("api_filtering", "instance_all_projects").on("GET /1.0/instances", sync([]));
  const client = await connect({ connector: able, project: "ci" });
  await client.instances.list({ recursion: 2, filter: "status eq Running", allProjects: true });
  await client.instances.list();
  assertEquals(able.sent("GET /1.0/instances").map(({ query }) => Object.fromEntries(query)), [
    { recursion: "2", filter: "status eq Running", "all-projects": "true" },
    { recursion: "1", project: "ci" },
  ]);

  const old = serve();
  const other = await connect({ connector: old });
  const filtered = await assertRejects(
    () => other.instances.list({ filter: "x" }),
    UnsupportedError,
  );
  assertEquals(filtered.extension, "api_filtering");
  await assertRejects(() => other.instances.list({ allProjects: true }), UnsupportedError);
  assertThrows(() => other.instances.setState({ action: "stop" }), UnsupportedError);
  assertThrows(() => other.instances.at("web").rebuild({ type: "none" }), UnsupportedError);
  assertEquals(old.log, []);
});

Deno.test("a grace period is told in whole seconds", async () => {
  const fake = serve();
  const client = await connect({ connector: fake });
  await client.instances.at("web").stop({ gracePeriod: 1500 });
  await client.instances.at("web").restart({ force: true });
  assertEquals(fake.sent("PUT /1.0/instances/web/state").map(({ json }) => json), [
    { action: "stop", timeout: 2 },
    { action: "restart", force: true },
  ]);
});

Deno.test("fields of a newer server come through a list and go back unchanged", async () => {
  const novel = { ...web, config: { "user.a": "1" }, from_the_future: { deep: [1, null] } };
  const fake = serve()
    .on("GET /1.0/instances", sync([novel]))
    .on("GET /1.0/instances/web", sync(novel, { etag: '"1"' }))
    .on("PUT /1.0/instances/web", sync());
  const client = await connect({ connector: fake });
  const [listed] = await client.instances.list();
  assertEquals(JSON.parse(JSON.stringify(listed)), novel);
  assertEquals(structuredClone(listed!.data), novel as never);
  const got = await client.instances.get("web");
  got.data.description = "changed";
  await got.save();
  await listed!.edit(({ config }) => {
    config!["user.b"] = "2";
  });
  assertEquals(fake.sent("PUT /1.0/instances/web").map(({ json }) => json), [
    { ...novel, description: "changed" },
    { ...novel, config: { "user.a": "1", "user.b": "2" } },
  ]);
});

Deno.test("an address is one that leads out, where the server tells which do", async () => {
  const address = (address: string) => ({ family: "inet", scope: "global", address });
  const docker0 = { host_name: "", addresses: [address("172.17.0.1")] };
  const eth0 = { host_name: "veth1", addresses: [address("10.0.0.5")] };
  const fake = serve();
  const client = await connect({ connector: fake });
  const web = client.instances.at("web");
  const found = async (network: object) => {
    fake.on("GET /1.0/instances/web/state", sync({ status: "Running", network }));
    return await web.waitForAddress();
  };
  assertEquals(await found({ docker0, eth0 }), "10.0.0.5");
  assertEquals(await found({ docker0 }), "172.17.0.1");
});

Deno.test("a stop without any time to do so is none", async () => {
  const fake = serve();
  const client = await connect({ connector: fake });
  for (const gracePeriod of [0, -1, NaN]) {
    await assertRejects(
      async () => await client.instances.at("web").stop({ gracePeriod }),
      RangeError,
      "the grace period must be more than 0",
    );
  }
  assertEquals(fake.log, []);
  await client.instances.at("web").stop({ gracePeriod: 0, force: true });
});

Deno.test("an instance is stopped before it is deleted, by force and where it runs alone", async () => {
  const DELETE = "DELETE /1.0/instances/web";
  const STOP = "PUT /1.0/instances/web/state";
  const fake = serve().on(DELETE, sync());
  const client = await connect({ connector: fake });
  const web = client.instances.at("web");
  await web.delete();
  await web.delete({ force: true });
  fake.on("GET /1.0/instances/web", sync({ name: "web", status: "Stopped" }));
  await web.delete({ force: true });
  const READ = "GET /1.0/instances/web";
  assertEquals(fake.log, [DELETE, READ, STOP, DELETE, READ, DELETE]);
  assertEquals(fake.sent(STOP)[0]!.json, { action: "stop", force: true });
  fake.on(DELETE, refusal(404, "not found"));
  await assertRejects(async () => await web.delete({ force: true }), NotFoundError);
});

Deno.test("what the server accepts of a delete by force is the delete", async () => {
  const id = "d";
  const fake = serve()
    .on("DELETE /1.0/instances/web", background(operationData({ id })))
    .on("PUT /1.0/instances/web/state", background(operationData()));
  const client = await connect({ connector: fake });
  const operation = await client.instances.at("web").delete({ force: true }).detach();
  assertEquals(operation?.id, id);
  assertEquals(fake.sent("DELETE /1.0/instances/web").length, 1);
});

Deno.test("a delete by force goes on where the instance stopped by itself, or went with its stop", async () => {
  const DELETE = "DELETE /1.0/instances/web";
  const fake = serve().on(DELETE, sync())
    .on("PUT /1.0/instances/web/state", refusal(400, "already stopped"))
    .on("GET /1.0/instances/web", sync(web), sync({ ...web, status: "Stopped" }));
  const client = await connect({ connector: fake });
  await client.instances.at("web").delete({ force: true });
  assertEquals(fake.sent(DELETE).length, 1);
  fake.on("GET /1.0/instances/web", sync({ ...web, ephemeral: true }));
  await assertRejects(
    async () => await client.instances.at("web").delete({ force: true }),
    ApiError,
  );
  fake.on("PUT /1.0/instances/web/state", sync());
  await client.instances.at("web").delete({ force: true });
  assertEquals(fake.sent(DELETE).length, 1);
});
