/**
 * Callers that show a token in place of a certificate, on Deno: through sockets of its own, and
 * through the `fetch` and `WebSocket` that browsers have.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { type Client, connect, ForbiddenError } from "../mod.ts";
import { clientToken } from "../src/auth/mod.ts";
import { relayTo } from "./kit/relay.ts";
import { imageAlias } from "./kit/setup.ts";
import { daemonTest } from "./kit/suite.ts";
import { makeCertificate, trustedAccess } from "./kit/trust.ts";

/** Makes requests, follows events, and runs commands with input and output. */
async function useAll(client: Client): Promise<void> {
  assert(client.server.trusted);
  await using events = client.events({ types: ["lifecycle"] });
  await events.opened;
  const source = { type: "image", alias: imageAlias } as const;
  const instance = await client.instances.create({ name: "web", start: true, source });
  const output = await instance.exec(["sh", "-c", "cat; exit 3"], { stdin: "hello" });
  assertEquals([output.stdoutText, output.code], ["hello", 3]);
  await using shell = await instance.spawn(["sh"], { tty: { columns: 80, rows: 24 } });
  await new Blob(["exit 4\n"]).stream().pipeTo(shell.stdin);
  await shell.stdout.cancel();
  assertEquals((await shell.status).code, 4);
  await instance.stop({ force: true });
  await instance.delete();
  for await (const event of events) {
    if (event.type === "lifecycle" && event.metadata.action === "instance-deleted") break;
  }
}

daemonTest("An Incus knows a client by a token that its key signed", async (daemon) => {
  const { url, serverCert, ...identity } = await trustedAccess(daemon);
  await using guest = await connect({ url, serverCert });
  assertEquals(guest.server.trusted, false);
  const accessToken = () => clientToken(identity);
  await using client = await connect({ url, serverCert, accessToken });
  await useAll(client);
}, { kinds: ["incus"] });

daemonTest(
  "A token is all that callers with nothing but a browser's means need",
  async (daemon) => {
    const { url, serverCert, ...identity } = await trustedAccess(daemon);
    await using relay = relayTo({ url, serverCert });
    await using guest = await connect({ url: relay.url });
    assertEquals(guest.server.trusted, false);
    await using client = await connect({
      url: relay.url,
      accessToken: () => clientToken(identity),
    });
    await useAll(client);
  },
  { kinds: ["incus"] },
);

daemonTest(
  "An Incus does not take a token that expired, or that another key signed",
  async (daemon) => {
    const { url, serverCert, ...identity } = await trustedAccess(daemon);
    const other = await makeCertificate({ name: "other" });
    const now = Date.now;
    const wrong: [string, () => Promise<string>][] = [
      ["a certificate that the server does not know", () => clientToken(other)],
      ["another's key", () => clientToken({ cert: identity.cert, key: other.key })],
      ["one that expired", () => {
        Date.now = () => now() - 60 * 60_000;
        return clientToken(identity).finally(() => Date.now = now);
      }],
    ];
    for (const [what, accessToken] of wrong) {
      const token = await accessToken();
      await using client = await connect({ url, serverCert, accessToken: token });
      assertEquals(client.server.trusted, false, what);
      const error = await assertRejects(() => client.instances.list(), ForbiddenError);
      assert(!Deno.inspect(error, { depth: 10 }).includes(token));
    }
  },
  { kinds: ["incus"] },
);
