/** What pages do in Chromium, and what `docs/browsers.md` says of it. */
/// <reference lib="dom" />
// deno-lint-ignore no-external-import
import { Buffer } from "node:buffer";
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Page } from "playwright-core";
import { Api } from "../kit/api.ts";

import { browserTest, openOwnPage, openPage, type TestPage } from "../kit/chromium.ts";
import type { Daemon } from "../kit/daemon.ts";
import { scriptsOf } from "../kit/docs.ts";
import { startNginx, withoutNginx } from "../kit/nginx.ts";
import { OIDC_CLIENT, startOIDC } from "../kit/oidc.ts";
import { imageAlias } from "../kit/setup.ts";
import { bundleWeb } from "../kit/web_bundle.ts";

const journey = new URL("journey.ts", import.meta.url);

/** A daemon with the container `web`, which runs. */
async function addContainer(daemon: Daemon): Promise<void> {
  using api = new Api(daemon.socket);
  const source = { type: "image", alias: imageAlias };
  await api.request("POST", "/1.0/instances", { body: { name: "web", source } });
  await api.request("PUT", "/1.0/instances/web/state", { body: { action: "start" } });
}

/** Runs a script in a page, to its end. */
async function run(page: Page, script: string): Promise<void> {
  await page.evaluate(async (code) => {
    await import(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
  }, await bundleWeb(script));
}

/** What a journey tells. */
function told(kind: string): string[] {
  return [
    `${kind}, trusted: true`,
    "instances: web",
    "terminal: 23 91, /dev/pts",
    "exit code: 7",
    "uploaded: 8000000 bytes, others than sent: 0",
    "downloaded: 8000000 bytes, the same",
    "by its URL: 8000000 bytes",
    "stale save: 412",
    "edited: by another, then by me",
    "event: instance-updated",
  ];
}

async function travel({ page, picture }: TestPage, daemon: Daemon, url: string): Promise<void> {
  await page.evaluate(() => document.body.replaceChildren());
  const call = `await travel(${JSON.stringify(url)}, "web");`;
  await run(page, `import { travel } from "${journey}";\n${call}`);
  assertEquals((await page.locator("body").innerText()).trim().split("\n"), told(daemon.kind));
  await picture(`journey-${daemon.kind}${url.replaceAll("/", "-")}`);
}

browserTest("A page of the server's own origin does everything with it", async (daemon) => {
  await addContainer(daemon);
  await using opened = await openOwnPage(daemon);
  await travel(opened, daemon, "/");
});

browserTest("A page behind a reverse proxy does everything, as documented", async (daemon) => {
  await addContainer(daemon);
  await using proxy = await startNginx(daemon.socket);
  await using opened = await openPage({ ignoreHTTPSErrors: true, httpCredentials: proxy.user });
  const { page, words } = opened;
  await page.goto(proxy.origin);
  await travel(opened, daemon, "/lxd/");
  words.length = 0;
  const scripts = (await scriptsOf("browsers.md")).filter((it) => !it.includes('url: "/"'));
  assertEquals(scripts.length, 5);
  const download = page.waitForEvent("download");
  for (const script of scripts) await run(page, script);
  const saved = await (await download).createReadStream();
  assertEquals(Buffer.concat(await Array.fromAsync(saved)).toString(), "hello\n");
  const all = words.join("\n").replaceAll("\r", "");
  for (
    const sign of [
      "web Running",
      "24 80",
      "upload: 6 bytes",
      "hello\n",
      "/1.0/instances/web\nLinux\n",
    ]
  ) {
    assertStringIncludes(`${all}\n`, sign);
  }
}, { ignore: withoutNginx });

browserTest(
  "A reverse proxy as documented lets in whom it knows, from its own page",
  async (daemon) => {
    await using proxy = await startNginx(daemon.socket);
    const { username, password } = proxy.user;
    const authorization = `Basic ${btoa(`${username}:${password}`)}`;
    await using opened = await openPage({ ignoreHTTPSErrors: true });
    const { request } = opened.page.context();
    const status = async (path: string, headers: Record<string, string>) => {
      return (await request.get(`${proxy.origin}${path}`, { headers })).status();
    };
    assertEquals(await status("/lxd/1.0", { authorization }), 200);
    assertEquals(await status("/lxd/1.0", {}), 401);
    assertEquals(await status("/lxd/1.0", { authorization, "sec-fetch-site": "cross-site" }), 403);
    assertEquals(await status("/lxd/internal/ready", { authorization }), 404);
    const { origin } = proxy;
    assertEquals(await status("/lxd/1.0", { authorization, origin }), 200);
    for (const foreign of ["https://evil.example", `${origin}0`, "null"]) {
      assertEquals(await status("/lxd/1.0/events", { authorization, origin: foreign }), 403);
    }
  },
  { ignore: withoutNginx },
);

browserTest("A page is known by its login at the daemon", async (daemon) => {
  await using provider = await startOIDC();
  using api = new Api(daemon.socket);
  const config = {
    "oidc.issuer": provider.issuer,
    "oidc.client.id": OIDC_CLIENT,
    "oidc.audience": "lxkit-audience",
    "oidc.scopes": "openid, offline_access, email",
    "oidc.claim": "email",
  };
  await api.request("PATCH", "/1.0", { body: { config } });
  await using opened = await openPage({ ignoreHTTPSErrors: true });
  const { page, words } = opened;
  await page.goto(`https://127.0.0.1:${daemon.httpsPort}/nothing`);
  const [script] = (await scriptsOf("browsers.md")).filter((it) => it.includes('url: "/"'));
  const back = page.waitForURL(/\/ui\/$/);
  await run(page, script!).catch(() => {}); // it leaves the page
  await back;
  words.length = 0;
  await run(page, script!);
  const listen = 'await using client = await connect({ url: "/" });\nawait client.events().opened;';
  await run(
    page,
    `import { connect } from "${new URL("../../mod.ts", import.meta.url)}";\n${listen}`,
  );
  assertEquals(words, ["true"]);
}, { kinds: ["incus"] });
