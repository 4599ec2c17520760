/**
 * How a server elsewhere is trusted, on Deno: what is accepted, and how each refusal is told.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { connect, ConnectionError, type ConnectOptions } from "../mod.ts";
import type { Daemon } from "./kit/daemon.ts";
import { daemonTest } from "./kit/suite.ts";
import {
  makeCertificate,
  makeExpiredCertificate,
  makeVouchedCertificate,
  trustedAccess,
} from "./kit/trust.ts";

/** Serves TLS on loopback with a certificate, answering every request with 404. */
function serveTls(certificate: { cert: string; key: string }): Deno.HttpServer<Deno.NetAddr> {
  const options = { port: 0, hostname: "127.0.0.1", onListen() {}, ...certificate };
  return Deno.serve(options, () => new Response("nothing here", { status: 404 }));
}

async function refusal(options: ConnectOptions): Promise<ConnectionError> {
  return await assertRejects(() => connect({ timeout: 10_000, ...options }), ConnectionError);
}

/** Gives a daemon a certificate that an authority vouches for. */
async function vouchFor(daemon: Daemon): Promise<{ ca: string }> {
  const { ca, certificate } = await makeVouchedCertificate({ name: "node", address: "127.0.0.1" });
  await Deno.writeTextFile(`${daemon.home}/server.crt`, certificate.cert);
  await Deno.writeTextFile(`${daemon.home}/server.key`, certificate.key);
  await daemon.restart();
  return { ca };
}

daemonTest(
  "A pinned server is accepted by whatever name or address it is dialled",
  async (daemon) => {
    const { url, serverCert, ...identity } = await trustedAccess(daemon);
    const port = new URL(url).port;
    const relay = Deno.listen({ hostname: "127.0.0.2", port: 0 });
    const relayed = (async () => {
      const connection = await relay.accept();
      const target = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
      await Promise.allSettled([
        connection.readable.pipeTo(target.writable),
        target.readable.pipeTo(connection.writable),
      ]);
    })();
    const urls = [url, `https://localhost:${port}`, `https://127.0.0.2:${relay.addr.port}`];
    for (const url of urls) {
      await using client = await connect({ url, serverCert, ...identity });
      assert(client.server.trusted, url);
    }
    relay.close();
    await relayed;
  },
);

daemonTest("A server is pinned by its fingerprint, in either way of writing it", async (daemon) => {
  const access = await trustedAccess(daemon);
  const { serverCert: _, ...rest } = access;
  const shown = (await refusal({ ...rest, fingerprint: "0".repeat(64) })).message;
  const fingerprint = /It shows the certificate with fingerprint ([0-9a-f]{64})/.exec(shown)![1]!;
  const pairs = fingerprint.toUpperCase().match(/../g)!.join(":");
  for (const written of [fingerprint, pairs]) {
    await using client = await connect({ ...rest, fingerprint: written });
    assert(client.server.trusted);
  }
}, { kinds: ["lxd"] });

daemonTest(
  "A server that shows another certificate than the pinned one is refused",
  async (daemon) => {
    const access = await trustedAccess(daemon);
    const other = await makeCertificate({ name: "other" });
    const error = await refusal({ ...access, serverCert: other.cert });
    assertEquals(error.reason, "certificate");
    assertMatch(error.message, /not the pinned one/);
    assertMatch(error.message, /It shows the certificate with fingerprint [0-9a-f]{64}/);
  },
  { kinds: ["lxd"] },
);

daemonTest("A server's own certificate is refused where none is pinned", async (daemon) => {
  const { serverCert: _, ...access } = await trustedAccess(daemon);
  const error = await refusal(access);
  assertEquals(error.reason, "certificate");
  assertMatch(error.message, /not from a public authority/);
}, { kinds: ["lxd"] });

daemonTest(
  "A server is refused that another authority than the given one vouches for",
  async (daemon) => {
    const { serverCert: _, ...access } = await trustedAccess(daemon);
    const other = await makeCertificate({ name: "authority" });
    const error = await refusal({ ...access, ca: other.cert });
    assertEquals(error.reason, "certificate");
    assertMatch(error.message, /not from the authority given as `ca`/);
  },
  { kinds: ["lxd"] },
);

daemonTest("A server is trusted that an authority of one's own vouches for", async (daemon) => {
  const { serverCert: own, ...access } = await trustedAccess(daemon);
  const { ca } = await vouchFor(daemon);
  await using client = await connect({ ...access, ca });
  assert(client.server.trusted);
  const unnamed = await refusal({
    ...access,
    url: access.url.replace("127.0.0.1", "localhost"),
    ca,
  });
  assertMatch(unnamed.message, /does not name what was dialled/);
  assertMatch((await refusal({ ...access, serverCert: own })).message, /not the pinned one/);
});

daemonTest(
  "An authority that the whole process trusts does not stand in for the pinned certificate",
  async (daemon) => {
    const { serverCert, ...access } = await trustedAccess(daemon);
    const { ca } = await vouchFor(daemon);
    const path = `${daemon.directory}/authority.pem`;
    await Deno.writeTextFile(path, ca);
    const program = new URL("kit/try_connect.ts", import.meta.url).pathname;
    const outcome = async (options: ConnectOptions) => {
      const { stdout } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-lock", "-A", program, JSON.stringify(options)],
        env: { DENO_CERT: path },
      }).output();
      return new TextDecoder().decode(stdout);
    };
    assertEquals(await outcome(access), "connected");
    assertMatch(await outcome({ ...access, serverCert }), /not the pinned one/);
  },
  { kinds: ["lxd"] },
);

daemonTest("A server with a new certificate is refused until that is pinned", async (daemon) => {
  const access = await trustedAccess(daemon);
  await using client = await connect(access);
  await Deno.remove(`${daemon.home}/server.crt`);
  await Deno.remove(`${daemon.home}/server.key`);
  await daemon.restart();
  assertEquals((await refusal(access)).reason, "certificate");
  const serverCert = await Deno.readTextFile(`${daemon.home}/server.crt`);
  await using again = await connect({ ...access, serverCert });
  assert(again.server.trusted);
  assertEquals(
    (await assertRejects(() => client.instances.list(), ConnectionError)).reason,
    "certificate",
  );
}, { kinds: ["lxd"] });

Deno.test("An expired certificate is refused, although it is the pinned one", async () => {
  const certificate = await makeExpiredCertificate({ name: "old" });
  await using server = serveTls(certificate);
  const url = `https://127.0.0.1:${server.addr.port}`;
  const error = await refusal({ url, serverCert: certificate.cert });
  assertEquals(error.reason, "certificate");
  assertMatch(error.message, /expired on/);
});

Deno.test("A server that is pinned, but is no LXD or Incus, is told as such", async () => {
  const certificate = await makeCertificate({ name: "stranger" });
  await using server = serveTls(certificate);
  const url = `https://127.0.0.1:${server.addr.port}`;
  const error = await refusal({ url, serverCert: certificate.cert });
  assertEquals(error.reason, "not-a-server");
});

Deno.test("A server that speaks plain HTTP, or does not listen, is told as such", async () => {
  const { cert: serverCert } = await makeCertificate({ name: "plain" });
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    () => new Response(),
  );
  const url = `https://127.0.0.1:${server.addr.port}`;
  assertEquals((await refusal({ url, serverCert })).reason, "unreachable");
  await server.shutdown();
  assertEquals((await refusal({ url, serverCert })).reason, "refused");
});

Deno.test("What cannot be read is refused before anything is dialled", async () => {
  const url = "https://127.0.0.1:1";
  const wrong: ConnectOptions[] = [
    { url, serverCert: "no certificate" },
    { url, fingerprint: "abc" },
    { url, cert: "alone" },
    { url, ca: "x", fingerprint: "0".repeat(64) },
    { url: "https://user@127.0.0.1" },
    { url, socket: "/x" },
  ];
  for (const options of wrong) await assertRejects(() => connect(options), TypeError);
});

Deno.test("The port is 8443 unless another one is given, 443 too", async () => {
  const refused = async (url: string) =>
    (await refusal({ url, fingerprint: "0".repeat(64) })).message;
  assertMatch(await refused("https://127.0.0.9"), /https:\/\/127\.0\.0\.9:8443.*127\.0\.0\.9:8443/);
  assertMatch(
    await refused("https://127.0.0.9:443/lxd"),
    /https:\/\/127\.0\.0\.9\/lxd.*127\.0\.0\.9:443/,
  );
});
