/**
 * A real browser: Debian's Chromium, headless, driven by Playwright.
 *
 * @module
 */

// deno-lint-ignore no-external-import
import { Buffer } from "node:buffer";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import type { Daemon, ServerKind } from "./daemon.ts";
import type { SharedServer } from "./servers.ts";
import { daemonTest } from "./suite.ts";
import { trustedAccess } from "./trust.ts";

const path = "/usr/bin/chromium";
const artifacts = new URL("../../.ci/artifacts/", import.meta.url).pathname;

/** Whether the browser is missing; said once. */
export const withoutChromium: boolean = await Deno.stat(path).then(() => false, () => true);

// deno-lint-ignore no-console
if (withoutChromium) console.log(`Skipped the tests in Chromium: there is no ${path}`);

/** A page of a browser of its own. */
export interface TestPage extends AsyncDisposable {
  /** The page. */
  page: Page;
  /** Keeps a picture of it among the artefacts of the run. */
  picture(name: string): Promise<void>;
  /** What went wrong in the page's scripts so far, and what they printed. */
  words: string[];
}

/** Opens a page in a new browser without any state. */
export async function openPage(options: BrowserContextOptions = {}): Promise<TestPage> {
  const browser = await launch();
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const words: string[] = [];
  page.on("pageerror", (error) => words.push(String(error)));
  page.on("console", (message) => words.push(message.text()));
  return {
    page,
    words,
    async picture(name) {
      await page.screenshot({ path: `${artifacts}${name}.png` });
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

/** Opens a page of a daemon's own origin, with a client certificate. */
export async function openOwnPage(
  server: Pick<SharedServer, "socket" | "httpsPort" | "home">,
): Promise<TestPage> {
  const { url: origin, cert, key } = await trustedAccess(server);
  const opened = await openPage({
    ignoreHTTPSErrors: true,
    clientCertificates: [{ origin, cert: Buffer.from(cert), key: Buffer.from(key) }],
  });
  await opened.page.goto(`${origin}/nothing`);
  return opened;
}

function launch(): Promise<Browser> {
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
  const quiet = ["background-networking", "component-update", "sync"];
  return chromium.launch({
    executablePath: path,
    headless: true,
    args: [...args, ...quiet.map((name) => `--disable-${name}`)],
  });
}

/** What a test in Chromium needs beside it. */
export interface BrowserTestOptions {
  /** The servers that it runs against; all by default. */
  kinds?: readonly ServerKind[];
  /** Whether something that it needs is missing. */
  ignore?: boolean;
}

/** Registers a test in Chromium: for each kind of server, with a daemon of its own. */
export function browserTest(
  name: string,
  fn: (daemon: Daemon) => Promise<void>,
  { kinds, ignore = false }: BrowserTestOptions = {},
): void {
  if (withoutChromium || ignore) Deno.test.ignore(name, () => {});
  else daemonTest(name, fn, { kinds });
}
