/** How connectors send the caller's token, against servers on loopback. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { AccessToken } from "../../../src/connector.ts";
import { httpsConnector } from "../../../src/connectors/https.ts";
import { webConnector } from "../../../src/connectors/web.ts";
import { makeCertificate } from "../../kit/trust.ts";

const TOKEN = "aaa.bbb-ccc_ddd~eee+fff/ggg==";

/** What a server saw of one request or WebSocket. */
interface Seen {
  path: string;
  authorization: string | null;
}

interface Watched extends AsyncDisposable {
  seen: Seen[];
  port: number;
}

/** Serves requests and WebSockets on loopback, and notes them. */
function watch(certificate: { cert: string; key: string } | object = {}): Watched {
  const seen: Seen[] = [];
  const options = { hostname: "127.0.0.1", port: 0, onListen() {}, ...certificate };
  const server = Deno.serve(options, (request) => {
    const { pathname, search } = new URL(request.url);
    seen.push({ path: pathname + search, authorization: request.headers.get("authorization") });
    return request.headers.get("upgrade") === "websocket"
      ? Deno.upgradeWebSocket(request).response
      : new Response("nothing");
  });
  const { port } = server.addr as Deno.NetAddr;
  return { seen, port, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** Gives `first`, `second` and so on. */
function numbered(): () => Promise<string> {
  const tokens = ["first", "second", "third"];
  return () => Promise.resolve(tokens.shift()!);
}

Deno.test("the HTTPS connector sends a token with requests, WebSockets and upgrades", async () => {
  const certificate = await makeCertificate({ name: "localhost" });
  await using server = watch(certificate);
  const connector = httpsConnector({
    url: `https://127.0.0.1:${server.port}`,
    serverCert: certificate.cert,
    headers: { "x-a": "b" },
    accessToken: numbered(),
  });
  await (await connector.fetch("/1.0")).text();
  await (await connector.webSocket("/1.0/events?type=x"))[Symbol.asyncDispose]();
  await assertRejects(() => connector.upgrade!("/1.0/sftp", "sftp"));
  assertEquals(server.seen, [
    { path: "/1.0", authorization: "Bearer first" },
    { path: "/1.0/events?type=x", authorization: "Bearer second" },
    { path: "/1.0/sftp", authorization: "Bearer third" },
  ]);
  connector.close();
});

Deno.test("the web connector sends a token as header, and in the query of WebSockets", async () => {
  await using server = watch();
  const url = `http://127.0.0.1:${server.port}`;
  for (const accessToken of [TOKEN, () => Promise.resolve(TOKEN)]) {
    const connector = webConnector({ url, accessToken });
    await (await connector.fetch("/1.0")).text();
    for (const path of ["/1.0/events", "/1.0/events?type=x%2Fy"]) {
      await (await connector.webSocket(path))[Symbol.asyncDispose]();
    }
    assertEquals(connector.url!("/1.0/events", "ws").search, "", "links hold no token");
    const query = new URLSearchParams({ access_token: TOKEN });
    assertEquals(server.seen.splice(0), [
      { path: "/1.0", authorization: `Bearer ${TOKEN}` },
      { path: `/1.0/events?${query}`, authorization: null },
      { path: `/1.0/events?type=x%2Fy&${query}`, authorization: null },
    ]);
  }
});

const makers = {
  web: (accessToken: AccessToken, headers?: Record<string, string>) =>
    webConnector({ url: "http://127.0.0.1:1", accessToken, headers }),
  https: (accessToken: AccessToken, headers?: Record<string, string>) =>
    httpsConnector({ url: "https://127.0.0.1:1", accessToken, headers }),
};

for (const [name, make] of Object.entries(makers)) {
  Deno.test(`the ${name} connector refuses what is no token, and shows none`, async () => {
    for (const wrong of ["", "5ecre7\r\nx: y", "Bearer 5ecre7", "5ecre7\u00e9"]) {
      const early = assertThrows(() => make(wrong), TypeError, "Cannot use the access token");
      const lazy = make(() => Promise.resolve(wrong));
      const late = await assertRejects(() => lazy.fetch("/1.0"), TypeError);
      const socket = await assertRejects(() => lazy.webSocket("/1.0"), TypeError);
      for (const error of [early, late, socket]) {
        assert(!Deno.inspect(error).includes("5ecre7"));
      }
      lazy.close();
    }
    assertThrows(
      () => make(TOKEN, { Authorization: "Basic x" }),
      TypeError,
      "Cannot use accessToken: the headers have an authorization of their own",
    );
    const connector = make(TOKEN);
    const unreachable = [
      await assertRejects(() => connector.fetch("/1.0")),
      await assertRejects(() => connector.webSocket("/1.0")),
    ];
    for (const it of [connector, ...unreachable]) {
      const shown = Deno.inspect(it, { depth: 10, showHidden: true, getters: true });
      assert(!shown.includes(TOKEN) && !shown.includes(encodeURIComponent(TOKEN)), shown);
    }
    connector.close();
  });

  Deno.test(`the ${name} connector tells why there is no token, and does not wait for it`, async () => {
    const mine = new Error("no network");
    const failing = make(() => Promise.reject(mine));
    assertEquals(await failing.fetch("/1.0").catch((error) => error), mine);
    assertEquals(await failing.webSocket("/1.0").catch((error) => error), mine);
    const waiting = make(() => new Promise(() => {}));
    const stop = new AbortController();
    const { signal } = stop;
    const calls = [waiting.fetch("/1.0", { signal }), waiting.webSocket("/1.0", { signal })];
    stop.abort("enough");
    for (const call of calls) assertEquals(await call.catch((reason) => reason), "enough");
    for (const connector of [failing, waiting]) connector.close();
  });
}
