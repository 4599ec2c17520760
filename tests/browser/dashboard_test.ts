/** The dashboard of `examples/dashboard`, used as a person would, in Chromium. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Locator, Page } from "playwright-core";
import { Api } from "../kit/api.ts";
import { browserTest, openPage } from "../kit/chromium.ts";
import { serveExample } from "../kit/served_example.ts";
import { imageAlias } from "../kit/setup.ts";

async function make(api: Api, name: string): Promise<void> {
  const source = { type: "image", alias: imageAlias };
  await api.request("POST", "/1.0/instances", { body: { name, source } });
}

function rowOf(page: Page, name: string): Locator {
  return page.locator("tbody tr").filter({ has: page.getByText(name, { exact: true }) });
}

browserTest("The dashboard shows instances live, starts and stops them", async (daemon) => {
  using api = new Api(daemon.socket);
  await make(api, "cache");
  await using dashboard = await serveExample("dashboard/serve.ts", daemon);
  await using it = await openPage();
  const { page } = it;
  await page.goto(dashboard.url);
  assertEquals(new URL(page.url()).search, "", "the key does not stay in the address");
  const cache = rowOf(page, "cache");
  await cache.getByText("Stopped").waitFor();
  assertMatch(await page.locator("#summary").innerText(), / \d+\.\d+\S* · 0 of 1 running$/);
  assertEquals(await cache.getByText("Terminal").isDisabled(), true);

  await cache.getByText("Start").click();
  await cache.getByText("Running").waitFor();
  await cache.locator(".cpu").getByText("%").waitFor();
  await cache.locator(".memory").getByText("MiB").waitFor();
  assertMatch(await cache.locator(".memory .line").getAttribute("d") ?? "", /^M[\d.]+ [\d.]+L/);
  await it.picture(`dashboard-${daemon.kind}`);

  await make(api, "web");
  await rowOf(page, "web").getByText("Stopped").waitFor();
  await cache.getByText("Stop", { exact: true }).click();
  await cache.getByText("Stopped").waitFor();
  await cache.locator("button:enabled", { hasText: "Start" }).waitFor();
  await api.request("DELETE", "/1.0/instances/cache");
  await cache.waitFor({ state: "detached" });
  await page.emulateMedia({ colorScheme: "dark" });
  await it.picture(`dashboard-${daemon.kind}-dark`);
  assertEquals(it.words, []);
});

browserTest("The dashboard opens terminals in tabs", async (daemon) => {
  using api = new Api(daemon.socket);
  await make(api, "web");
  await api.request("PUT", "/1.0/instances/web/state", { body: { action: "start" } });
  await using dashboard = await serveExample("dashboard/serve.ts", daemon);
  await using it = await openPage();
  const { page } = it;
  await page.goto(dashboard.url);
  await rowOf(page, "web").getByText("Terminal").click();
  const screen = page.locator(".xterm-rows");
  await page.keyboard.type("echo $((6 * 7))-$(hostname); stty size\n");
  await screen.getByText("42-web").waitFor();
  const before = await screen.getByText(/^\d+ \d+$/).innerText();
  await it.picture(`terminal-${daemon.kind}`);

  await page.setViewportSize({ width: 700, height: 500 });
  await page.keyboard.type("clear; stty size\n");
  await screen.getByText(new RegExp(`^(?!${before})\\d+ \\d+$`)).waitFor();
  await page.getByText("Instances", { exact: true }).click();
  assertEquals(await screen.isVisible(), false);

  await page.getByRole("tab", { name: "web" }).click();
  await page.locator(".xterm-helper-textarea").focus();
  await page.keyboard.type("exit\n");
  await screen.waitFor({ state: "detached" });
  await rowOf(page, "web").getByText("Terminal").click();
  await screen.getByText("#").waitFor();
  await page.getByTitle("Close web").click();
  await screen.waitFor({ state: "detached" });
  assertEquals(await page.getByRole("tab").count(), 1);
  await untilNoShell(api);
  assertEquals(it.words, []);
});

/** Waits until nobody runs a command in any instance. */
async function untilNoShell(api: Api): Promise<void> {
  while ((await api.request("GET", "/1.0/operations")).running?.length) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

browserTest("The dashboard lets nobody in but its own page", async (daemon) => {
  await using dashboard = await serveExample("dashboard/serve.ts", daemon);
  const { origin, host, search } = new URL(dashboard.url);
  const opened = await fetch(dashboard.url, { redirect: "manual" });
  await opened.body?.cancel();
  const [cookie] = opened.headers.get("set-cookie")!.split(";");
  assertMatch(opened.headers.get("set-cookie")!, /; HttpOnly; SameSite=Strict$/);
  const status = async (path: string, headers: Record<string, string> = {}) => {
    return await send(host, path, { host, cookie: cookie!, ...headers });
  };
  const upgrade = { upgrade: "websocket", connection: "upgrade", "sec-websocket-version": "13" };
  const socket = { ...upgrade, "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" };
  const events = "/1.0/events?type=lifecycle";
  assertStringIncludes(await status("/1.0"), "HTTP/1.1 200 ");
  assertStringIncludes(await status("/1.0", { origin }), "HTTP/1.1 200 ");
  assertStringIncludes(await status(events, socket), "HTTP/1.1 101 ");
  for (
    const [obstacle, path, headers] of [
      ["another host", "/1.0", { host: `evil.example:${new URL(origin).port}` }],
      ["another origin", "/1.0", { origin: "http://evil.example" }],
      ["another origin", "/1.0", { origin: "http://127.0.0.1:1" }],
      ["another origin", "/1.0", { origin: "null" }],
      ["another origin", events, { ...socket, origin: "http://evil.example" }],
      ["a link", "/1.0", { "sec-fetch-site": "cross-site" }],
      ["a link", "/1.0", { "sec-fetch-site": "same-site" }],
      ["no key", "/1.0", { cookie: "" }],
      ["no key", `/1.0?key=${crypto.randomUUID()}`, { cookie: "" }],
      ["no key", events, { ...socket, cookie: "" }],
      ["no path of the API", "/internal/ready", {}],
      ["no path of the API", "/1.0/../internal/ready", {}],
      ["no path of the API", "/1.0/%2e%2e/internal/ready", {}],
      ["no path of the API", "/1.0/..%2finternal/ready", {}],
      ["no path of the API", "/1.0x", {}],
    ] as [string, string, Record<string, string>][]
  ) {
    const head = await status(path, headers);
    assertStringIncludes(head, "HTTP/1.1 403 ", `${obstacle}: ${path}`);
    assertStringIncludes(head, `"error":"${obstacle}"`);
  }
  assertMatch(search, /^\?key=[\w-]{36}$/);
  const page = await status("/", { cookie: "" });
  assertStringIncludes(page, "content-security-policy: default-src 'self';");
});

/** Sends a request as it is written, which no `fetch` would, and gives the start of the answer. */
async function send(host: string, path: string, headers: Record<string, string>): Promise<string> {
  const [hostname, port] = host.split(":");
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const request = `GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
  await connection.write(new TextEncoder().encode(request));
  let text = "";
  const buffer = new Uint8Array(4096);
  while (!/\r\n\r\n(.|\r|$)/.test(text) || /403/.test(text.slice(0, 20)) && !text.endsWith("}")) {
    const length = await connection.read(buffer);
    if (length === null) break;
    text += new TextDecoder().decode(buffer.subarray(0, length));
  }
  return text;
}
