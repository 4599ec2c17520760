/** That nothing which is thrown or printed holds what would let others in. */
import { assertEquals, assertRejects } from "@std/assert";
import { type Client, connect, ConnectionError, LxkitError } from "../../mod.ts";
import {
  background,
  failed,
  FakeConnector,
  operationData,
  refusal,
  sync,
} from "../kit/fake_connector.ts";

const SECRET = "5ecre7-0123456789abcdef";
const fds = { "0": SECRET, "1": SECRET, "2": SECRET, control: SECRET };
const environment = { DB_PASSWORD: SECRET };
const metadata = { fds, secret: SECRET, environment };
const operation = operationData({ class: "websocket", metadata });

/** Fails where a value shows the secret in any way that people look at values. */
function assertDiscreet(value: unknown): void {
  const shown = [
    Deno.inspect(value, { depth: 20 }),
    String(value),
    value instanceof Error ? `${value.message}${value.stack}${Deno.inspect(value.cause)}` : "",
    JSON.stringify(value) ?? "",
  ];
  for (const text of shown) assertEquals(text.includes(SECRET), false, text);
}

async function serve(): Promise<{ fake: FakeConnector; client: Client }> {
  const fake = new FakeConnector()
    .on("POST /1.0/instances/web/exec", background(operation))
    .on("GET /1.0/operations/0b1c", sync(operation))
    .on("DELETE /1.0/operations/0b1c", sync())
    .on("GET /1.0/operations/0b1c/wait", sync(failed("broke", { metadata: operation.metadata })));
  return { fake, client: await connect({ connector: fake }) };
}

Deno.test("a client, a process and an operation show no secret", async () => {
  const { fake, client } = await serve();
  fake.onChannel("/1.0/operations/0b1c/websocket", () => {});
  fake.on("GET /1.0/operations/0b1c/wait", () => new Promise(() => {}));
  await using process = await client.instances.at("web").spawn(["it"]);
  assertDiscreet(process);
  assertDiscreet(client.instances.at("web"));
  assertDiscreet(client.operations.at("0b1c"));
  const shown = Deno.inspect(await client.operations.get("0b1c"), { depth: 20 });
  assertEquals(shown.includes(SECRET), false, shown);
  assertEquals(Deno.inspect(client.server).includes(SECRET), false);
});

Deno.test("a failed operation shows no secret, wherever it is looked at", async () => {
  const { client } = await serve();
  const it = await client.operations.get("0b1c");
  const error = await assertRejects(() => it.wait(), LxkitError);
  assertDiscreet(error);
});

Deno.test("a websocket that cannot be opened shows no secret", async () => {
  const { fake, client } = await serve();
  const lost = new ConnectionError("Cannot reach fake:", { reason: "lost", address: "fake:" });
  fake.onChannel("/1.0/operations/0b1c/websocket", lost);
  const error = await assertRejects(() => client.instances.at("web").exec(["it"]), LxkitError);
  assertDiscreet(error);
});

Deno.test("a refusal and a limit show no query", async () => {
  const { fake, client } = await serve();
  fake.on("GET /1.0/images/f00", refusal(403, "no"), () => new Promise(() => {}));
  const path = { fingerprint: "f00" };
  for (const timeout of [undefined, 1]) {
    const error = await assertRejects(
      () =>
        client.raw("GET /1.0/images/{fingerprint}", { path, query: { secret: SECRET }, timeout }),
      LxkitError,
    );
    assertDiscreet(error);
  }
});
