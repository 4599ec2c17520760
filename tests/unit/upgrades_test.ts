import { assert, assertEquals, assertRejects } from "@std/assert";
import { ApiError, type Client, connect, UnsupportedError } from "../../mod.ts";
import { FakeConnector } from "../kit/fake_connector.ts";

const extensions = [
  "instance_port_forward",
  "instance_nbd",
  "storage_volume_nbd",
  "custom_volume_sftp",
];

/** What a server was asked for. */
interface Asked {
  line: string;
  head: string;
  body: string;
}

/** Reads a request up to the end of its body. */
async function readRequest(connection: Deno.Conn): Promise<Asked> {
  let text = "";
  const buffer = new Uint8Array(4096);
  while (true) {
    const [head = "", body] = text.split("\r\n\r\n");
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (body !== undefined && body.length >= length) {
      return { line: head.split("\r\n")[0]!, head: head.toLowerCase(), body };
    }
    const count = await connection.read(buffer);
    if (count === null) throw new Error("Cannot read a request: the connection has ended");
    text += new TextDecoder().decode(buffer.subarray(0, count));
  }
}

/** A daemon whose other protocols greet in the same packet as the answer, and then echo. */
async function withDaemon(
  run: (client: Client, asked: Asked[]) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "lxkit-up-" });
  const socket = `${folder}/s`;
  const listener = Deno.listen({ transport: "unix", path: socket });
  const asked: Asked[] = [];
  const answer = async (connection: Deno.Conn) => {
    using _ = connection;
    const encoder = new TextEncoder();
    const send = (text: string) => connection.write(encoder.encode(text));
    const request = await readRequest(connection);
    const protocol = /upgrade: (?!$)(\w+)/m.exec(request.head)?.[1];
    if (protocol) asked.push(request);
    const json = (status: string, body: unknown) => {
      const text = JSON.stringify(body);
      const head = `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nConnection: close\r\n`;
      return send(`${head}Content-Length: ${text.length}\r\n\r\n${text}`);
    };
    if (!protocol) {
      const metadata = {
        api_version: "1.0",
        auth: "trusted",
        api_extensions: extensions,
        environment: { server: "incus" },
      };
      return void await json("200 OK", { type: "sync", status_code: 200, metadata });
    }
    if (request.body.includes('"port":1}')) {
      const error = { type: "error", error: "connection refused", error_code: 500 };
      return void await json("500 Internal Server Error", error);
    }
    await send(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${protocol}\r\nConnection: Upgrade\r\n\r\nhello ${protocol}`,
    );
    const buffer = new Uint8Array(4096);
    for (let count; (count = await connection.read(buffer)) !== null;) {
      await connection.write(buffer.subarray(0, count));
    }
  };
  const serving = (async () => {
    const open: Promise<void>[] = [];
    for await (const connection of listener) open.push(answer(connection).catch(() => {}));
    await Promise.all(open);
  })();
  try {
    await using client = await connect({ socket });
    await run(client, asked);
  } finally {
    listener.close();
    await serving.catch(() => {});
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("A port and disks are had as raw streams, with what came with the answer", async () => {
  await withDaemon(async (client, asked) => {
    const instance = client.project("ci").instances.at("web");
    const volume = client.storagePools.at("default").volumes.at("custom", "db");
    const opened = {
      tcp: () => instance.forward({ port: 6379 }),
      nbd: () => instance.nbd({ reuse: true }),
      "nbd ": () => volume.nbd({ writable: true }),
    };
    for (const [protocol, open] of Object.entries(opened)) {
      await using connection = await open();
      const reader = connection.readable.getReader();
      const writer = connection.writable.getWriter();
      const first = await reader.read();
      assertEquals(new TextDecoder().decode(first.value), `hello ${protocol.trim()}`);
      await writer.write(new Uint8Array([0, 255, 10]));
      assertEquals((await reader.read()).value, new Uint8Array([0, 255, 10]));
    }
    assertEquals(asked.map(({ line }) => line), [
      "POST /1.0/instances/web/port-forward?project=ci HTTP/1.1",
      "GET /1.0/instances/web/nbd?project=ci&reuse=1 HTTP/1.1",
      "GET /1.0/storage-pools/default/volumes/custom/db/nbd?writable=1 HTTP/1.1",
    ]);
    assertEquals(JSON.parse(asked[0]!.body), { address: "", port: 6379 });
  });
});

Deno.test("A port that nothing listens on is told, and an abort ends what is open", async () => {
  await withDaemon(async (client) => {
    const instance = client.instances.at("web");
    const error = await assertRejects(() => instance.forward({ port: 1 }), ApiError);
    assertEquals(error.serverMessage, "connection refused");
    const stop = new AbortController();
    const { signal } = stop;
    const connection = await instance.forward({ port: 80, address: "10.0.0.1", signal });
    const reader = connection.readable.getReader();
    await reader.read();
    const waiting = reader.read();
    const reason = new Error("enough");
    stop.abort(reason);
    assertEquals(await assertRejects(() => waiting), reason);
  });
});

Deno.test("Raw streams are refused before a request where server or runtime lack them", async () => {
  const bare = new FakeConnector();
  const full = new FakeConnector({ extensions });
  const calls = (client: Client) => {
    const instance = client.instances.at("web");
    const volume = client.storagePools.at("default").volumes.at("custom", "db");
    return [
      () => instance.forward({ port: 80 }),
      () => instance.nbd(),
      () => volume.nbd(),
      () => volume.sftp(),
    ];
  };
  for (const connector of [bare, full]) {
    await using client = await connect({ connector });
    for (const call of calls(client)) {
      const { extension } = await assertRejects(call, UnsupportedError);
      if (connector === bare) assert(extensions.includes(extension!));
    }
    assertEquals(connector.log, []);
  }
});
