/** What `client.raw` takes and gives. Checked by the compiler, never run. */
import type {
  Client,
  InstanceData,
  InstanceFullData,
  OperationData,
  ProfileData,
  ServerData,
  ServerUntrusted,
  Task,
} from "../../mod.ts";
import { expectType } from "./equals.ts";

const path = { name: "web" };

export async function results(client: Client): Promise<void> {
  expectType<Promise<ServerData | ServerUntrusted>>()(client.raw("GET /1.0"));
  expectType<InstanceData | InstanceFullData>()(
    await client.raw("GET /1.0/instances/{name}", { path, query: { recursion: 1 } }),
  );
  expectType<string[] | ProfileData[]>()(await client.raw("GET /1.0/profiles"));
  expectType<Task<OperationData>>()(client.raw("DELETE /1.0/instances/{name}", { path }));
  expectType<Response>()(await client.raw("GET /1.0/metrics"));
  expectType<Response>()(await client.raw("HEAD /1.0/instances/{name}/files", { path }));
  expectType<string[] | Response>()(
    await client.raw("GET /1.0/instances/{name}/files", { path, query: { path: "/etc" } }),
  );
  expectType<Promise<unknown>>()(client.raw("GET /1.0/new-thing/{x}", { path: { x: "1" } }));
  expectType<Task<unknown>>()(client.raw("POST /1.0/new-thing", { body: { any: "thing" } }));
}

export function bodies(client: Client): void {
  client.raw("PUT /1.0/instances/{name}/state", { path, body: { action: "start" } });
  client.raw("POST /1.0/images", { body: new Blob() });
  client.raw("POST /1.0/instances/{name}/files", { path, query: { path: "/a" }, body: "text" });
  client.raw("DELETE /1.0/profiles/{name}", { path, headers: { "if-match": "1" }, timeout: 1000 });
}

export function refusals(client: Client): void {
  // @ts-expect-error: the path needs the name
  client.raw("GET /1.0/instances/{name}");
  // @ts-expect-error: the path needs the name
  client.raw("GET /1.0/instances/{name}", { query: { recursion: 1 } });
  // @ts-expect-error: the parameter is called "name"
  client.raw("GET /1.0/instances/{name}", { path: { instance: "web" } });
  // @ts-expect-error: names are strings
  client.raw("GET /1.0/instances/{name}", { path: { name: 7 } });
  // @ts-expect-error: the path has no names
  client.raw("GET /1.0/profiles", { path });
  // @ts-expect-error: the route has no such query parameter
  client.raw("GET /1.0/profiles", { query: { recurse: 1 } });
  // @ts-expect-error: the route takes no body
  client.raw("GET /1.0/profiles", { body: {} });
  // @ts-expect-error: the route needs a body
  client.raw("POST /1.0/profiles");
  // @ts-expect-error: a profile needs a name
  client.raw("POST /1.0/profiles", { body: { description: "no name" } });
  // @ts-expect-error: a profile is not bytes
  client.raw("POST /1.0/profiles", { body: "text" });
  // @ts-expect-error: there is no such method
  client.raw("FETCH /1.0");
  // @ts-expect-error: a path starts with a slash
  client.raw("GET 1.0/instances");
}
