/** The workers of `docs/edge.md`, run on workerd. */
import { assertEquals } from "@std/assert";
import { Api } from "../kit/api.ts";

import type { Daemon } from "../kit/daemon.ts";
import { scriptsOf } from "../kit/docs.ts";
import { serveExample } from "../kit/served_example.ts";
import { imageAlias } from "../kit/setup.ts";
import { daemonTest } from "../kit/suite.ts";
import { trustedAccess } from "../kit/trust.ts";
import { bundleWeb } from "../kit/web_bundle.ts";
import { startWorker } from "../kit/workerd.ts";

const [byGateway = "", byBinding = ""] = await scriptsOf("edge.md");

async function addContainer(daemon: Daemon): Promise<void> {
  using api = new Api(daemon.socket);
  const source = { type: "image", alias: imageAlias };
  await api.request("POST", "/1.0/instances", { body: { name: "web", source } });
  await api.request("PUT", "/1.0/instances/web/state", { body: { action: "start" } });
}

daemonTest("A worker reaches a server through the gateway of the examples", async (daemon) => {
  await addContainer(daemon);
  const token = crypto.randomUUID();
  await using gateway = await serveExample("gateway.ts", daemon, { GATEWAY_TOKEN: token });
  const env = { LXD_URL: gateway.url, LXD_TOKEN: token };
  await using worker = await startWorker({ script: await bundleWeb(byGateway), env });
  const answer = await fetch(worker.url);
  assertEquals(await answer.json(), { code: 0, stdoutText: "web\n" });
});

daemonTest("A worker reaches a server through a binding with a certificate", async (daemon) => {
  await addContainer(daemon);
  const server = await trustedAccess(daemon);
  await using worker = await startWorker({ script: await bundleWeb(byBinding), server });
  const answer = await fetch(worker.url);
  assertEquals(await answer.json(), { code: 0, stdoutText: "hello\n" });
});

daemonTest(
  "The gateway of the examples lets in whoever has its token, to the API",
  async (daemon) => {
    const token = crypto.randomUUID();
    await using gateway = await serveExample("gateway.ts", daemon, { GATEWAY_TOKEN: token });
    const status = async (path: string, authorization = `Bearer ${token}`, more: object = {}) => {
      const headers = { authorization, ...more };
      const answer = await fetch(`${gateway.url}${path}`, { headers });
      const { error = "" } = await answer.json();
      return `${answer.status} ${error}`.trim();
    };
    assertEquals(await status("/1.0"), "200");
    assertEquals(await status("/1.0", ""), "401 no token");
    assertEquals(await status("/1.0", `Bearer ${crypto.randomUUID()}`), "401 no token");
    assertEquals(await status("/internal/ready"), "404 not found");
    assertEquals(await status("/1.0/..%2finternal/ready"), "404 not found");
  },
  { kinds: ["incus"] },
);
