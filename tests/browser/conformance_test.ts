/** The conformance cases in Chromium. */
import {
  unfitForChromium,
  unfitForNginx,
  unfitOverHttps,
  withoutCommands,
} from "../kit/case_choice.ts";
import { openOwnPage, openPage, type TestPage, withoutChromium } from "../kit/chromium.ts";
import { startNginx, withoutNginx } from "../kit/nginx.ts";
import { withoutNpm } from "../kit/npm_project.ts";
import { startPageHost } from "../kit/page_host.ts";
import { runtimeTest } from "../kit/runtime_suite.ts";
import type { SharedServer } from "../kit/servers.ts";

/** A page behind a reverse proxy, as documented. */
async function openBehindNginx({ socket }: SharedServer): Promise<TestPage> {
  await using stack = new AsyncDisposableStack();
  const proxy = stack.use(await startNginx(socket));
  const opened = stack.use(
    await openPage({ ignoreHTTPSErrors: true, httpCredentials: proxy.user }),
  );
  await opened.page.goto(proxy.origin);
  const kept = stack.move();
  return { ...opened, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

runtimeTest("Chromium", {
  way: "a reverse proxy",
  start: (modules) => startPageHost({ url: "/lxd/", open: openBehindNginx }, modules),
  unfit: { ...unfitForChromium, ...unfitForNginx },
  ignore: withoutChromium || withoutNginx || withoutNpm,
});

const ownOrigin = {
  way: "HTTPS",
  start: (modules?: string[]) => startPageHost({ url: "/", open: openOwnPage }, modules),
  unfit: { ...unfitForChromium, ...unfitOverHttps },
  ignore: withoutChromium || withoutNpm,
};

runtimeTest("Chromium", { ...ownOrigin, kinds: ["incus"] });
runtimeTest("Chromium", { ...ownOrigin, kinds: ["lxd"], modules: withoutCommands });
