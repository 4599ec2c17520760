/** Whether the table behind `docs/coverage.md` tells the truth: each method is called, and seen to send its route. */
import { assert, assertEquals } from "@std/assert";
import { Client, type Connector, type ConnectorRequest, type UpgradeRequest } from "../../mod.ts";
import { Session } from "../../src/core/session.ts";
import { namesOf } from "../../tools/coverage/names.ts";
import { complaints } from "../../tools/coverage/page.ts";
import { readRoutes, routeOf } from "../../tools/coverage/routes.ts";
import { type Method, methods } from "../../tools/coverage/table.ts";

/** What all things have that any method looks at. */
const thing = {
  name: "some",
  fingerprint: "some",
  type: "container",
  description: "",
  config: {},
  devices: {},
  project: "default",
  status_code: 200,
  environment: { addresses: ["[::1]:8443"], certificate: "some" },
};

/** An operation that has ended. */
const operation = {
  id: "some",
  description: "Some",
  status: "Success",
  status_code: 200,
  metadata: { secret: "some" },
};

/** Notes what is sent, and answers all of it alike. */
class NotingConnector implements Connector {
  readonly address = "noting:";
  readonly sent: string[] = [];
  readonly #lacks: RegExp;

  /** `lacks` are the paths at which nothing is. */
  constructor(lacks = /^$/) {
    this.#lacks = lacks;
  }

  fetch(path: string, { method = "GET" }: ConnectorRequest = {}): Promise<Response> {
    this.sent.push(`${method} ${path.split("?")[0]}`);
    const envelope = this.#lacks.test(path)
      ? { type: "error", error: "not found", error_code: 404 }
      : method === "GET"
      ? { type: "sync", metadata: thing }
      : { type: "async", operation: "/1.0/operations/some", metadata: operation };
    const body = method === "HEAD" ? null : JSON.stringify(envelope);
    const headers = { "content-type": "application/json", etag: "1" };
    return Promise.resolve(new Response(body, { headers }));
  }

  webSocket(path: string): Promise<never> {
    this.sent.push(`GET ${path.split("?")[0]}`);
    return Promise.reject(new Error("no WebSocket here"));
  }

  upgrade(path: string, _: string, { method = "GET" }: UpgradeRequest = {}): Promise<never> {
    this.sent.push(`${method} ${path.split("?")[0]}`);
    return Promise.reject(new Error("no raw connection here"));
  }

  close(): void {}
}

/** All API extensions, also those to come. */
class AllExtensions extends Set<string> {
  override has(): boolean {
    return true;
  }
}

/** What a method sends until it ends or meets an answer that is of no use to it. */
async function requestsOf(method: Method): Promise<string[]> {
  const connector = new NotingConnector();
  const extensions = new AllExtensions();
  const clientOf = (connector: Connector) =>
    new Client(new Session(connector, { dialect: "incus", extensions }), thing as never);
  try {
    const other = new NotingConnector(/^\/1.0\/images\//);
    const result = method(namesOf(clientOf(connector), clientOf(other)));
    const steps = result as Partial<AsyncIterable<unknown>>;
    if (steps[Symbol.asyncIterator]) {
      for await (const _ of steps as AsyncIterable<unknown>) break;
    } else await result;
  } catch {
    // Only the requests matter.
  }
  return connector.sent;
}

Deno.test("every method of the coverage table sends the route that it stands for", async () => {
  const routes = [...(await readRoutes()).keys()];
  const wrong: string[] = [];
  for (const [route, given] of Object.entries(methods as Record<string, Method | Method[]>)) {
    for (const method of [given].flat()) {
      const sent = await requestsOf(method);
      if (sent.some((it) => routeOf(it, routes) === route)) continue;
      wrong.push(`${route}: ${method} sends ${sent.join(", ") || "nothing"}`);
    }
  }
  assertEquals(wrong, []);
});

Deno.test("requests are told apart by route, and words go before names", async () => {
  const routes = [...(await readRoutes()).keys()];
  assertEquals(routeOf("GET /1.0/images/aliases", routes), "GET /1.0/images/aliases");
  assertEquals(routeOf("GET /1.0/images/abc", routes), "GET /1.0/images/{fingerprint}");
  assertEquals(
    routeOf("GET /1.0/instances/aliases/logs/exec-output", routes),
    "GET /1.0/instances/{name}/logs/exec-output",
  );
  assertEquals(routeOf("GET /1.0/internal/ready", routes), undefined);
  assertEquals(routeOf("POST /1.0/resources", routes), undefined);
});

Deno.test("the coverage table is complained about where it lacks a route or a run", async () => {
  const routes = await readRoutes();
  const ran = Object.fromEntries([...routes.keys()].map((it) => [it, ["lxd"]]));
  const excused = complaints(routes, ran);
  assert(excused.every((it) => it.endsWith("ran, though it is said that it cannot")));
  const { "GET /1.0/profiles": _, ...less } = ran;
  const complaint = "GET /1.0/profiles: both tested servers have it, and it never ran";
  assert(complaints(routes, less).includes(complaint));
  const more = new Map([...routes, ["GET /1.0/new", ["lxd_main" as const]]]);
  assert(complaints(more, ran).includes("GET /1.0/new: no method"));
});
