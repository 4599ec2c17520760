import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { connect, ProtocolError, UnsupportedError } from "../../mod.ts";
import { background, FakeConnector, operationData, sync } from "../kit/fake_connector.ts";
import { mutationTests } from "../kit/both_ways.ts";

const extensions = [
  "cluster_links",
  "cluster_links_public",
  "cluster_member_state",
  "clustering_evacuation",
  "clustering_evacuation_force",
  "clustering_evacuation_mode",
  "clustering_groups",
  "clustering_join_token",
  "clustering_restore_skip_mode",
  "clustering_update_cert",
  "explicit_trust_token",
];

const token = {
  server_name: "node2",
  fingerprint: "ab12",
  addresses: ["10.0.0.1:8443", "10.0.0.9:8443"],
  secret: "s3cret",
  expires_at: "2026-01-02T00:00:00Z",
};
const text = btoa(JSON.stringify(token));
const member = {
  server_name: "node2",
  description: "second",
  failure_domain: "rack-a",
  groups: ["default"],
  roles: ["database"],
  config: {},
};
const group = { name: "fast", description: "", members: ["node1"] };
const link = { name: "backup", description: "", config: {}, type: "bidirectional" };
const linkToken = {
  client_name: "backup",
  fingerprint: "ab12",
  addresses: ["10.0.0.1:8443"],
  secret: "s3cret",
  expires_at: "0001-01-01T00:00:00Z",
};
const shown = { certificate: "PEM", fingerprint: "cd34" };

mutationTests({
  kind: "lxd",
  extensions,
  reads: {
    "/1.0/cluster": { enabled: true, server_name: "node2", member_config: [] },
    "/1.0/cluster/members/node2": member,
    "/1.0/cluster/members/node3": { ...member, server_name: "node3" },
    "/1.0/cluster/groups/fast": group,
    "/1.0/cluster/groups/faster": { ...group, name: "faster" },
    "/1.0/cluster/links/backup": link,
    "/1.0/cluster/links/other": { ...link, name: "other" },
  },
}, [
  {
    route: "PUT /1.0/cluster",
    run: (client) => client.cluster.enable("node1"),
    body: { server_name: "node1", enabled: true },
  },
  {
    route: "PUT /1.0/cluster",
    run: (client) => client.cluster.join({ cluster_token: text, server_address: "10.0.0.2:8443" }),
    body: {
      server_name: "node2",
      cluster_address: "10.0.0.1:8443",
      server_address: "10.0.0.2:8443",
      cluster_token: text,
      enabled: true,
    },
  },
  {
    route: "PUT /1.0/cluster",
    run: (client) =>
      client.cluster.join({
        cluster_token: text,
        cluster_address: "10.0.0.9:8443",
        server_name: "other",
      }),
    body: {
      server_name: "other",
      cluster_address: "10.0.0.9:8443",
      cluster_token: text,
      enabled: true,
    },
  },
  {
    route: "PUT /1.0/cluster",
    run: (client) => client.cluster.join({ cluster_password: "pw", server_name: "node2" }),
    body: { cluster_password: "pw", server_name: "node2", enabled: true },
  },
  {
    route: "PUT /1.0/cluster",
    run: (client) => client.cluster.disable(),
    body: { enabled: false },
    result: undefined,
  },
  {
    route: "PUT /1.0/cluster/certificate",
    run: (client) =>
      client.cluster.setCertificate({
        cluster_certificate: "CERT",
        cluster_certificate_key: "KEY",
      }),
    body: { cluster_certificate: "CERT", cluster_certificate_key: "KEY" },
    result: undefined,
  },
  {
    route: "PUT /1.0/cluster/members/node2",
    run: (client) =>
      client.cluster.members.at("node2").edit((it) => {
        it.description = "changed";
      }),
    body: { ...member, description: "changed" },
  },
  {
    route: "PATCH /1.0/cluster/members/node2",
    run: (client) => client.cluster.members.at("node2").patch({ config: { "user.a": "b" } }),
    body: {
      description: "second",
      failure_domain: "rack-a",
      groups: ["default"],
      roles: ["database"],
      config: { "user.a": "b" },
    },
  },
  {
    route: "POST /1.0/cluster/members/node2",
    run: (client) => client.cluster.members.at("node2").rename("node3"),
    body: { server_name: "node3" },
  },
  {
    route: "DELETE /1.0/cluster/members/node2",
    run: (client) => client.cluster.members.at("node2").delete(),
    result: undefined,
  },
  {
    route: "DELETE /1.0/cluster/members/node2",
    run: (client) => client.cluster.members.at("node2").delete({ force: true }),
    query: { force: "1" },
    result: undefined,
  },
  {
    route: "POST /1.0/cluster/members/node2/state",
    run: (client) => client.cluster.members.at("node2").evacuate(),
    body: { action: "evacuate" },
  },
  {
    route: "POST /1.0/cluster/members/node2/state",
    run: (client) => client.cluster.members.at("node2").evacuate({ mode: "stop", force: true }),
    body: { action: "evacuate", mode: "stop", force: true },
  },
  {
    route: "POST /1.0/cluster/members/node2/state",
    run: (client) => client.cluster.members.at("node2").restore(),
    body: { action: "restore" },
  },
  {
    route: "POST /1.0/cluster/members/node2/state",
    run: (client) => client.cluster.members.at("node2").restore({ mode: "skip" }),
    body: { action: "restore", mode: "skip" },
  },
  {
    route: "POST /1.0/cluster/groups",
    run: (client) => client.cluster.groups.create({ name: "fast", members: ["node1"] }),
    body: { name: "fast", members: ["node1"] },
  },
  {
    route: "PUT /1.0/cluster/groups/fast",
    run: (client) =>
      client.cluster.groups.at("fast").edit((it) => {
        it.members = [];
      }),
    body: { ...group, members: [] },
  },
  {
    route: "PATCH /1.0/cluster/groups/fast",
    run: (client) => client.cluster.groups.at("fast").patch({ description: "d" }),
    body: { description: "d" },
  },
  {
    route: "POST /1.0/cluster/groups/fast",
    run: (client) => client.cluster.groups.at("fast").rename("faster"),
    body: { name: "faster" },
  },
  {
    route: "DELETE /1.0/cluster/groups/fast",
    run: (client) => client.cluster.groups.at("fast").delete(),
  },
  {
    route: "POST /1.0/cluster/links",
    run: (client) => client.cluster.links.create({ name: "backup", trust_token: text }),
    body: { name: "backup", trust_token: text },
  },
  {
    route: "POST /1.0/cluster/links",
    run: (client) => client.cluster.links.createToken({ name: "backup" }),
    body: { name: "backup" },
    answer: linkToken,
    result: { text: btoa(JSON.stringify(linkToken)), content: linkToken, operation: undefined },
  },
  {
    route: "POST /1.0/cluster/links",
    run: (client) =>
      client.cluster.links.createPublic({ name: "backup", remote_address: "10.1.0.1:8443" }),
    body: { type: "public", name: "backup", remote_address: "10.1.0.1:8443" },
    answer: shown,
    result: shown,
  },
  {
    route: "PUT /1.0/cluster/links/backup",
    run: (client) =>
      client.cluster.links.at("backup").edit((it) => {
        it.description = "changed";
      }),
    body: { ...link, description: "changed" },
  },
  {
    route: "PATCH /1.0/cluster/links/backup",
    run: (client) => client.cluster.links.at("backup").patch({ config: { "user.a": "b" } }),
    body: { config: { "user.a": "b" } },
  },
  {
    route: "POST /1.0/cluster/links/backup",
    run: (client) => client.cluster.links.at("backup").rename("other"),
    body: { name: "other" },
  },
  {
    route: "DELETE /1.0/cluster/links/backup",
    run: (client) => client.cluster.links.at("backup").delete(),
  },
]);

Deno.test("a join token goes where each server looks for it", async () => {
  const fields = async (kind: "lxd" | "incus", extensions: string[]) => {
    const connector = new FakeConnector({ kind, extensions })
      .on("PUT /1.0/cluster", sync())
      .on("GET /1.0/cluster", sync({ enabled: true }));
    await using client = await connect({ connector });
    await client.cluster.join({ cluster_token: text });
    const { json } = connector.sent("PUT /1.0/cluster")[0]!;
    return Object.keys(json).filter((key) => json[key] === text);
  };
  assertEquals(await fields("lxd", []), ["cluster_password"]);
  assertEquals(await fields("lxd", ["explicit_trust_token"]), ["cluster_token"]);
  assertEquals(await fields("incus", []), ["cluster_token"]);
});

Deno.test("a join with a broken token or certificate sends nothing and tells no secret", async () => {
  const connector = new FakeConnector({ kind: "incus" });
  await using client = await connect({ connector });
  for (
    const body of [
      { cluster_token: "no token" },
      { cluster_token: btoa("{}") },
      { cluster_token: btoa("null") },
      { cluster_token: text, cluster_certificate: "no certificate" },
      {
        cluster_token: text,
        cluster_certificate: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
      },
    ]
  ) {
    const error = await assertRejects(() => client.cluster.join(body), TypeError);
    assertEquals(error.message.includes(token.secret) || error.message.includes(text), false);
  }
  assertEquals(connector.log, []);
});

Deno.test("a join token is issued without waiting for its operation, which ends with its use", async () => {
  const { server_name: serverName, expires_at: expiresAt, ...rest } = token;
  const metadata = { serverName, expiresAt, ...rest };
  const connector = new FakeConnector({ kind: "lxd", extensions })
    .on("POST /1.0/cluster/members", background(operationData({ class: "token", metadata })));
  await using client = await connect({ connector });
  const issued = await client.cluster.members.createToken("node2");
  assertEquals(issued.content, token);
  assertEquals(client.cluster.members.parseToken(`${issued.text}\n`), token);
  assertEquals(issued.operation?.id, "0b1c");
  assertEquals(connector.sent("POST /1.0/cluster/members")[0]!.json, { server_name: "node2" });
  assertEquals(connector.log, ["POST /1.0/cluster/members"]);
});

Deno.test("a server that answers with no token breaks the protocol", async () => {
  const connector = new FakeConnector({ kind: "lxd", extensions })
    .on("POST /1.0/cluster/members", sync())
    .on("POST /1.0/cluster/links", sync());
  await using client = await connect({ connector });
  await assertRejects(() => client.cluster.members.createToken("node2"), ProtocolError);
  await assertRejects(() => client.cluster.links.createToken({ name: "backup" }), ProtocolError);
});

Deno.test("a join token with letters of any language is read", async () => {
  await using client = await connect({ connector: new FakeConnector() });
  const content = { ...token, server_name: "nœud-二" };
  const bytes = new TextEncoder().encode(JSON.stringify(content));
  assertEquals(client.cluster.members.parseToken(bytes.toBase64()), content);
});

Deno.test("the data of a cluster is read before it is used", async () => {
  const data = { enabled: false, server_name: "", member_config: [] };
  const connector = new FakeConnector().on("GET /1.0/cluster", sync(data));
  await using client = await connect({ connector });
  assertThrows(() => client.cluster.data, TypeError);
  await client.cluster.refresh();
  assertEquals(client.cluster.data, data);
});

Deno.test("members, groups and links are read", async () => {
  const state = { sysinfo: {}, storage_pools: {} };
  const linkState = { cluster_link_members: [] };
  const connector = new FakeConnector({ kind: "lxd", extensions })
    .on("GET /1.0/cluster/members?recursion=1", sync([member]))
    .on("GET /1.0/cluster/members", sync(["/1.0/cluster/members/node2"]))
    .on("GET /1.0/cluster/members/node2", sync(member))
    .on("GET /1.0/cluster/members/node2/state", sync(state))
    .on("GET /1.0/cluster/links?recursion=1", sync([link]))
    .on("GET /1.0/cluster/links", sync(["/1.0/cluster/links/backup"]))
    .on("GET /1.0/cluster/links/backup/state", sync(linkState));
  await using client = await connect({ connector });
  const [only] = await client.cluster.members.list();
  assertEquals(only?.name, "node2");
  assertEquals(await only?.state(), state as never);
  assertEquals(await client.cluster.members.names(), ["node2"]);
  assertEquals((await client.cluster.members.get("node2")).data, member as never);
  const [backup] = await client.cluster.links.list();
  assertEquals(backup?.name, "backup");
  assertEquals(await backup?.state(), linkState);
  assertEquals(await client.cluster.links.names(), ["backup"]);
});

Deno.test("what a server lacks is refused before anything is sent", async () => {
  const connector = new FakeConnector({ kind: "lxd" });
  await using client = await connect({ connector });
  const { members, groups, links } = client.cluster;
  const node = members.at("node2");
  for (
    const attempt of [
      async () => await members.createToken("node2"),
      async () => await node.evacuate(),
      async () => await node.restore(),
      async () => await node.state(),
      async () => await groups.list(),
      async () => await groups.create({ name: "fast" }),
      async () => await groups.at("fast").delete(),
      async () => await links.list(),
      async () => await links.createToken({ name: "backup" }),
      async () => await links.createPublic({ name: "backup" }),
      async () => await links.at("backup").state(),
      async () =>
        await client.cluster.setCertificate({
          cluster_certificate: "CERT",
          cluster_certificate_key: "KEY",
        }),
    ]
  ) {
    await assertRejects(attempt, UnsupportedError);
  }
  assertEquals(connector.log, []);
});
