/** How answers are told apart, whatever their status says. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  ApiError,
  type Client,
  ConflictError,
  connect,
  ForbiddenError,
  LxkitError,
  NotFoundError,
  PreconditionFailedError,
  ProtocolError,
} from "../../mod.ts";
import {
  type FakeAnswer,
  FakeConnector,
  type FakeResponse,
  refusal,
  sync,
} from "../kit/fake_connector.ts";

const ROUTE = "GET /1.0/instances/web";

/** A client whose server answers so where it is asked for an instance. */
async function answering(answer: FakeAnswer): Promise<Client> {
  return await connect({ connector: new FakeConnector().on(ROUTE, answer) });
}

async function errorOf(answer: FakeAnswer): Promise<LxkitError> {
  const client = await answering(answer);
  return await assertRejects(() => client.instances.get("web"), LxkitError);
}

Deno.test("the class of a refusal follows its status", async () => {
  const classes = [
    [401, ForbiddenError, "forbidden"],
    [403, ForbiddenError, "forbidden"],
    [404, NotFoundError, "not-found"],
    [409, ConflictError, "conflict"],
    [412, PreconditionFailedError, "precondition-failed"],
    [400, ApiError, "api"],
    [500, ApiError, "api"],
    [503, ApiError, "api"],
  ] as const;
  for (const [status, kind, code] of classes) {
    const error = await errorOf(refusal(status, "the words"));
    assertEquals(error.constructor, kind);
    assertEquals([error.code, error.name], [code, kind.name]);
    assertEquals(error.message, `Cannot GET /1.0/instances/web: the words (${status})`);
  }
});

Deno.test("an error in the body counts, also under HTTP 200", async () => {
  const error = await errorOf(refusal(404, "gone", 200)) as ApiError;
  assert(error instanceof NotFoundError);
  assertEquals([error.status, error.serverMessage], [404, "gone"]);
});

Deno.test("an error without a code has the status of its answer", async () => {
  const body = { type: "error", error: "no", error_code: 0 };
  assertEquals((await errorOf({ status: 409, body }) as ApiError).status, 409);
});

Deno.test("an error without words has those of its status", async () => {
  const body = { type: "error", error: "", error_code: 400 };
  const error = await errorOf({ status: 400, statusText: "Bad Request", body }) as ApiError;
  assertEquals(error.serverMessage, "Bad Request");
});

Deno.test("a body that is no envelope shows its status and how it starts", async () => {
  const start = "Cannot GET /1.0/instances/web: the answer is not in the form of LXD and Incus: ";
  const html = "<html><body>413 Request Entity Too Large</body></html>";
  const answers: [FakeResponse, string][] = [
    [
      { status: 413, statusText: "Request Entity Too Large", body: html },
      `status 413 "Request Entity Too Large", body starts ${JSON.stringify(html)}`,
    ],
    [{ status: 502, statusText: "Bad Gateway" }, 'status 502 "Bad Gateway", empty body'],
    [{ status: 200, body: "" }, 'status 200 "no reason given", empty body'],
    [{ status: 404, body: "nope" }, 'status 404 "Not Found", body starts "nope"'],
    [{ body: "[1, 2]" }, 'status 200 "no reason given", body starts "[1, 2]"'],
    [{ body: "null" }, 'status 200 "no reason given", body starts "null"'],
    [{ body: '{"type":"other"}' }, 'body starts "{\\"type\\":\\"other\\"}"'],
    [{ body: '{"type":"sync"' }, 'body starts "{\\"type\\":\\"sync\\""'],
  ];
  for (const [answer, words] of answers) {
    const error = await errorOf(answer);
    assert(error instanceof ProtocolError);
    assert(error.message.startsWith(start), error.message);
    assert(error.message.endsWith(words), error.message);
    assertEquals(error.status, answer.status ?? 200);
  }
});

Deno.test("a long body that is no envelope is shown in part", async () => {
  const error = await errorOf({ body: "x".repeat(100_000) });
  assert(error.message.length < 400);
  assert(error.message.endsWith('xxx..."'));
});

Deno.test("no query is ever shown, since queries carry secrets", async () => {
  const fake = new FakeConnector()
    .on("GET /1.0/images/f00", refusal(403, "no"), { status: 502, body: "proxy" });
  const client = await connect({ connector: fake });
  for (let round = 0; round < 2; round++) {
    const error = await assertRejects(
      () =>
        client.raw("GET /1.0/images/{fingerprint}", {
          path: { fingerprint: "f00" },
          query: { secret: "s3cret" },
        }),
      LxkitError,
    );
    assertEquals(error.message.includes("s3cret"), false);
    assertEquals(Deno.inspect(error).includes("s3cret"), false);
  }
  assertEquals(fake.requests.at(-1)!.query.get("secret"), "s3cret");
});

Deno.test("lists that are null are empty", async () => {
  const fake = new FakeConnector().on("GET /1.0/instances", sync(null));
  const client = await connect({ connector: fake });
  assertEquals(await client.instances.list(), []);
  assertEquals(await client.instances.names(), []);
});

Deno.test("names are read off URLs however the server writes them", async () => {
  const fake = new FakeConnector().on(
    "GET /1.0/instances",
    sync([
      "/1.0/instances/web",
      "/1.0/containers/old",
      "/1.0/instances/there?project=ci",
      "/1.0/instances/caf%C3%A9",
    ]),
  );
  const client = await connect({ connector: fake });
  assertEquals(await client.instances.names(), ["web", "old", "there", "café"]);
});

Deno.test("names that may be encoded twice are taken from the data", async () => {
  const fake = new FakeConnector()
    .on("GET /1.0/profiles", sync(["/1.0/profiles/a%2520b", "/1.0/profiles/c"]))
    .on("GET /1.0/profiles?recursion=1", sync([{ name: "a b" }, { name: "c" }]));
  const client = await connect({ connector: fake });
  assertEquals(await client.profiles.names(), ["a b", "c"]);
});
