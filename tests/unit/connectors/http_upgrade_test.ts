/** The handshakes over raw connections, against a server that is written by hand. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { encodeUpgrade } from "../../../src/connectors/http/upgrade.ts";
import type { RawConnection } from "../../../src/connectors/raw/connection.ts";
import { RawSockets } from "../../../src/connectors/raw/sockets.ts";
import {
  ConnectionError,
  ForbiddenError,
  NotFoundError,
  ProtocolError,
} from "../../../src/errors.ts";
import { memoryPair, type PairOptions } from "./memory_pair.ts";
import { frame, join, readFrame, send } from "./peer.ts";

const SECRET = "5ecre7";
const PATH = `/1.0/operations/x/websocket?secret=${SECRET}`;
const SWITCH = "HTTP/1.1 101 Switching Protocols\r\n";

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Raw sockets whose every connection is served by `serve`, and the other ends of them. */
function sockets(
  serve: (peer: RawConnection, head: string) => Promise<void>,
  options?: PairOptions,
): RawSockets {
  return new RawSockets({
    address: "unix:/x",
    host: "127.0.0.1",
    dial(): Promise<RawConnection> {
      const [near, peer] = memoryPair(options);
      (async () => serve(peer, await readHead(peer)))().catch(() => {});
      return Promise.resolve(near);
    },
  });
}

/** Sockets whose server answers with this text and then ends the connection. */
function answering(text: string, options?: PairOptions): RawSockets {
  return sockets(async (peer) => {
    await send(peer, bytes(text));
    peer.close();
  }, options);
}

async function readHead(peer: RawConnection): Promise<string> {
  let head = "";
  const one = new Uint8Array(1);
  while (!head.endsWith("\r\n\r\n")) {
    if (await peer.read(one) === null) return head;
    head += String.fromCharCode(one[0]!);
  }
  return head;
}

/** The answer that a WebSocket server gives to a request. */
async function accept(head: string): Promise<string> {
  const key = /sec-websocket-key: (.+)\r\n/i.exec(head)![1];
  const text = bytes(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`) as Uint8Array<ArrayBuffer>;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-1", text));
  return `Connection: Upgrade\r\nupgrade: WebSocket\r\nSec-WebSocket-Accept: ${digest.toBase64()}\r\n`;
}

Deno.test("the request of a WebSocket has what it needs, and no origin", async () => {
  let asked = "";
  const raw = sockets(async (peer, head) => {
    asked = head;
    await send(peer, bytes(`${SWITCH}${await accept(head)}\r\n`));
  });
  await using _ = await raw.webSocket(PATH);
  const [first, ...fields] = asked.trimEnd().split("\r\n");
  assertEquals(first, `GET ${PATH} HTTP/1.1`);
  const headers = new Headers(fields.map((field) => field.split(": ") as [string, string]));
  assertEquals(headers.get("host"), "127.0.0.1");
  assertEquals(headers.get("upgrade"), "websocket");
  assertEquals(headers.get("connection"), "Upgrade");
  assertEquals(headers.get("sec-websocket-version"), "13");
  assertEquals(Uint8Array.fromBase64(headers.get("sec-websocket-key")!).length, 16);
  assertEquals(headers.has("origin"), false);
});

Deno.test("messages that come with the head of the answer are not lost, however it is cut", async () => {
  for (const step of [1, 5, 100, Infinity]) {
    const raw = sockets(async (peer, head) => {
      const answer = bytes(`${SWITCH}${await accept(head)}\r\n`);
      await send(peer, join([answer, frame(1, "early"), frame(2, bytes("bird"))]));
      peer.close();
    }, { step });
    const channel = await raw.webSocket(PATH);
    assertEquals(await Array.fromAsync(channel.readable), ["early", bytes("bird")]);
  }
});

Deno.test("bytes that come with the head of an upgrade are not lost, and bytes go both ways", async () => {
  const raw = sockets(async (peer, head) => {
    assert(head.startsWith("GET /1.0/instances/c1/sftp HTTP/1.1\r\n"));
    assert(head.includes("upgrade: sftp\r\n"));
    await send(peer, bytes(`${SWITCH}Upgrade: sftp\r\n\r\nhello`));
    const buffer = new Uint8Array(10);
    const count = await peer.read(buffer);
    await send(peer, buffer.subarray(0, count!));
    peer.close();
  });
  const upgraded = await raw.upgrade("/1.0/instances/c1/sftp", "sftp");
  const reader = upgraded.readable.getReader();
  assertEquals((await reader.read()).value, bytes("hello"));
  const writer = upgraded.writable.getWriter();
  await writer.write(bytes("echo") as Uint8Array<ArrayBuffer>);
  assertEquals((await reader.read()).value, bytes("echo"));
  assertEquals((await reader.read()).done, true);
  const late = bytes("late") as Uint8Array<ArrayBuffer>;
  await assertRejects(() => writer.write(late), ConnectionError, "the connection has ended");
});

Deno.test("an upgrade carries its method and its body", () => {
  const request = {
    method: "POST",
    path: "/1.0/instances/c1/port-forward",
    host: "127.0.0.1",
    protocol: "tcp",
    body: '{"name":"é"}',
  };
  const text = new TextDecoder().decode(encodeUpgrade(request));
  assert(text.startsWith("POST /1.0/instances/c1/port-forward HTTP/1.1\r\n"));
  assert(text.includes("content-type: application/json\r\n"));
  assert(text.includes("content-length: 13\r\n"));
  assert(text.endsWith('\r\n\r\n{"name":"é"}'));
});

Deno.test("what would smuggle something into the request is refused", () => {
  const request = { method: "GET", path: "/1.0", host: "127.0.0.1", protocol: "sftp" };
  const bad: [Partial<typeof request> & { headers?: Record<string, string> }, string][] = [
    [{ path: "/1.0\r\nx: y" }, "Cannot request"],
    [{ path: "/1.0 HTTP/1.1" }, "Cannot request"],
    [{ path: "/1.0/é" }, "Cannot request"],
    [{ path: "/1.0#x" }, "Cannot request"],
    [{ path: "1.0" }, "Cannot request"],
    [{ path: "" }, "Cannot request"],
    [{ method: "GET /x" }, "HTTP method"],
    [{ method: "" }, "HTTP method"],
    [{ host: "a\r\nx: y" }, 'value of the header field "host"'],
    [{ protocol: "a\nx: y" }, 'value of the header field "upgrade"'],
    [{ headers: { "x": "a\0b" } }, 'value of the header field "x"'],
    [{ headers: { "x": "\u0100" } }, 'value of the header field "x"'],
    [{ headers: { "x y": "z" } }, '"x y" as the name of a header field'],
    [{ headers: { "": "z" } }, '"" as the name of a header field'],
  ];
  for (const [part, words] of bad) {
    assertThrows(() => encodeUpgrade({ ...request, ...part }), TypeError, words);
  }
  for (const part of [{ path: `/1 0?secret=${SECRET}` }, { headers: { x: `${SECRET}\n` } }]) {
    const error = assertThrows(() => encodeUpgrade({ ...request, ...part }));
    assert(!String(error).includes(SECRET));
  }
});

const envelope = JSON.stringify({ type: "error", error: "Operation not found", error_code: 404 });
const half = Math.floor(envelope.length / 2);
const chunked = [envelope.slice(0, half), envelope.slice(half)]
  .map((part) => `${part.length.toString(16)};x=y\r\n${part}\r\n`).join("") + "0\r\n\r\n";
const refusals: [string, string][] = [
  ["by its length", `Content-Length: ${envelope.length}\r\n\r\n${envelope} and more`],
  ["in chunks", `Transfer-Encoding: chunked\r\n\r\n${chunked}`],
  ["up to the end", `\r\n${envelope}`],
];

for (const [how, rest] of refusals) {
  Deno.test(`the server's words are read ${how}, and the query stays out of them`, async () => {
    for (const step of [1, Infinity]) {
      const raw = answering(`HTTP/1.1 404 Not Found\r\n${rest}`, { step });
      const error = await assertRejects(() => raw.webSocket(PATH), NotFoundError);
      assertEquals(
        error.message,
        "Cannot GET /1.0/operations/x/websocket: Operation not found (404)",
      );
      assertEquals([error.method, error.path], ["GET", "/1.0/operations/x/websocket"]);
    }
  });
}

Deno.test("the status of the envelope counts, as with any other request", async () => {
  const body = JSON.stringify({ type: "error", error: "not authorized", error_code: 403 });
  const raw = answering(`HTTP/1.1 400 Bad Request\r\n\r\n${body}`);
  await assertRejects(() => raw.upgrade("/1.0/x", "sftp"), ForbiddenError, "not authorized (403)");
});

Deno.test("an answer that is no envelope is shown, without the query that it repeats", async () => {
  const raw = answering(`HTTP/1.1 502 Bad Gateway\r\n\r\n<h1>no ${PATH}</h1>`);
  const error = await assertRejects(() => raw.webSocket(PATH), ProtocolError, "<h1>no ");
  assertEquals(error.status, 502);
  assert(!error.message.includes(SECRET));
});

Deno.test("answers without a body, and success without an upgrade, are refusals", async () => {
  for (const status of ["200 OK", "204 No Content", "304 Not Modified", "302 Found"]) {
    const raw = answering(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`);
    const error = await assertRejects(() => raw.webSocket(PATH), ProtocolError);
    assertEquals(error.status, Number(status.slice(0, 3)));
  }
});

Deno.test("a huge body is read in part only", async () => {
  for (const head of ["", "Transfer-Encoding: chunked\r\n", "Content-Length: 99999999999\r\n"]) {
    const raw = sockets(async (peer) => {
      await send(peer, bytes(`HTTP/1.1 500 Oops\r\n${head}\r\n`));
      const chunk = "x".repeat(0x10000);
      const part = bytes(head.includes("chunked") ? `10000\r\n${chunk}\r\n` : chunk);
      // Ends when the client has closed the connection.
      for (;;) await send(peer, part);
    });
    await assertRejects(() => raw.webSocket(PATH), ProtocolError, "xxxx");
  }
});

Deno.test("informational answers before the real one are passed over", async () => {
  const raw = sockets(async (peer, head) => {
    const early = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n";
    await send(peer, bytes(`${early}${SWITCH}${await accept(head)}\r\n`));
  });
  await using _ = await raw.webSocket(PATH);
});

const strange: [string, string, string][] = [
  ["another protocol", "SSH-2.0-OpenSSH_9.2\r\n", "it starts"],
  ["a TLS alert", "\x15\x03\x01\x00\x02\x02\x46", "it starts"],
  ["HTTP/2", "HTTP/2 200\r\n\r\n", "it starts"],
  ["a status that is none", "HTTP/1.1 abc\r\n\r\n", "it starts"],
  ["a field without a name", `${SWITCH}no colon here\r\n\r\n`, "it starts"],
  ["a head without an end", `${SWITCH}${"x: y\r\n".repeat(10_000)}`, "longer than 32 KiB"],
  ["a broken chunk", "HTTP/1.1 500 x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "broken chunk"],
  ["another upgrade", `${SWITCH}Upgrade: tcp\r\n\r\n`, 'did not switch to "websocket"'],
  ["no upgrade", `${SWITCH}\r\n`, 'did not switch to "websocket"'],
  ["a wrong accept", `${SWITCH}Upgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n`, "handshake"],
  ["no accept", `${SWITCH}Upgrade: websocket\r\n\r\n`, "handshake"],
];

for (const [what, text, words] of strange) {
  Deno.test(`${what} is a ProtocolError that says so`, async () => {
    const error = await assertRejects(() => answering(text).webSocket(PATH), ProtocolError, words);
    assert(error.message.startsWith("Cannot "));
    assert(!error.message.includes(SECRET));
  });
}

Deno.test("an extension that was not offered is refused", async () => {
  const raw = sockets(async (peer, head) => {
    const extension = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
    await send(peer, bytes(`${SWITCH}${await accept(head)}${extension}\r\n`));
  });
  await assertRejects(() => raw.webSocket(PATH), ProtocolError, "not offered");
});

Deno.test("a connection that ends before the answer is lost", async () => {
  for (const text of ["", "HTT", SWITCH]) {
    const error = await assertRejects(() => answering(text).webSocket(PATH), ConnectionError);
    assertEquals([error.reason, error.address], ["lost", "unix:/x"]);
    assertEquals(
      error.message,
      "Cannot reach unix:/x: the connection ended before the answer",
    );
  }
});

Deno.test("a signal ends a handshake with its own reason, and the connection with it", async () => {
  const mine = new Error("mine");
  let served: RawConnection | undefined;
  const stop = new AbortController();
  const raw = sockets((peer) => {
    served = peer;
    stop.abort(mine);
    return Promise.resolve();
  });
  assertEquals(await raw.webSocket(PATH, { signal: stop.signal }).catch((error) => error), mine);
  assertEquals(await served!.read(new Uint8Array(1)), null);
  const dialled = await raw.upgrade("/x", "sftp", { signal: stop.signal }).catch((error) => error);
  assertEquals(dialled, mine);
});

Deno.test("a signal does not wait for a dial that hangs, and closes what it gives later", async () => {
  const [near, peer] = memoryPair();
  const dialling = Promise.withResolvers<void>();
  const dialled = Promise.withResolvers<RawConnection>();
  const raw = new RawSockets({
    address: "unix:/x",
    host: "127.0.0.1",
    dial() {
      dialling.resolve();
      return dialled.promise;
    },
  });
  const stop = new AbortController();
  const opening = raw.webSocket(PATH, { signal: stop.signal }).catch((error) => error);
  await dialling.promise;
  stop.abort("enough");
  assertEquals(await opening, "enough");
  dialled.resolve(near);
  assertEquals(await peer.read(new Uint8Array(1)), null, "nothing was sent");
});

Deno.test("the signal of an upgrade ends the connection also once it stands", async () => {
  const ended: string[] = [];
  const raw = sockets(async (peer) => {
    await send(peer, bytes(`${SWITCH}Upgrade: sftp\r\n\r\n`));
    while (await peer.read(new Uint8Array(1)) !== null);
    ended.push("peer");
  });
  const stop = new AbortController();
  const { readable, writable } = await raw.upgrade("/x", "sftp", { signal: stop.signal });
  const reader = readable.getReader();
  const writer = writable.getWriter();
  const reading = reader.read().catch((error) => error);
  stop.abort("enough");
  assertEquals(await reading, "enough");
  assertEquals(await writer.write(new Uint8Array(1)).catch((error) => error), "enough");
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(ended, ["peer"]);
});

Deno.test("closing the sockets ends what is open and what is being opened", async () => {
  const raw = sockets(async (peer, head) => {
    if (head.includes("/silent")) return;
    const protocol = head.includes("sftp") ? "Upgrade: sftp\r\n" : await accept(head);
    await send(peer, bytes(`${SWITCH}${protocol}\r\n`));
    while (await readFrame(peer));
  });
  const channel = await raw.webSocket(PATH);
  const upgraded = await raw.upgrade("/x", "sftp");
  const opening = raw.webSocket("/silent").catch((error) => error);
  await new Promise((resolve) => setTimeout(resolve, 0));
  raw.close();
  assertEquals((await channel.closed).code, 1000);
  assertEquals((await upgraded.readable.getReader().read()).done, true);
  for (const error of [await opening, await raw.webSocket(PATH).catch((error) => error)]) {
    assert(error instanceof ConnectionError);
    assertEquals(error.message, "Cannot reach unix:/x: the connector was closed");
  }
});

Deno.test("an answer without a body is not waited for", async () => {
  for (const status of [204, 205, 304]) {
    // The connection stays open, as that of a proxy does.
    const raw = sockets((peer) => send(peer, bytes(`HTTP/1.1 ${status} Nothing\r\n\r\n`)));
    await assertRejects(() => raw.webSocket(PATH), ProtocolError, `status ${status}`);
  }
});

Deno.test("closing finds a channel whose handshake has just ended", async () => {
  const raw = sockets(async (peer, head) => {
    await send(peer, bytes(`${SWITCH}${await accept(head)}\r\n`));
    raw.close();
  });
  const opened = await raw.webSocket(PATH).catch((error) => error);
  if (opened instanceof Error) assert(opened instanceof ConnectionError);
  else await opened.closed;
});
