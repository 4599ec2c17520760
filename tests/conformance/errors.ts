import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { ApiError, LxkitError, NotFoundError, TimeoutError } from "../../mod.ts";
import { defineCase } from "../kit/case.ts";
import { makeContainer } from "../kit/container.ts";

defineCase("A refusal tells the request and the server's words", async ({ client, name }) => {
  const missing = name("missing");
  const error = await assertRejects(() => client.instances.get(missing), NotFoundError);
  assertEquals(error.code, "not-found");
  assertEquals([error.status, error.method, error.path], [404, "GET", `/1.0/instances/${missing}`]);
  assertMatch(error.serverMessage, /not found/i);
  assertEquals(error.message, `Cannot GET ${error.path}: ${error.serverMessage} (404)`);
  assert(error instanceof ApiError && error instanceof LxkitError);
});

defineCase(
  "A body that the server cannot take is refused with its words",
  async ({ client, name }) => {
    // deno-lint-ignore no-explicit-any
    const body = (fields: object) => fields as any;
    const instances = [
      { name: name("bad"), source: {} },
      { name: name("bad"), source: { type: "magic" } },
      { name: 7, source: { type: "none" } },
      { name: "-not-a-hostname-", source: { type: "none" } },
      { name: name("bad"), source: { type: "none" }, devices: { eth0: { type: "no-such" } } },
      { name: name("bad"), source: { type: "none" }, profiles: ["no-such-profile"] },
    ];
    for (const it of instances) {
      const error = await assertRejects(
        async () => await client.instances.create(body(it)),
        Error,
        undefined,
        JSON.stringify(it),
      );
      assert(error instanceof LxkitError || error instanceof TypeError, String(error));
      assertMatch(error.message, /^(Cannot |Operation ")/);
    }
  },
);

defineCase(
  "A call that was aborted before sends nothing, and gives the reason",
  async (context) => {
    const { client } = context;
    const { name } = await makeContainer(context);
    const reason = { any: "value" };
    const signal = AbortSignal.abort(reason);
    const calls: (() => PromiseLike<unknown>)[] = [
      () => client.instances.list({ signal }),
      () => client.instances.get(name, { signal }),
      () => client.instances.exists(name, { signal }),
      () => client.instances.at(name).start({ signal }),
      () => client.instances.at(name).delete({ signal }),
      () => client.instances.at(name).edit(() => {}, { signal }),
      () => client.instances.at(name).exec(["true"], { signal }),
      () => client.instances.at(name).spawn(["true"], { signal }),
      () => client.instances.at(name).files.read("/etc/passwd", { signal }),
      () => client.server.refresh({ signal }),
    ];
    for (const call of calls) {
      const caught = await Promise.resolve().then(call).then(() => undefined, (error) => error);
      assertEquals(caught === reason, true, String(call));
    }
    assertEquals((await client.instances.get(name)).data.status, "Stopped");
  },
);

defineCase("A call past its limit says what it waited for", async ({ client, name }) => {
  // It waits for whoever comes with the token.
  const { operation } = await client.certificates.createToken({ name: name("token") });
  try {
    const error = await assertRejects(() => operation!.wait({ timeout: 50 }), TimeoutError);
    assertEquals(
      error.message,
      `Cannot see the end of operation "${operation!.data.description}": no answer within 50 ms`,
    );
  } finally {
    await operation!.cancel();
  }
  for (const timeout of [-1, NaN]) {
    await assertRejects(() => client.instances.list({ timeout }), RangeError, "the timeout must");
  }
});

defineCase("Data that was never read says how to get it", ({ client }) => {
  assertThrows(() => client.profiles.at("default").data, TypeError, "Call refresh() first");
  return Promise.resolve();
});
