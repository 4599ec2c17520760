/** The URLs that links, players and terminals outside this package take. */
import { assertEquals, assertThrows } from "@std/assert";
import { connect, UnsupportedError } from "../../../mod.ts";
import { webConnector } from "../../../src/connectors/web.ts";
import { FakeConnector } from "../../kit/fake_connector.ts";

const fake = new FakeConnector({ extensions: ["container_backup"] });

function clientAt(url: string) {
  const fetch = (_: string, init: RequestInit) =>
    fake.fetch("/1.0", { method: init.method, headers: {} });
  return connect({ connector: webConnector({ url, fetch }) });
}

Deno.test("URLs carry the base, the scope and encoded names", async () => {
  await using client = await clientAt("https://host/lxd/");
  const ci = client.project("ci");
  const base = "https://host/lxd/1.0";
  const image = ci.images.at("c0ffee");
  for (
    const [url, wanted] of [
      [client.instances.at("web").files.url("/a b&c"), "/instances/web/files?path=%2Fa+b%26c"],
      [ci.instances.at("web").files.url("/x"), "/instances/web/files?project=ci&path=%2Fx"],
      [
        client.instances.at("web").backups.at("b/1").exportUrl(),
        "/instances/web/backups/b%2F1/export",
      ],
      [image.exportUrl(), "/images/c0ffee/export?project=ci"],
      [image.exportUrl({ secret: "s" }), "/images/c0ffee/export?project=ci&secret=s"],
      [client.instances.at("web").logs.url("lxc.log"), "/instances/web/logs/lxc.log"],
    ] as const
  ) assertEquals(url.href, base + wanted);
  const socket = ci.operations.at("0b1c").webSocketUrl("s&t");
  assertEquals(socket.href, "wss://host/lxd/1.0/operations/0b1c/websocket?secret=s%26t");
});

Deno.test("a connector without URLs says so, without secrets", async () => {
  await using client = await connect({ connector: new FakeConnector() });
  const words =
    "Cannot give a URL of /1.0/operations/0b1c/websocket: the connector to fake: has none";
  const { message } = assertThrows(
    () => client.operations.at("0b1c").webSocketUrl("s3cret"),
    UnsupportedError,
  );
  assertEquals(message, words);
  assertThrows(() => client.instances.at("web").files.url("/x"), UnsupportedError);
  assertThrows(() => client.instances.at("web").files.url("x"), TypeError, "must start with");
});
