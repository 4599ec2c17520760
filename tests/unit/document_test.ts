/** How things are read, changed and written back. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { connect, OperationError, PreconditionFailedError, type Profile } from "../../mod.ts";
import {
  background,
  failed,
  FakeConnector,
  operationData,
  refusal,
  sync,
} from "../kit/fake_connector.ts";

const PATH = "/1.0/profiles/p";
const data = { name: "p", description: "", config: { a: "1" }, devices: {}, novel: { x: [1] } };

/** A server with one profile, whose ETag grows by one with each of the given reads. */
async function serve(...reads: number[]): Promise<{ fake: FakeConnector; profile: Profile }> {
  const fake = new FakeConnector();
  fake.on(`GET ${PATH}`, ...reads.map((etag) => sync(data, { etag: `"${etag}"` })));
  const client = await connect({ connector: fake });
  return { fake, profile: client.profiles.at("p") };
}

const ifMatch = (fake: FakeConnector) =>
  fake.sent(`PUT ${PATH}`).map(({ headers }) => headers.get("if-match"));

Deno.test("an edit writes what was read, fields that nobody knows included", async () => {
  const { fake, profile } = await serve(1, 2);
  fake.on(`PUT ${PATH}`, sync());
  await profile.edit((it) => {
    it.description = "new";
  });
  assertEquals(fake.log, [`GET ${PATH}`, `PUT ${PATH}`, `GET ${PATH}`]);
  assertEquals(fake.sent(`PUT ${PATH}`)[0]!.json, { ...data, description: "new" });
  assertEquals(ifMatch(fake), ['"1"']);
});

Deno.test("an ETag that a proxy marked as weak is sent back as the server gave it", async () => {
  const fake = new FakeConnector();
  fake.on(`GET ${PATH}`, sync(data, { etag: 'W/"1"' })).on(`PUT ${PATH}`, sync());
  await (await connect({ connector: fake })).profiles.at("p").edit(() => {});
  assertEquals(ifMatch(fake), ['"1"']);
});

Deno.test("an edit reads and changes anew as long as others were faster", async () => {
  const { fake, profile } = await serve(1, 2, 3, 4);
  fake.on(`PUT ${PATH}`, refusal(412, "ETag"), refusal(412, "ETag"), sync());
  let changes = 0;
  await profile.edit(async (it) => {
    assertEquals(it.description, "");
    it.description = String(++changes);
    await Promise.resolve();
  });
  assertEquals(ifMatch(fake), ['"1"', '"2"', '"3"']);
  assertEquals(changes, 3);
});

Deno.test("an edit gives up after thirty lost races", async () => {
  const { fake, profile } = await serve(1);
  fake.on(`PUT ${PATH}`, refusal(412, "ETag doesn't match"));
  await assertRejects(async () => await profile.edit(() => {}), PreconditionFailedError);
  assertEquals(fake.sent(`PUT ${PATH}`).length, 30);
});

Deno.test("an edit ends between its attempts when it is aborted", async () => {
  const { fake, profile } = await serve(1);
  const stop = new AbortController();
  fake.on(`PUT ${PATH}`, () => {
    stop.abort(new RangeError("enough"));
    return refusal(412, "ETag");
  });
  await assertRejects(
    async () => await profile.edit(() => {}, { signal: stop.signal }),
    RangeError,
    "enough",
  );
  assertEquals(fake.sent(`PUT ${PATH}`).length, 1);
});

Deno.test("an edit tries anew where LXD fails one of two writes that it let in", async () => {
  const { fake, profile } = await serve(1, 2);
  const words = "Failed to create instance update operation: " +
    "A matching non-reusable operation has now succeeded";
  fake.on(`PUT ${PATH}`, background(operationData()), sync());
  fake.on("GET /1.0/operations/0b1c/wait", sync(failed(words)));
  await profile.edit(() => {});
  assertEquals(ifMatch(fake), ['"1"', '"2"']);
});

Deno.test("an edit whose operation fails for itself fails", async () => {
  const { fake, profile } = await serve(1);
  fake.on(`PUT ${PATH}`, background(operationData()));
  fake.on("GET /1.0/operations/0b1c/wait", sync(failed("no such key")));
  await assertRejects(async () => await profile.edit(() => {}), OperationError, "no such key");
  assertEquals(fake.sent(`PUT ${PATH}`).length, 1);
});

Deno.test("an edit of what has no ETag is written without one", async () => {
  const { fake, profile } = await serve();
  fake.on(`GET ${PATH}`, sync(data)).on(`PUT ${PATH}`, sync());
  await profile.edit(() => {});
  assertEquals(ifMatch(fake), [null]);
});

Deno.test("an edit leaves the data alone when its change throws", async () => {
  const { fake, profile } = await serve(1);
  await assertRejects(
    async () =>
      await profile.edit((it) => {
        it.description = "half";
        throw new RangeError("no");
      }),
    RangeError,
  );
  assertEquals(profile.data.description, "");
  assertEquals(fake.sent(`PUT ${PATH}`), []);
});

Deno.test("a save writes the data under the ETag that it was read with", async () => {
  const { fake, profile } = await serve(1, 2);
  fake.on(`PUT ${PATH}`, sync());
  await profile.refresh();
  profile.data.config["b"] = "2";
  await profile.save();
  assertEquals(fake.sent(`PUT ${PATH}`)[0]!.json, { ...data, config: { a: "1", b: "2" } });
  assertEquals(ifMatch(fake), ['"1"']);
});

Deno.test("a save of what came from a list is refused, and sends nothing", async () => {
  const { fake } = await serve();
  fake.on("GET /1.0/profiles", sync([structuredClone(data)]));
  const client = await connect({ connector: fake });
  const [listed] = await client.profiles.list();
  await assertRejects(
    async () => await listed!.save(),
    TypeError,
    'Cannot save profile "p": its data came without an ETag',
  );
  assertEquals(fake.log, ["GET /1.0/profiles"]);
});

Deno.test("a patch sends the given fields and reads the result", async () => {
  const { fake, profile } = await serve(1);
  fake.on(`PATCH ${PATH}`, sync());
  await profile.patch({ config: { c: "3" } });
  assertEquals(fake.sent(`PATCH ${PATH}`)[0]!.json, { config: { c: "3" } });
  assertEquals(profile.data.config, { a: "1" });
});

Deno.test("data that was never read cannot be had, and JSON shows the name then", async () => {
  const { profile } = await serve(1);
  assertThrows(() => profile.data, TypeError, 'Cannot give the data of profile "p"');
  assertEquals(JSON.stringify(profile), '{"name":"p"}');
  await profile.refresh();
  assertEquals(JSON.parse(JSON.stringify(profile)), data);
});

Deno.test("a rename goes to the old path and leads to the new one", async () => {
  const { fake, profile } = await serve(1);
  fake.on(`POST ${PATH}`, sync()).on("GET /1.0/profiles/q%20r", sync({ ...data, name: "q r" }));
  await profile.refresh();
  await profile.rename("q r");
  assertEquals(fake.sent(`POST ${PATH}`)[0]!.json, { name: "q r" });
  assertEquals([profile.name, profile.data.name], ["q r", "q r"]);
});

Deno.test("a rename that fails leaves the name", async () => {
  const { fake, profile } = await serve(1);
  fake.on(`POST ${PATH}`, refusal(409, "taken"));
  await assertRejects(async () => await profile.rename("q"), Error, "taken");
  assertEquals(profile.name, "p");
});
