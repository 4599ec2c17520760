/** The connector of the platform's own `fetch` and `WebSocket`, against a server on loopback. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Channel } from "../../../src/connector.ts";
import { webConnector } from "../../../src/connectors/web.ts";
import { ConnectionError } from "../../../src/errors.ts";

const SECRET = "5ecre7";

function serve(handler: Deno.ServeHandler): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handler);
}

/** Serves WebSockets and hands each over. */
function serveWebSockets(handle: (socket: WebSocket) => void): Deno.HttpServer<Deno.NetAddr> {
  return serve((request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.binaryType = "arraybuffer";
    handle(socket);
    return response;
  });
}

function urlOf(server: Deno.HttpServer<Deno.NetAddr>, path = ""): string {
  return `http://127.0.0.1:${server.addr.port}${path}`;
}

/** Waits until the server's side of a socket has ended. */
function ended(socket: WebSocket): Promise<CloseEvent> {
  return new Promise((resolve) => socket.addEventListener("close", resolve, { once: true }));
}

/** A `WebSocket` that opens at once, and sends as fast as the test lets it. */
class SlowWebSocket extends EventTarget {
  static last: SlowWebSocket;
  readonly url: string;
  readonly sent: (string | Uint8Array)[] = [];
  readonly closedWith: unknown[] = [];
  bufferedAmount = 0;
  binaryType = "blob";

  constructor(url: string) {
    super();
    this.url = url;
    SlowWebSocket.last = this;
    queueMicrotask(() => this.dispatchEvent(new Event("open")));
  }

  send(data: string | Uint8Array): void {
    this.sent.push(data);
    this.bufferedAmount += data.length;
  }

  close(...args: unknown[]): void {
    this.closedWith.push(args);
  }
}

const slow = SlowWebSocket as unknown as new (url: string) => WebSocket;

async function openSlow(): Promise<{ channel: Channel; socket: SlowWebSocket }> {
  const connector = webConnector({ url: "https://host/", WebSocket: slow });
  return { channel: await connector.webSocket("/1.0/events"), socket: SlowWebSocket.last };
}

Deno.test("addresses keep the path of their base", () => {
  for (const url of ["https://host/lxd", "https://host/lxd/", new URL("https://host/lxd//")]) {
    const connector = webConnector({ url });
    assertEquals(connector.address, "https://host/lxd");
    assertEquals(connector.url!("/1.0/events?a=b").href, "https://host/lxd/1.0/events?a=b");
    assertEquals(connector.url!("/1.0/events", "ws").href, "wss://host/lxd/1.0/events");
    assertEquals(connector.upgrade, undefined);
  }
  const plain = webConnector({ url: "http://127.0.0.1:8000" });
  assertEquals(plain.url!("/1.0", "ws").href, "ws://127.0.0.1:8000/1.0");
  assertEquals(plain.url!("//other/1.0").href, "http://127.0.0.1:8000//other/1.0");
});

Deno.test("a relative URL is resolved against the page, where there is one", () => {
  assertThrows(() => webConnector({ url: "/lxd/" }), TypeError, 'Cannot use "/lxd/" as the URL');
  const before = Object.getOwnPropertyDescriptor(globalThis, "location")!;
  const page = { href: "https://example.org/ui/page?x=y#z" };
  Object.defineProperty(globalThis, "location", { configurable: true, value: page });
  try {
    assertEquals(webConnector({ url: "/" }).address, "https://example.org");
    assertEquals(webConnector({ url: "../lxd/" }).address, "https://example.org/lxd");
  } finally {
    Object.defineProperty(globalThis, "location", before);
  }
});

Deno.test("URLs that cannot be the base of paths are refused, without their secrets", () => {
  for (
    const [url, words] of [
      ["ftp://host", "it is neither http nor https"],
      ["wss://host", "it is neither http nor https"],
      [`https://user:${SECRET}@host`, "it holds a user or password"],
      [`https://host?secret=${SECRET}`, "it has a query or a fragment"],
      ["https://host#x", "it has a query or a fragment"],
    ] as const
  ) {
    const error = assertThrows(() => webConnector({ url }), TypeError, words);
    assert(!error.message.includes(SECRET));
  }
  const connector = webConnector({ url: "https://host" });
  assertThrows(() => connector.url!("1.0"), TypeError, 'Cannot request "1.0"');
});

Deno.test("requests go out with the headers of both, and answers come back", async () => {
  await using server = serve(async (request) => {
    const { method, url, headers } = request;
    const named = ["authorization", "x-a", "x-b"].map((name) => headers.get(name));
    return Response.json([method, new URL(url).pathname, ...named, await request.text()]);
  });
  const connector = webConnector({
    url: urlOf(server, "/lxd"),
    headers: { authorization: "Bearer x", "x-a": "default" },
  });
  for (
    const body of ["hi", new Blob(["h", "i"]), ReadableStream.from([new Uint8Array([104, 105])])]
  ) {
    const headers = { "x-a": "own", "x-b": "b" };
    const response = await connector.fetch("/1.0", { method: "PUT", headers, body });
    assertEquals(await response.json(), ["PUT", "/lxd/1.0", "Bearer x", "own", "b", "hi"]);
  }
});

Deno.test("a fetch of the caller's own gets the request untouched", async () => {
  const calls: [string, RequestInit & { duplex?: string }][] = [];
  const connector = webConnector({
    url: "https://host",
    credentials: "include",
    fetch: (url, init) => {
      calls.push([url, init]);
      return Promise.resolve(new Response("own"));
    },
  });
  const file = new File(["x"], "x");
  const { signal } = new AbortController();
  const response = await connector.fetch("/1.0", { method: "POST", body: file, signal });
  assertEquals(await response.text(), "own");
  const [url, init] = calls[0]!;
  assertEquals([url, init.credentials, init.duplex], ["https://host/1.0", "include", "half"]);
  assert(init.body === file && init.signal === signal);
});

Deno.test("the platform's fetch and WebSocket are looked up when they are used", async () => {
  const connector = webConnector({ url: "https://host" });
  const { fetch, WebSocket } = globalThis;
  globalThis.fetch = () => Promise.resolve(new Response("patched"));
  globalThis.WebSocket = slow as typeof WebSocket;
  try {
    assertEquals(await (await connector.fetch("/1.0")).text(), "patched");
    const channel = await connector.webSocket("/1.0/events?x=y");
    assertEquals(SlowWebSocket.last.url, "wss://host/1.0/events?x=y");
    channel.close();
  } finally {
    Object.assign(globalThis, { fetch, WebSocket });
  }
});

Deno.test("a server that cannot be reached is a ConnectionError without the query", async () => {
  const server = serve(() => new Response());
  const url = urlOf(server);
  await server.shutdown();
  const connector = webConnector({ url });
  const path = `/1.0?secret=${SECRET}`;
  const failed = await assertRejects(() => connector.fetch(path), ConnectionError);
  assert(failed.message.startsWith(`Cannot reach ${url}: `));
  const closed = await assertRejects(() => connector.webSocket(path), ConnectionError);
  const words = "the platform does not tell why a WebSocket fails";
  assertEquals(closed.message, `Cannot open /1.0 at ${url}: ${words}`);
  assertEquals([closed.reason, closed.address], ["unreachable", url]);
  for (const error of [failed, closed]) assert(!Deno.inspect(error).includes(SECRET));
});

Deno.test("a WebSocket that the server refuses is a ConnectionError", async () => {
  await using server = serve(() => new Response("no", { status: 403 }));
  const connector = webConnector({ url: urlOf(server) });
  await assertRejects(
    () => connector.webSocket("/1.0/events"),
    ConnectionError,
    "does not tell why",
  );
});

Deno.test("a signal ends each kind of call with its own reason", async () => {
  // Answers nothing, ever.
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections: Deno.Conn[] = [];
  const accepting = (async () => {
    for await (const connection of listener) connections.push(connection);
  })();
  const connector = webConnector({
    url: `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`,
  });
  const mine = new Error("mine");
  for (const early of [true, false]) {
    const stop = new AbortController();
    const { signal } = stop;
    if (early) stop.abort(mine);
    const calls = [connector.fetch("/1.0", { signal }), connector.webSocket("/1.0", { signal })]
      .map((call) => call.then(() => "no error", (error) => error));
    if (!early) setTimeout(() => stop.abort(mine), 20);
    assertEquals(await Promise.all(calls), [mine, mine]);
  }
  listener.close();
  await accepting;
  for (const connection of connections) connection.close();
});

Deno.test("text and binary messages stay apart in both directions", async () => {
  await using server = serveWebSockets((socket) => {
    socket.onmessage = ({ data }) => socket.send(data);
  });
  const connector = webConnector({ url: urlOf(server) });
  await using channel = await connector.webSocket("/1.0/events");
  assertEquals(channel.heard, undefined);
  const writer = channel.writable.getWriter();
  const reader = channel.readable.getReader();
  for (const message of ["text", new Uint8Array([1, 2, 3]), "", new Uint8Array()]) {
    await writer.write(message);
    assertEquals((await reader.read()).value, message);
  }
});

Deno.test("messages that the server sends at once are not lost", async () => {
  await using server = serveWebSockets((socket) => {
    socket.onopen = () => {
      for (let index = 0; index < 100; index++) socket.send(String(index));
      socket.close(4000, "enough");
    };
  });
  const channel = await webConnector({ url: urlOf(server) }).webSocket("/");
  assertEquals((await Array.fromAsync(channel.readable)).length, 100);
  assertEquals(await channel.closed, { code: 4000, reason: "enough" });
});

Deno.test("close tells the server its code, and ends the streams without waiting", async () => {
  let end: Promise<CloseEvent>;
  await using server = serveWebSockets((socket) => {
    end = ended(socket);
  });
  const connector = webConnector({ url: urlOf(server) });
  const channel = await connector.webSocket("/");
  assertThrows(() => channel.close(1001), TypeError, "Cannot close with code 1001");
  const reading = channel.readable.getReader().read();
  channel.close(4001, "bye");
  assertEquals(await channel.closed, { code: 4001, reason: "bye" });
  assertEquals((await reading).done, true);
  const { code, reason } = await end!;
  assertEquals([code, reason], [4001, "bye"]);
  const writer = channel.writable.getWriter();
  await assertRejects(() => writer.write("late"), ConnectionError, "the connection has ended");
});

Deno.test("closing the connector, cancelling and aborting each end their channel", async () => {
  const ends: Promise<CloseEvent>[] = [];
  await using server = serveWebSockets((socket) => ends.push(ended(socket)));
  const connector = webConnector({ url: urlOf(server) });
  const open = () => connector.webSocket("/");
  const [first, second, third] = await Promise.all([open(), open(), open()]);
  await first.readable.cancel();
  await second.writable.abort(new Error("no more"));
  connector.close();
  assertEquals((await third.closed).code, 1000);
  assertEquals((await Promise.all(ends)).map(({ code }) => code), [1000, 1000, 1000]);
});

Deno.test("writes wait while more than 1 MiB is on its way", async () => {
  const { channel, socket } = await openSlow();
  assertEquals(socket.binaryType, "arraybuffer");
  const writer = channel.writable.getWriter();
  await writer.write(new Uint8Array(1024 * 1024));
  let taken = false;
  const written = writer.write("x").then(() => taken = true);
  await new Promise((resolve) => setTimeout(resolve, 30));
  assertEquals([taken, socket.sent.length], [false, 2]);
  socket.bufferedAmount = 1024 * 1024;
  await written;
  channel.close();
  assertEquals(socket.closedWith, [[1000, ""]]);
});

Deno.test("a write that waits fails when the connection ends", async () => {
  const { channel, socket } = await openSlow();
  const write = channel.writable.getWriter().write(new Uint8Array(2 * 1024 * 1024));
  socket.dispatchEvent(Object.assign(new Event("close"), { code: 1006, reason: "" }));
  await assertRejects(() => write, ConnectionError, "the connection has ended");
  assertEquals(await channel.closed, { code: 1006, reason: "" });
});
