/** What the wire types let through and what they do not: a matter of the type checker alone. */
import { assertEquals } from "@std/assert";
import type {
  Device,
  InstanceConfig,
  InstanceData,
  InstancesPost,
  ProfilePut,
  Routes,
  ServerEvent,
} from "../../src/types/mod.ts";

/** Two types that are the same give `true`. */
type Same<A, B> = [A] extends [B] ? [B] extends [A] ? true : false : false;

Deno.test("a device is told apart by its type and takes further keys", () => {
  const known: Device = { type: "nic", network: "br0", "user.colour": "blue" };
  // @ts-expect-error: a device of no known type
  const wrong: Device = { type: "teapot" };
  const size = (device: Device) => device.type === "disk" ? device.size : undefined;
  assertEquals([known, wrong].map(size), [undefined, undefined]);
});

Deno.test("a configuration takes any key and strings alone", () => {
  const config: InstanceConfig = { "limits.cpu": "2", "user.note": "mine" };
  // @ts-expect-error: a number is not a configuration value
  const wrong: InstanceConfig = { "limits.cpu": 2 };
  assertEquals(config["limits.cpu"], "2");
  assertEquals(Object.keys(wrong).length, 1);
});

Deno.test("a new instance needs a source that fits its type", () => {
  const body: InstancesPost = { name: "web", source: { type: "image", alias: "debian/12" } };
  // @ts-expect-error: a copy needs the name of what it copies
  const wrong: InstancesPost = { source: { type: "copy" } };
  assertEquals([body, wrong].map((it) => it.source.type), ["image", "copy"]);
});

Deno.test("a status stays open for words that are not known yet", () => {
  const status: InstanceData["status"] = "Levitating";
  assertEquals<string>(status, "Levitating");
});

Deno.test("an event's metadata follows from its type", () => {
  const event: ServerEvent = {
    type: "lifecycle",
    timestamp: "2026-08-22T10:11:12.123456789Z",
    metadata: { action: "instance-started", source: "/1.0/instances/web" },
  };
  const action = (it: ServerEvent) => it.type === "lifecycle" ? it.metadata.action : undefined;
  assertEquals(action(event), "instance-started");
});

Deno.test("a route gives its path, body and answer", () => {
  type Route = Routes["PUT /1.0/profiles/{name}"];
  const body: Same<Route["body"], ProfilePut> = true;
  const path: Routes["GET /1.0/storage-pools/{pool}"]["path"] = { pool: "default" };
  // @ts-expect-error: the parameter has another name
  const wrong: Routes["GET /1.0/storage-pools/{pool}"]["path"] = { name: "default" };
  const none: Same<Routes["GET /1.0/metrics"]["metadata"], Response> = true;
  assertEquals([body, none, path.pool, Object.keys(wrong)], [true, true, "default", ["name"]]);
});
