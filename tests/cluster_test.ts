/**
 * Forms a cluster of two daemons by the library itself and uses what clusters offer. One cluster serves
 * all cases, so each is a step; the last ones take it apart.
 *
 * @module
 */

import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import {
  ApiError,
  type Client,
  connect,
  ConnectionError,
  NotFoundError,
  UnsupportedError,
} from "../mod.ts";
import { type DaemonPair, startPair } from "./kit/cluster.ts";
import { findObstacle, serverKinds } from "./kit/daemon.ts";
import { imageAlias } from "./kit/setup.ts";

/** A certificate and its key that servers on loopback can show, both as PEM. */
async function makeCertificate(): Promise<[certificate: string, key: string]> {
  const { stdout } = await new Deno.Command("openssl", {
    args: [
      ..."req -x509 -nodes -days 30 -newkey ec -pkeyopt ec_paramgen_curve:secp384r1".split(" "),
      ..."-subj /CN=cluster -addext subjectAltName=IP:127.0.0.1 -keyout - -out -".split(" "),
    ],
    stderr: "null",
  }).output();
  const blocks = new TextDecoder().decode(stdout).match(/-----BEGIN[^]+?-----END[^\n]+\n/g) ?? [];
  const key = blocks.find((it) => it.includes("PRIVATE KEY"));
  const certificate = blocks.find((it) => it.includes("CERTIFICATE"));
  assert(key && certificate);
  return [certificate, key];
}

/** Reads the cluster again and again while the server starts anew. */
async function untilAlone(client: Client): Promise<void> {
  for (let left = 200;; left--) {
    try {
      await client.cluster.refresh({ timeout: 5000 });
      if (!client.cluster.data.enabled) return;
    } catch (error) {
      // It closes its database before it starts anew, and says so to whoever asks meanwhile.
      const closing = error instanceof ApiError &&
        error.serverMessage.includes("database is closed");
      if (!closing && !(error instanceof ConnectionError)) throw error;
    }
    assert(left > 0, "the server is in its cluster still");
    await new Promise((done) => setTimeout(done, 50));
  }
}

const source = { type: "image", alias: imageAlias } as const;

async function useCluster(t: Deno.TestContext, pair: DaemonPair): Promise<void> {
  await using one = await connect({ socket: pair.first.socket });
  await using two = await connect({ socket: pair.second.socket });
  const address = `127.0.0.1:${pair.second.httpsPort}`;

  await t.step("a server becomes the first of a cluster", async () => {
    await one.cluster.refresh();
    assertEquals(one.cluster.data.enabled, false);
    await assertRejects(() => one.cluster.members.list());
    await one.cluster.enable("node1");
    assertEquals(one.cluster.data.enabled, true);
    assertEquals(one.cluster.data.server_name, "node1");
    await one.server.refresh();
    assert(one.server.clustered);
  });

  await t.step("a token is issued, read and taken back", async () => {
    const token = await one.cluster.members.createToken("node9");
    assertEquals(one.cluster.members.parseToken(token.text), token.content);
    assertEquals(token.content.server_name, "node9");
    assertEquals(token.content.addresses, [`127.0.0.1:${pair.first.httpsPort}`]);
    await token.operation!.cancel();
    await token.operation!.refresh();
    assertEquals(token.operation!.data.status_code, 401);
    const cluster_certificate = one.server.data.environment!.certificate;
    const body = { cluster_token: token.text, cluster_certificate, server_address: address };
    await assertRejects(() => two.cluster.join(body));
    await two.cluster.refresh();
    assertEquals(two.cluster.data.enabled, false);
  });

  await t.step("a certificate other than that of the token is refused", async () => {
    const { text } = await one.cluster.members.createToken("node2");
    const [cluster_certificate] = await makeCertificate();
    const body = { cluster_token: text, cluster_certificate, server_address: address };
    const error = await assertRejects(() => two.cluster.join(body), TypeError);
    assert(!error.message.includes(text));
  });

  async function join(name: string): Promise<void> {
    const { text } = await one.cluster.members.createToken(name);
    const cluster_certificate = one.server.data.environment!.certificate;
    await two.cluster.join({ cluster_token: text, cluster_certificate, server_address: address });
  }

  await t.step("another server joins by a token", async () => {
    await join("node2");
    assertEquals(two.cluster.data.server_name, "node2");
    assertEquals((await one.cluster.members.names()).sort(), ["node1", "node2"]);
    const members = await two.cluster.members.list();
    assertEquals(members.map((it) => it.data.status), ["Online", "Online"]);
    assertEquals(members.map((it) => it.name).sort(), ["node1", "node2"]);
    assert(await one.cluster.members.exists("node2"));
    assertEquals(await one.cluster.members.exists("node3"), false);
  });

  const member = one.cluster.members.at("node2");

  await t.step("a member is edited and renamed", async () => {
    await member.edit((it) => {
      it.description = "the second";
      it.config = { ...it.config, "user.rack": "a" };
      it.failure_domain = "rack-a";
    });
    await member.patch({ config: { "user.row": "7" } });
    assertEquals(member.data.description, "the second");
    assertEquals(member.data.failure_domain, "rack-a");
    assertEquals(member.data.config, { "user.rack": "a", "user.row": "7" });
    await member.refresh();
    member.data.description = "";
    await member.save();
    assertEquals(member.data.description, "");
    await member.rename("node-two");
    assertEquals(member.data.server_name, "node-two");
    await assertRejects(() => one.cluster.members.get("node2"), NotFoundError);
    await member.rename("node2");
  });

  await t.step("a member tells its state where the server can", async () => {
    if (one.hasExtension("cluster_member_state")) {
      const { sysinfo, storage_pools } = await member.state();
      assert(sysinfo.total_ram > 0);
      assert((storage_pools["default"]?.space?.total ?? 0) > 0);
    } else {
      await assertRejects(() => member.state(), UnsupportedError);
    }
  });

  await t.step("a call goes to the member that is its target", async () => {
    const { server } = one.target("node2");
    await server.refresh();
    assertEquals(server.data.environment?.server_name, "node2");
    await one.server.refresh();
    assertEquals(one.server.data.environment?.server_name, "node1");
  });

  await t.step("groups of members are made, changed and deleted", async () => {
    const group = await one.cluster.groups.create({ name: "fast", description: "new" });
    assertEquals(group.data.members, []);
    await group.edit((it) => {
      it.members = ["node2"];
    });
    await group.patch({ description: "newer" });
    await group.rename("faster");
    assertEquals((await one.cluster.groups.names()).sort(), ["default", "faster"]);
    const listed = (await two.cluster.groups.list()).find((it) => it.name === "faster");
    assertEquals(listed?.data.members, ["node2"]);
    assertEquals(listed?.data.description, "newer");
    const inside = await one.instances.create({ name: "grouped", source }, { target: "@faster" });
    assertEquals(inside.data.location, "node2");
    await inside.delete();
    await group.edit((it) => {
      it.members = [];
    });
    await group.delete();
    assertEquals(await one.cluster.groups.exists("faster"), false);
  });

  await t.step("an instance moves away from a member in evacuation, and back", async () => {
    const body = { name: "moving", start: true, source };
    const instance = await one.instances.create(body, { target: "node2" });
    assertEquals(instance.data.location, "node2");
    const evacuating = member.evacuate();
    assert(await evacuating.accepted);
    await evacuating;
    assertEquals(member.data.status, "Evacuated");
    await instance.refresh();
    assertEquals([instance.data.location, instance.data.status], ["node1", "Running"]);
    await member.restore();
    assertEquals(member.data.status, "Online");
    await instance.refresh();
    assertEquals([instance.data.location, instance.data.status], ["node2", "Running"]);
    if (one.hasExtension("clustering_evacuation_mode")) {
      await member.evacuate({ mode: "stop" });
      await instance.refresh();
      assertEquals([instance.data.location, instance.data.status], ["node2", "Stopped"]);
      await member.restore();
    } else {
      await assertRejects(async () => await member.evacuate({ mode: "stop" }), UnsupportedError);
    }
    await instance.stop({ force: true });
    await instance.delete();
  });

  await t.step("what only newer servers know is refused before it is sent", async () => {
    await assertRejects(async () => await member.evacuate({ force: true }), UnsupportedError);
    await assertRejects(async () => await member.restore({ mode: "skip" }), UnsupportedError);
  });

  await t.step("the certificate of the cluster is replaced", async () => {
    const before = one.server.data.environment?.certificate_fingerprint;
    const [cluster_certificate, cluster_certificate_key] = await makeCertificate();
    await one.cluster.setCertificate({ cluster_certificate, cluster_certificate_key });
    for (const { server } of [one, two]) {
      await server.refresh();
      assertEquals(server.data.environment?.certificate?.trim(), cluster_certificate.trim());
      assertNotEquals(server.data.environment?.certificate_fingerprint, before);
    }
  });

  await t.step("a member that is deleted is on its own again, and may join anew", async () => {
    await member.delete();
    assertEquals(await one.cluster.members.names(), ["node1"]);
    await untilAlone(two);
    await join("node2");
    assertEquals(two.cluster.data.server_name, "node2");
  });

  await t.step("a member that holds an instance is deleted by force alone", async () => {
    await one.instances.create({ name: "lost", source }, { target: "node2" });
    await assertRejects(() => member.delete(), ApiError);
    await member.delete({ force: true });
    assertEquals(await one.cluster.members.names(), ["node1"]);
    assertEquals(await one.instances.names(), []);
  });

  await t.step("a server forgets its cluster", async () => {
    await two.cluster.disable();
    await untilAlone(two);
    assertEquals(await two.instances.names(), []);
  });
}

for (const kind of serverKinds) {
  Deno.test({
    name: `[${kind}] A cluster of two is formed, used and taken apart`,
    ignore: findObstacle(kind) !== undefined,
    async fn(t) {
      await using pair = await startPair(kind);
      await useCluster(t, pair);
    },
  });
}
