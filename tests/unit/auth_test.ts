import { assertEquals, assertRejects } from "@std/assert";
import { connect, ProtocolError, UnsupportedError } from "../../mod.ts";
import { mutationTests } from "../kit/both_ways.ts";
import { FakeConnector, sync } from "../kit/fake_connector.ts";

const extensions = [
  "access_management",
  "access_management_tls",
  "auth_bearer_devlxd",
  "auth_oidc_sessions",
];
const identity = {
  name: "ci",
  groups: [],
  tls_certificate: "",
};
const tls = { ...identity, authentication_method: "tls", type: "Client certificate", id: "ab12" };
const oidc = { ...identity, authentication_method: "oidc", type: "OIDC client", id: "a@b.example" };
const bearer = { ...identity, authentication_method: "bearer", type: "Bearer", id: "7f-uuid" };
const group = {
  name: "ops",
  description: "",
  permissions: [],
  identities: {},
  identity_provider_groups: [],
};
const providerGroup = { name: "sso", groups: ["ops"] };
const session = { uuid: "0199-aa", email: "a@b.example", username: "A" };
const token = {
  client_name: "ci",
  fingerprint: "ab12",
  addresses: ["10.0.0.1:8443"],
  secret: "s3cret",
  expires_at: "2026-01-02T00:00:00Z",
};

mutationTests({
  kind: "lxd",
  extensions,
  reads: {
    "/1.0/auth/groups/ops": group,
    "/1.0/auth/groups/dev": { ...group, name: "dev" },
    "/1.0/auth/identity-provider-groups/sso": providerGroup,
    "/1.0/auth/identity-provider-groups/other": { ...providerGroup, name: "other" },
    "/1.0/auth/identities/tls/ci": tls,
    "/1.0/auth/identities/tls/ab12": tls,
    "/1.0/auth/identities/oidc/a%40b.example": oidc,
    "/1.0/auth/identities/bearer/ci": bearer,
  },
}, [
  {
    route: "POST /1.0/auth/groups",
    run: (client) => client.auth.groups.create({ name: "ops", description: "d" }),
    body: { name: "ops", description: "d" },
  },
  {
    route: "PUT /1.0/auth/groups/ops",
    run: (client) =>
      client.auth.groups.at("ops").edit((it) => {
        it.permissions = [{ entity_type: "server", url: "/1.0", entitlement: "admin" }];
      }),
    body: {
      ...group,
      permissions: [{ entity_type: "server", url: "/1.0", entitlement: "admin" }],
    },
  },
  {
    // A PATCH would take its permissions away.
    route: "PUT /1.0/auth/groups/ops",
    run: (client) => client.auth.groups.at("ops").patch({ description: "d" }),
    body: { ...group, description: "d" },
  },
  {
    route: "POST /1.0/auth/groups/ops",
    run: (client) => client.auth.groups.at("ops").rename("dev"),
    body: { name: "dev" },
  },
  {
    route: "DELETE /1.0/auth/groups/ops",
    run: (client) => client.auth.groups.at("ops").delete(),
  },
  {
    route: "POST /1.0/auth/identity-provider-groups",
    run: (client) => client.auth.identityProviderGroups.create({ name: "sso", groups: ["ops"] }),
    body: { name: "sso", groups: ["ops"] },
  },
  {
    route: "PUT /1.0/auth/identity-provider-groups/sso",
    run: (client) =>
      client.auth.identityProviderGroups.at("sso").edit((it) => {
        it.groups = [];
      }),
    body: { ...providerGroup, groups: [] },
  },
  {
    route: "PUT /1.0/auth/identity-provider-groups/sso",
    run: (client) => client.auth.identityProviderGroups.at("sso").patch({ groups: ["dev"] }),
    body: { ...providerGroup, groups: ["dev"] },
  },
  {
    route: "POST /1.0/auth/identity-provider-groups/sso",
    run: (client) => client.auth.identityProviderGroups.at("sso").rename("other"),
    body: { name: "other" },
  },
  {
    route: "DELETE /1.0/auth/identity-provider-groups/sso",
    run: (client) => client.auth.identityProviderGroups.at("sso").delete(),
  },
  {
    route: "POST /1.0/auth/identities/tls",
    run: async (client) =>
      (await client.auth.identities.tls.create({ name: "ci", certificate: "DER" })).name,
    body: { name: "ci", certificate: "DER" },
    result: "ab12",
  },
  {
    route: "POST /1.0/auth/identities/tls",
    run: (client) => client.auth.identities.tls.createToken({ name: "ci", groups: ["ops"] }),
    body: { name: "ci", groups: ["ops"], token: true },
    answer: token,
    result: { text: btoa(JSON.stringify(token)), content: token, operation: undefined },
  },
  {
    route: "POST /1.0/auth/identities/tls",
    run: (client) => client.auth.identities.tls.redeemToken("the token"),
    body: { trust_token: "the token" },
    result: undefined,
  },
  {
    route: "PUT /1.0/auth/identities/tls/ab12",
    run: (client) =>
      client.auth.identities.tls.at("ab12").edit((it) => {
        it.groups = ["ops"];
      }),
    body: { ...tls, groups: ["ops"] },
  },
  {
    route: "PATCH /1.0/auth/identities/tls/ab12",
    run: (client) => client.auth.identities.tls.at("ab12").patch({ tls_certificate: "PEM" }),
    body: { tls_certificate: "PEM" },
  },
  {
    route: "DELETE /1.0/auth/identities/tls/ab12",
    run: (client) => client.auth.identities.tls.at("ab12").delete(),
  },
  {
    route: "PUT /1.0/auth/identities/oidc/a%40b.example",
    run: (client) =>
      client.auth.identities.oidc.at("a@b.example").edit((it) => {
        it.groups = ["ops"];
      }),
    body: { ...oidc, groups: ["ops"] },
  },
  {
    route: "PUT /1.0/auth/identities/oidc/a%40b.example",
    run: (client) => client.auth.identities.oidc.at("a@b.example").patch({ groups: ["dev"] }),
    body: { ...oidc, groups: ["dev"] },
  },
  {
    route: "DELETE /1.0/auth/identities/oidc/a%40b.example",
    run: (client) => client.auth.identities.oidc.at("a@b.example").delete(),
  },
  {
    route: "POST /1.0/auth/identities/bearer",
    run: async (client) =>
      (await client.auth.identities.bearer.create({ name: "ci", type: "Bearer" })).name,
    body: { name: "ci", type: "Bearer" },
    result: "7f-uuid",
  },
  {
    route: "PUT /1.0/auth/identities/bearer/ci",
    run: (client) =>
      client.auth.identities.bearer.at("ci").edit((it) => {
        it.groups = ["ops"];
      }),
    body: { ...bearer, groups: ["ops"] },
  },
  {
    route: "PUT /1.0/auth/identities/bearer/ci",
    run: (client) => client.auth.identities.bearer.at("ci").patch({ groups: ["dev"] }),
    body: { ...bearer, groups: ["dev"] },
  },
  {
    route: "DELETE /1.0/auth/identities/bearer/ci",
    run: (client) => client.auth.identities.bearer.at("ci").delete(),
  },
  {
    route: "POST /1.0/auth/identities/bearer/ci/token",
    run: (client) => client.auth.identities.bearer.at("ci").issueToken({ expiry: "1d" }),
    body: { expiry: "1d" },
    answer: { token: "jwt" },
    result: "jwt",
  },
  {
    route: "DELETE /1.0/auth/identities/bearer/ci/token",
    run: (client) => client.auth.identities.bearer.at("ci").revokeToken(),
    result: undefined,
  },
  {
    route: "DELETE /1.0/auth/oidc-sessions/0199-aa",
    run: (client) => client.auth.oidcSessions.at("0199-aa").delete(),
    result: undefined,
  },
]);

Deno.test("identities are read by method and all at once, named by what is unique", async () => {
  const urls = ["/1.0/auth/identities/oidc/a@b.example"];
  const info = { ...tls, effective_groups: [], effective_permissions: [], fine_grained: true };
  const connector = new FakeConnector({ kind: "lxd", extensions })
    .on("GET /1.0/auth/identities?recursion=1", sync([tls, oidc, bearer]))
    .on("GET /1.0/auth/identities/bearer?recursion=1", sync([bearer]))
    .on("GET /1.0/auth/identities/oidc", sync(urls))
    .on("GET /1.0/auth/identities/tls/ci", sync(tls))
    .on("GET /1.0/auth/identities/current", sync(info))
    .on("DELETE /1.0/auth/identities/oidc/a%40b.example", sync());
  await using client = await connect({ connector });
  const { identities } = client.auth;
  const all = await identities.list();
  assertEquals(all.map((it) => it.name), ["ab12", "a@b.example", "7f-uuid"]);
  await all[1]?.delete();
  assertEquals(connector.log.at(-1), "DELETE /1.0/auth/identities/oidc/a%40b.example");
  assertEquals((await identities.bearer.list()).map((it) => it.name), ["7f-uuid"]);
  assertEquals(await identities.oidc.names(), ["a@b.example"]);
  assertEquals((await identities.tls.get("ci")).name, "ab12");
  assertEquals(await identities.current(), info);
});

Deno.test("permissions are those of all projects unless one is named", async () => {
  const permission = { entity_type: "server", url: "/1.0", entitlement: "admin", groups: ["ops"] };
  const connector = new FakeConnector({ kind: "lxd", extensions })
    .on("GET /1.0/auth/permissions", sync([permission]), sync(null));
  await using client = await connect({ connector, project: "ci" });
  assertEquals(await client.auth.permissions(), [permission]);
  assertEquals(await client.auth.permissions({ entityType: "instance", project: "dev" }), []);
  assertEquals(
    connector.sent("GET /1.0/auth/permissions").map(({ query }) => Object.fromEntries(query)),
    [{ recursion: "1" }, { recursion: "1", "entity-type": "instance", project: "dev" }],
  );
});

Deno.test("sessions are listed, of one user where asked for", async () => {
  const path = "/1.0/auth/oidc-sessions";
  const connector = new FakeConnector({ kind: "lxd", extensions })
    .on(`GET ${path}`, sync([`${path}/0199-aa`]))
    .on(`GET ${path}?recursion=1`, sync([session]))
    .on(`GET ${path}?recursion=1&email=a%40b.example`, sync([]))
    .on(`GET ${path}?email=a%40b.example`, sync([]))
    .on(`GET ${path}/0199-aa`, sync(session));
  await using client = await connect({ connector });
  const { oidcSessions } = client.auth;
  assertEquals((await oidcSessions.list()).map((it) => it.name), ["0199-aa"]);
  assertEquals(await oidcSessions.names(), ["0199-aa"]);
  assertEquals(await oidcSessions.list({ email: "a@b.example" }), []);
  assertEquals(await oidcSessions.names({ email: "a@b.example" }), []);
  assertEquals((await oidcSessions.get("0199-aa")).data, session as never);
});

Deno.test("a token that does not come is no token", async () => {
  const connector = new FakeConnector({ kind: "lxd", extensions })
    .on("POST /1.0/auth/identities/tls", sync())
    .on("POST /1.0/auth/identities/bearer/ci/token", sync());
  await using client = await connect({ connector });
  const { tls, bearer } = client.auth.identities;
  await assertRejects(() => tls.createToken({ name: "ci" }), ProtocolError);
  await assertRejects(() => bearer.at("ci").issueToken(), ProtocolError);
});

Deno.test("a server without access management is asked nothing", async () => {
  const connector = new FakeConnector({ kind: "incus" });
  await using client = await connect({ connector });
  const { auth } = client;
  for (
    const attempt of [
      async () => await auth.identities.list(),
      async () => await auth.identities.current(),
      async () => await auth.identities.tls.list(),
      async () => await auth.identities.tls.create({ name: "ci" }),
      async () => await auth.identities.tls.createToken({ name: "ci" }),
      async () => await auth.identities.tls.redeemToken("token"),
      async () => await auth.identities.oidc.at("a@b.example").delete(),
      async () => await auth.identities.bearer.create({ name: "ci", type: "Bearer" }),
      async () => await auth.identities.bearer.at("ci").issueToken(),
      async () => await auth.groups.list(),
      async () => await auth.identityProviderGroups.names(),
      async () => await auth.permissions(),
      async () => await auth.oidcSessions.list({ email: "a@b.example" }),
    ]
  ) {
    await assertRejects(attempt, UnsupportedError);
  }
  assertEquals(connector.log, []);
});
