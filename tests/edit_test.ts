/**
 * Edits that meet: none of them is lost.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import { connect } from "../mod.ts";
import { daemonTest } from "./kit/suite.ts";

daemonTest(
  "Two clients that edit a profile a hundred times each lose no update",
  async (daemon) => {
    await using one = await connect({ socket: daemon.socket });
    await using two = await connect({ socket: daemon.socket });
    await one.profiles.create({ name: "shared", config: { "user.count": "0" } });
    const edits = [one, two].flatMap(({ profiles }, client) =>
      Array.from({ length: 100 }, (_, i) =>
        profiles.at("shared").edit((it) => {
          it.config["user.count"] = String(Number(it.config["user.count"]) + 1);
          it.config[`user.${client}.${i}`] = "done";
        }))
    );
    await Promise.all(edits);
    const { config } = (await one.profiles.get("shared")).data;
    assertEquals(config["user.count"], "200");
    assertEquals(Object.keys(config).length, 201);
  },
);

daemonTest("An edit that waits for another ends by its own signal", async (daemon) => {
  await using client = await connect({ socket: daemon.socket });
  const profile = await client.profiles.create({ name: "busy" });
  const release = Promise.withResolvers<void>();
  const first = profile.edit(() => release.promise);
  const stop = new AbortController();
  const second = client.profiles.at("busy").edit(() => {}, { signal: stop.signal });
  const third = client.profiles.at("busy").edit((it) => void (it.description = "third"));
  stop.abort(new RangeError("no more"));
  await assertRejects(() => second, RangeError, "no more");
  release.resolve();
  await first;
  assertEquals((await third).data.description, "third");
}, { kinds: ["lxd"] });
