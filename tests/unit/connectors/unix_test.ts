/** The connectors to Unix sockets, on real ones; what they say when a socket cannot be used. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Connector } from "../../../src/connector.ts";
import { denoUnixConnector } from "../../../src/connectors/deno.ts";
import { nodeUnixConnector } from "../../../src/connectors/node.ts";
import { runDeno, serve, temporary } from "./deno_kit.ts";
import { ConnectionError, type ConnectionFailure } from "../../../src/errors.ts";

const entry = import.meta.resolve("../../../src/connectors/deno.ts");
const SECRET = "5ecre7";

/** Accepts connections and hands each over. */
function listen(path: string, handle: (connection: Deno.Conn) => Promise<void>): Disposable {
  const listener = Deno.listen({ transport: "unix", path });
  (async () => {
    for await (const connection of listener) {
      handle(connection).catch(() => {}).finally(() => {
        try {
          connection.close();
        } catch {
          // The handler closed it.
        }
      });
    }
  })();
  return { [Symbol.dispose]: () => listener.close() };
}

/** The errors of all the ways to use a connector that cannot reach its server. */
async function failures(connector: Connector): Promise<ConnectionError[]> {
  const path = `/1.0?secret=${SECRET}`;
  const errors = await Promise.all([
    assertRejects(() => connector.fetch(path), ConnectionError),
    assertRejects(() => connector.webSocket(path), ConnectionError),
    assertRejects(() => connector.upgrade!(path, "sftp"), ConnectionError),
  ]);
  connector.close();
  return errors;
}

/** A connector under test: Deno has what the one for Node and Bun needs, too. */
type UnixConnector = (options: { socket: string }) => Connector;

const connectors: Record<string, UnixConnector> = { denoUnixConnector, nodeUnixConnector };

/** Registers a test of each connector. */
function test(name: string, run: (unixConnector: UnixConnector) => Promise<void>): void {
  for (const [connector, make] of Object.entries(connectors)) {
    Deno.test(`${connector}: ${name}`, () => run(make));
  }
}

async function assertFailures(connector: Connector, reason: ConnectionFailure, words: string) {
  const { address } = connector;
  for (const error of await failures(connector)) {
    assertEquals(error.message, `Cannot reach ${address}: ${words}`);
    assertEquals([error.reason, error.address], [reason, address]);
    assert(!Deno.inspect(error).includes(SECRET), "the causes hold no secret either");
  }
}

test("a socket that is not there", async (unixConnector) => {
  await using directory = await temporary();
  const words = "no such socket. Start the daemon or give another path";
  await assertFailures(
    unixConnector({ socket: `${directory.path}/none` }),
    "socket-missing",
    words,
  );
});

test("a socket that nobody listens on", async (unixConnector) => {
  await using directory = await temporary();
  const path = `${directory.path}/s`;
  const listener = Deno.listen({ transport: "unix", path: `${path}1` });
  // As a daemon leaves it that was killed: a listener that is closed takes its file away.
  await Deno.rename(`${path}1`, path);
  listener.close();
  const words = "connection refused. Nobody listens on the socket: start the daemon";
  await assertFailures(unixConnector({ socket: path }), "refused", words);
});

test("a server that ends the connection instead of answering", async (unixConnector) => {
  await using directory = await temporary();
  const path = `${directory.path}/s`;
  using _ = listen(path, async (connection) => {
    await connection.read(new Uint8Array(1000));
  });
  for (const error of await failures(unixConnector({ socket: path }))) {
    assertEquals(error.reason, "lost");
    assert(!Deno.inspect(error).includes(SECRET));
  }
});

test("requests carry their method, headers and body, and answers their parts", async (unixConnector) => {
  await using directory = await temporary();
  const socket = `${directory.path}/s`;
  await using _ = serve(socket, async (request) => {
    const { method, url } = request;
    const seen = [method, url, request.headers.get("x-lxd-uid"), await request.text()];
    return Response.json(seen, { status: 201, headers: { etag: "abc" } });
  });
  const connector = unixConnector({ socket });
  assertEquals(connector.address, `unix:${socket}`);
  const bodies: [BodyInit, string][] = [
    ["text", "text"],
    [new Uint8Array([104, 105]), "hi"],
    [new Blob(["a", "b"]), "ab"],
    [ReadableStream.from([new Uint8Array([104]), new Uint8Array([105])]), "hi"],
  ];
  for (const [body, text] of bodies) {
    const headers = { "content-type": "text/plain", "x-lxd-uid": "1000" };
    const response = await connector.fetch("/1.0/x?a=b%2Fc", { method: "POST", headers, body });
    assertEquals([response.status, response.headers.get("etag")], [201, "abc"]);
    const [method, url, uid, sent] = await response.json();
    assertEquals([method, uid, sent], ["POST", "1000", text]);
    assert(url.endsWith("/1.0/x?a=b%2Fc"));
  }
  connector.close();
});

test("a mistake in the request is a TypeError, and nothing is dialled", async (unixConnector) => {
  const connector = unixConnector({ socket: "/nowhere" });
  await assertRejects(() => connector.fetch("1.0"), TypeError, 'Cannot request "1.0"');
  await assertRejects(() => connector.fetch("/a b"), TypeError, 'Cannot request "/a b"');
  await assertRejects(() => connector.webSocket("/a\r\nb: c"), TypeError, "Cannot request");
  await assertRejects(() => connector.fetch("/", { headers: { "a b": "c" } }), TypeError);
  connector.close();
  assertThrows(() => unixConnector({ socket: "" }), TypeError, "path of its socket is empty");
});

test("a signal ends each kind of call with its own reason", async (unixConnector) => {
  await using directory = await temporary();
  const socket = `${directory.path}/s`;
  // Answers nothing, ever.
  using _ = listen(socket, async (connection) => {
    while (await connection.read(new Uint8Array(1000)) !== null);
  });
  const connector = unixConnector({ socket });
  const mine = new Error("mine");
  for (const early of [true, false]) {
    const stop = new AbortController();
    const { signal } = stop;
    if (early) stop.abort(mine);
    const calls = [
      connector.fetch("/1.0", { signal }),
      connector.webSocket("/1.0", { signal }),
      connector.upgrade!("/1.0", "sftp", { signal }),
    ].map((call) => call.then(() => "no error", (error) => error));
    if (!early) setTimeout(() => stop.abort(mine), 0);
    assertEquals(await Promise.all(calls), [mine, mine, mine]);
  }
  connector.close();
});

test("a signal ends the reading of a body with its own reason", async (unixConnector) => {
  await using directory = await temporary();
  const socket = `${directory.path}/s`;
  await using _ = serve(socket, () =>
    new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(new Uint8Array(10)),
      }),
    ));
  const connector = unixConnector({ socket });
  const stop = new AbortController();
  const response = await connector.fetch("/1.0", { signal: stop.signal });
  const reading = response.text().catch((error) => error);
  stop.abort("enough");
  assertEquals(await reading, "enough");
  connector.close();
});

test("a closed connector says so", async (unixConnector) => {
  const connector = unixConnector({ socket: "/nowhere" });
  connector.close();
  connector.close();
  for (const error of await failures(connector)) {
    assertEquals(error.message, "Cannot reach unix:/nowhere: the connector was closed");
  }
});

test("no connection is ever left open and silent", async (unixConnector) => {
  await using directory = await temporary();
  const socket = `${directory.path}/s`;
  let silent = 0;
  let requests = 0;
  using _ = listen(socket, async (connection) => {
    silent++;
    let first = true;
    for (let head = "";;) {
      const buffer = new Uint8Array(1000);
      const count = await connection.read(buffer);
      if (count === null) return;
      if (first) silent--;
      first = false;
      head += new TextDecoder().decode(buffer.subarray(0, count));
      if (!head.endsWith("\r\n\r\n")) continue;
      head = "";
      requests++;
      await connection.write(
        new TextEncoder().encode("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx"),
      );
    }
  });
  const connector = unixConnector({ socket });
  // A pool of connections would now and then dial one that it then has no use for.
  for (let round = 0; round < 20; round++) {
    await Promise.all(Array.from({ length: 12 }, async (_, index) => {
      for (let call = 0; call <= index % 3; call++) {
        await (await connector.fetch("/1.0")).text();
        await new Promise((resolve) => setTimeout(resolve, index % 2));
      }
    }));
  }
  assertEquals(silent, 0);
  assertEquals(requests, 20 * (1 + 2 + 3) * 4);
  connector.close();
});

Deno.test("a socket whose permissions refuse this user", async () => {
  await using directory = await temporary();
  const socket = `${directory.path}/s`;
  await using _ = serve(socket, () => new Response());
  await Deno.chmod(socket, 0);
  const words = "permission denied. Run as a user in the socket's group, or as root";
  const wanted = ["permission-denied", `Cannot reach unix:${socket}: ${words}`];
  const script = `
    import { denoUnixConnector } from "${entry}";
    const connector = denoUnixConnector({ socket: "${socket}" });
    const errors = [
      await connector.fetch("/1.0").catch((error) => error),
      await connector.webSocket("/1.0").catch((error) => error),
    ];
    console.log(JSON.stringify(errors.map((it) => [it.reason, it.message])));
  `;
  // Permissions do not bind root, as long as it has these capabilities.
  const wrapper = Deno.uid() === 0
    ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    : [];
  const { output } = await runDeno(script, { flags: ["-A"], wrapper });
  assertEquals(JSON.parse(output), [wanted, wanted]);
});
