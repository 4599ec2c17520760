/**
 * Edits that meet: none of them is lost.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { connect } from "../mod.ts";
import { daemonTest } from "./kit/suite.ts";

daemonTest(
  "Two clients that edit a profile a hundred times each lose no update",
  async (daemon) => {
    await using one = await connect({ socket: daemon.socket });
    await using two = await connect({ socket: daemon.socket });
    await one.profiles.create({ name: "shared", config: { "user.count": "0" } });
    await Promise.all([one, two].map(async ({ profiles }, client) => {
      for (let i = 0; i < 100; i++) {
        await profiles.at("shared").edit((it) => {
          it.config["user.count"] = String(Number(it.config["user.count"]) + 1);
          it.config[`user.${client}.${i}`] = "done";
        });
      }
    }));
    const { config } = (await one.profiles.get("shared")).data;
    assertEquals(config["user.count"], "200");
    assertEquals(Object.keys(config).length, 201);
  },
);

daemonTest("An edit may be under way within another of the same thing", async (daemon) => {
  await using client = await connect({ socket: daemon.socket });
  const profile = await client.profiles.create({ name: "nested" });
  let inner: Promise<unknown> | undefined;
  await profile.edit(async (it) => {
    inner ??= client.profiles.at("nested").edit((it) => void (it.description = "inner"));
    await inner;
    it.config["user.outer"] = "yes";
  });
  const { description, config } = (await client.profiles.get("nested")).data;
  assertEquals([description, config["user.outer"]], ["inner", "yes"]);
}, { kinds: ["lxd"] });
