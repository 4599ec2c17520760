/** What becomes of connections over TLS, against a server that is written by hand. */
import { assertEquals, assertRejects } from "@std/assert";
import { httpsConnector } from "../../../src/connectors/https.ts";
import { ConnectionError } from "../../../src/errors.ts";
import { makeCertificate } from "../../kit/trust.ts";

const certificate = await makeCertificate({ name: "by hand" });
const ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi";

interface Server extends AsyncDisposable {
  url: string;
  /** The methods that came over each connection. */
  requests: string[][];
}

/** Answers the first request of each connection, and ends it at the second. */
function serve(): Server {
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...certificate });
  const requests: string[][] = [];
  const open = new Set<Deno.TlsConn>();
  const talk = async (connection: Deno.TlsConn) => {
    open.add(connection);
    const methods = requests[requests.push([]) - 1]!;
    const buffer = new Uint8Array(1024);
    try {
      for (let count; (count = await connection.read(buffer)) !== null;) {
        methods.push(new TextDecoder().decode(buffer.subarray(0, count)).split(" ")[0]!);
        if (methods.length === 2) break;
        await connection.write(new TextEncoder().encode(ANSWER));
      }
    } finally {
      if (open.delete(connection)) connection.close();
    }
  };
  const talks: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const connection of listener) talks.push(talk(connection).catch(() => {}));
  })();
  return {
    url: `https://127.0.0.1:${listener.addr.port}`,
    requests,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of open) {
        open.delete(connection);
        connection.close();
      }
      await accepting;
      await Promise.all(talks);
    },
  };
}

Deno.test("over TLS what changes nothing is sent anew where a kept connection has ended, all else never", async () => {
  await using server = serve();
  const connector = httpsConnector({ url: server.url, serverCert: certificate.cert });
  const text = async (method: string) => await (await connector.fetch("/1.0", { method })).text();
  for (let times = 3; times > 0; times--) assertEquals(await text("GET"), "hi");
  assertEquals((await assertRejects(() => text("POST"), ConnectionError)).reason, "lost");
  for (let times = 2; times > 0; times--) assertEquals(await text("GET"), "hi");
  const [get, twice] = [["GET"], ["GET", "GET"]];
  assertEquals(server.requests, [twice, twice, ["GET", "POST"], twice, get]);
  connector.close();
});

Deno.test("an answer that ends with its connection is read over TLS", async () => {
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...certificate });
  const answers = [
    "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nhi",
    "HTTP/1.1 200 OK\r\n\r\nhi",
  ];
  const accepting = (async () => {
    for (const answer of answers) {
      using connection = await listener.accept();
      await connection.read(new Uint8Array(1024));
      await connection.write(new TextEncoder().encode(answer));
    }
  })();
  const url = `https://127.0.0.1:${listener.addr.port}`;
  const connector = httpsConnector({ url, serverCert: certificate.cert });
  for (const _ of answers) {
    assertEquals(await (await connector.fetch("/1.0", { method: "POST" })).text(), "hi");
  }
  await accepting;
  listener.close();
  connector.close();
});

Deno.test("a handshake that is not answered ends with its call, and its connection too", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let open = 0;
  const hold = async (connection: Deno.Conn) => {
    open++;
    const buffer = new Uint8Array(4096);
    try {
      while (await connection.read(buffer) !== null);
    } catch { /* it was reset */ }
    connection.close();
    open--;
  };
  const held: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const connection of listener) held.push(hold(connection));
  })();
  const url = `https://127.0.0.1:${listener.addr.port}`;
  const connector = httpsConnector({ url, serverCert: certificate.cert });
  const reason = new RangeError("enough");
  for (const call of ["fetch", "webSocket", "upgrade"] as const) {
    const stop = new AbortController();
    const { signal } = stop;
    const calling = call === "fetch"
      ? connector.fetch("/1.0", { signal })
      : call === "webSocket"
      ? connector.webSocket("/1.0/events", { signal })
      : connector.upgrade!("/1.0/sftp", "sftp", { signal });
    while (open === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort(reason);
    assertEquals(await assertRejects(() => calling), reason);
    while (open > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  listener.close();
  await accepting;
  await Promise.all(held);
  connector.close();
});

Deno.test("an idle connection over TLS keeps no program from ending", async () => {
  await using server = serve();
  const script = `
    import { httpsConnector } from "${new URL(
    "../../../src/connectors/https.ts",
    import.meta.url,
  )}";
    const options = ${JSON.stringify({ url: server.url, serverCert: certificate.cert })};
    console.log(await (await httpsConnector(options).fetch("/1.0")).text());
  `;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-lock",
      "-A",
      `data:application/typescript,${encodeURIComponent(script)}`,
    ],
    signal: AbortSignal.timeout(30_000),
  });
  const { success, stdout, stderr } = await child.output();
  const [words, text] = [stderr, stdout].map((it) => new TextDecoder().decode(it));
  assertEquals([success, text, words], [true, "hi\n", ""]);
});
