/**
 * Becoming trusted by a server elsewhere, on Deno, and how each refusal is told.
 *
 * @module
 */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type Access, connect, ConnectionError, joinServer, TokenError } from "../mod.ts";
import { X509Certificate } from "@peculiar/x509";
import { createCertificate } from "../src/trust/mod.ts";
import { Api } from "./kit/api.ts";
import type { Daemon } from "./kit/daemon.ts";
import { sha256 } from "./kit/sha256.ts";
import { daemonTest } from "./kit/suite.ts";
import { makeCertificate } from "./kit/trust.ts";

async function issue(daemon: Daemon, name: string, fields: object = {}): Promise<string> {
  await using client = await connect({ socket: daemon.socket });
  const { text } = await client.certificates.createToken({ name, ...fields });
  return text;
}

/** The token with other content: what somebody else's server would have issued. */
function altered(token: string, change: object): string {
  return btoa(JSON.stringify({ ...JSON.parse(atob(token)), ...change }));
}

daemonTest(
  "A client joins by a token from nothing to trusted, and may join again",
  async (daemon) => {
    const identity = await createCertificate({ name: "laptop" });
    const access = await joinServer({ token: await issue(daemon, "laptop"), ...identity });
    assertEquals(new URL(access.url).port, String(daemon.httpsPort));
    await using client = await connect(access);
    assert(client.server.trusted);
    assert((await client.certificates.list()).some((it) => it.data.name === "laptop"));
    assertEquals(await joinServer({ token: await issue(daemon, "again"), ...identity }), access);
    const other = await createCertificate({ name: "other" });
    const kept: Access[] = [];
    const onJoin = (access: Access) => void kept.push(access);
    await using direct = await connect({ token: await issue(daemon, "other"), ...other, onJoin });
    assert(direct.server.trusted);
    await using later = await connect(kept[0]!);
    assert(later.server.trusted);
    await assertRejects(() => connect({ token: "x" }), TypeError);
  },
);

daemonTest(
  "A token that was used, has expired, or is of another server is told apart",
  async (daemon) => {
    const token = await issue(daemon, "one");
    await joinServer({ token, ...await createCertificate({ name: "one" }) });
    const late = await createCertificate({ name: "late" });
    const used = await assertRejects(() => joinServer({ token, ...late }), TokenError);
    assertEquals(used.reason, "unknown");
    const fresh = await issue(daemon, "two");
    using api = new Api(daemon.socket);
    await api.request("PATCH", "/1.0", { body: { config: { "core.remote_token_expiry": "1S" } } });
    const past = await issue(daemon, "past");
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const expired = await assertRejects(() => joinServer({ token: past, ...late }), TokenError);
    assertEquals(expired.reason, "expired");
    const other = altered(fresh, { fingerprint: "0".repeat(64) });
    const strange = await assertRejects(
      () => joinServer({ token: other, ...late }),
      ConnectionError,
    );
    assertStringIncludes(strange.message, "not the pinned one");
    const { secret } = JSON.parse(atob(fresh));
    for (const error of [used, expired, strange]) {
      assert(!Deno.inspect(error, { depth: 10 }).includes(secret), "a secret is shown");
    }
    const access = await joinServer({ token: fresh, ...late });
    // Whoever is trusted already needs no token that is still good.
    assertEquals(await joinServer({ token: past, ...late }), access);
  },
);

daemonTest("A token leads to the first of its addresses that can be reached", async (daemon) => {
  const token = await issue(daemon, "three");
  const { addresses } = JSON.parse(atob(token));
  // One refuses, one takes connections and says nothing.
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const before = ["127.0.0.1:1", `127.0.0.1:${silent.addr.port}`];
  const more = altered(token, { addresses: [...before, ...addresses] });
  const access = await joinServer({ token: more, ...await createCertificate({ name: "three" }) });
  assertEquals(access.url, `https://${addresses[0]}`);
});

daemonTest("A client joins by the trust password of an older LXD", async (daemon) => {
  using api = new Api(daemon.socket);
  await api.request("PATCH", "/1.0", {
    body: { config: { "core.trust_password": "open sesame" } },
  });
  const url = `https://127.0.0.1:${daemon.httpsPort}`;
  const serverCert = await Deno.readTextFile(`${daemon.home}/server.crt`);
  const identity = await createCertificate({ name: "by password" });
  const options = { url, serverCert, name: "by password", ...identity };
  const wrong = await assertRejects(() => joinServer({ ...options, password: "guess" }));
  assert(!Deno.inspect(wrong).includes("guess"));
  await using client = await connect(await joinServer({ ...options, password: "open sesame" }));
  assert(client.server.trusted);
}, { kinds: ["lxd"] });

daemonTest("A restricted certificate sees its own projects alone", async (daemon) => {
  await using admin = await connect({ socket: daemon.socket });
  await admin.projects.create({ name: "theirs", config: { "features.images": "false" } });
  const token = await issue(daemon, "guest", { restricted: true, projects: ["theirs"] });
  const access = await joinServer({ token, ...await createCertificate({ name: "guest" }) });
  await using client = await connect(access);
  assertEquals(await client.projects.names(), ["theirs"]);
  assertEquals(await client.project("theirs").instances.names(), []);
  await assertRejects(() => client.instances.list());
});

Deno.test("A token for an identity is handed in where a newer LXD keeps identities", async () => {
  const posted: unknown[] = [];
  const certificate = await makeCertificate({ name: "newer" });
  const listen = { port: 0, hostname: "127.0.0.1", onListen() {} };
  await using server = Deno.serve({ ...listen, ...certificate }, async (request) => {
    const sync = (metadata: unknown) => Response.json({ type: "sync", status_code: 200, metadata });
    if (request.method === "GET") {
      return sync({ api_version: "1.0", auth: "untrusted", api_extensions: ["auth_bearer"] });
    }
    posted.push(new URL(request.url).pathname, await request.json());
    return sync(null);
  });
  const { rawData } = new X509Certificate(certificate.cert);
  const token = btoa(JSON.stringify({
    client_name: "laptop",
    fingerprint: await sha256(new Uint8Array(rawData)),
    addresses: [`127.0.0.1:${server.addr.port}`],
    secret: "s",
    expires_at: "0001-01-01T00:00:00Z",
    type: "Client certificate",
  }));
  await joinServer({ token, ...await createCertificate({ name: "laptop" }) });
  assertEquals(posted, [
    "/1.0/auth/identities/tls",
    { name: "laptop", trust_token: token },
  ]);
});

Deno.test("A token that cannot be read is refused, and is not shown", async () => {
  const identity = await createCertificate({ name: "x" });
  const options = { token: "c2VjcmV0LWJ1dC1ubyBKU09O", ...identity };
  const error = await assertRejects(() => joinServer(options), TypeError);
  assert(!Deno.inspect(error).includes("c2VjcmV0"));
});
