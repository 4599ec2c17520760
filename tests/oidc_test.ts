/**
 * People who log in at a provider, against an Incus that trusts it.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { connect, ForbiddenError, UnsupportedError } from "../mod.ts";
import { type OIDCCode, oidcLogin, oidcProvider } from "../src/auth/mod.ts";
import { Api } from "./kit/api.ts";
import { OIDC_CLIENT, startOIDC } from "./kit/oidc.ts";
import { daemonTest } from "./kit/suite.ts";

daemonTest("A person logs in to an Incus at the provider that it names", async (daemon) => {
  await using server = await startOIDC({ errors: ["authorization_pending"], lifetime: 20 });
  const { issuer } = server;
  using api = new Api(daemon.socket);
  const config = {
    "oidc.issuer": issuer,
    "oidc.client.id": OIDC_CLIENT,
    "oidc.audience": "lxkit-audience",
    "oidc.scopes": "openid, offline_access, email",
    "oidc.claim": "email",
  };
  await api.request("PATCH", "/1.0", { body: { config } });
  const access = {
    url: `https://127.0.0.1:${daemon.httpsPort}`,
    serverCert: await Deno.readTextFile(`${daemon.home}/server.crt`),
  };
  await using guest = await connect(access);
  assertEquals(guest.server.trusted, false);
  const provider = await oidcProvider(guest.connector);
  // Incus 6.0 knows the scopes, but does not tell them.
  const { scopes: _, ...named } = provider;
  assertEquals(named, { issuer, clientId: OIDC_CLIENT, audience: "lxkit-audience" });
  const codes: OIDCCode[] = [];
  const accessToken = await oidcLogin({ provider, onCode: (code) => void codes.push(code) });
  assertEquals(codes.map((it) => it.userCode), ["ABCD-EFGH"]);
  await using client = await connect({ ...access, accessToken });
  assert(client.server.trusted);
  await using events = client.events({ types: ["lifecycle"] });
  await events.opened;
  assertEquals(await client.instances.names(), []);
  // Tokens are good for less than the time before their end at which they are renewed.
  assert(server.forms.filter(([, form]) => form.grant_type === "refresh_token").length >= 3);
  const { auth_user_name, auth_user_method } = (await client.server.refresh()).data;
  assertEquals([auth_user_name, auth_user_method], ["ada@example.org", "oidc"]);
  const wrong = (await accessToken()).slice(0, -8);
  const error = await assertRejects(
    () => connect({ ...access, accessToken: wrong }),
    ForbiddenError,
  );
  assert(!Deno.inspect(error, { depth: 10 }).includes(wrong));
}, { kinds: ["incus"], empty: true });

daemonTest("A server without a provider names none", async (daemon) => {
  await using client = await connect({ socket: daemon.socket });
  await assertRejects(() => oidcProvider(client.connector), UnsupportedError, "knows the caller");
  await using guest = await connect({
    url: `https://127.0.0.1:${daemon.httpsPort}`,
    serverCert: await Deno.readTextFile(`${daemon.home}/server.crt`),
  });
  await assertRejects(() => oidcProvider(guest.connector), UnsupportedError, "it names none");
}, { empty: true });
