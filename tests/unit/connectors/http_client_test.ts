/** HTTP/1.1 over raw connections, against a server that is written by hand. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { HttpClient } from "../../../src/connectors/http/client.ts";
import type { RawConnection } from "../../../src/connectors/raw/connection.ts";
import { ConnectionError, ProtocolError } from "../../../src/errors.ts";
import { always, answering, clientOf } from "./http_peer.ts";

const OK = "HTTP/1.1 200 OK\r\n";
const HI = `${OK}content-type: application/json\r\ncontent-length: 2\r\n\r\nhi`;

/** Answers as they may come, and what is to be read of them. */
const bodies: Record<string, [answer: string, body: string]> = {
  "a length": [HI, "hi"],
  "no content": ["HTTP/1.1 204 No Content\r\n\r\n", ""],
  "a length of nothing": [`${OK}content-length: 0\r\n\r\n`, ""],
  "chunks": [`${OK}transfer-encoding: chunked\r\n\r\n1\r\nh\r\n1;x=y\r\ni\r\n0\r\n\r\n`, "hi"],
  "chunks and trailers": [
    `${OK}transfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nx-a: b\r\nx-c: d\r\n\r\n`,
    "hi",
  ],
  "an early hint": [`HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${HI}`, "hi"],
  "much JSON": [
    `${OK}content-type: application/json\r\ncontent-length: 200000\r\n\r\n${"x".repeat(200000)}`,
    "x".repeat(200000),
  ],
  "much": [`${OK}content-length: 300000\r\n\r\n${"x".repeat(300000)}`, "x".repeat(300000)],
};

for (const [what, [answer, body]] of Object.entries(bodies)) {
  for (const step of [1, 7, Infinity]) {
    if (what.startsWith("much") && step === 1) continue;
    Deno.test(`a body of ${what}, ${step} bytes at a time, is read over one connection`, async () => {
      const { http, dialled } = clientOf(always(answer), { step });
      for (let times = 3; times > 0; times--) {
        const response = await http.fetch("/1.0");
        assertEquals(await response.text(), body);
      }
      assertEquals(dialled(), 1);
      http.close();
    });
  }
}

Deno.test("the head of an answer is what the server sent", async () => {
  const fields = "ETag: abc\r\nx: 1\r\nX: 2\r\ny: \xe4\x97\x80\r\ncontent-length: 0";
  const { http } = clientOf(always(`HTTP/1.1 404 Not At All\r\n${fields}\r\n\r\n`));
  const { status, statusText, headers, ok } = await http.fetch("/1.0");
  assertEquals([status, statusText, ok], [404, "Not At All", false]);
  assertEquals([headers.get("etag"), headers.get("x"), headers.get("y")], [
    "abc",
    "1, 2",
    "\xe4\x97\x80",
  ]);
  http.close();
});

Deno.test("an answer is what makes a Response, and JSON is read of it", async () => {
  const { http } = clientOf(always(`HTTP/1.1 404 No\r\nx: 1\r\ncontent-length: 7\r\n\r\n{"a":1}`));
  const answer = await http.fetch("/1.0");
  const response = new Response(answer.body, answer);
  const { status, statusText, headers } = response;
  assertEquals([status, statusText, headers.get("x")], [404, "No", "1"]);
  assertEquals(await response.text(), '{"a":1}');
  assertEquals(await (await http.fetch("/1.0")).json(), { a: 1 });
  http.close();
});

Deno.test("a field keeps the bytes that only look like spaces, and needs a name", async () => {
  const ask = async (field: string) => {
    const { http } = clientOf(always(`${OK}content-length: 0\r\n${field}\r\n\r\n`));
    try {
      return (await http.fetch("/1.0")).headers;
    } finally {
      http.close();
    }
  };
  assertEquals((await ask("X-A: \t voil\xc3\xa0 ")).get("x-a"), "voil\xc3\xa0");
  for (const line of ["LocationX", ": value"]) {
    await assertRejects(() => ask(line), ProtocolError, "not HTTP/1.1");
  }
});

Deno.test("a body without a length goes on to the end of the connection", async () => {
  const { http, dialled } = clientOf(answering(`${OK}\r\nto the end`));
  assertEquals(await (await http.fetch("/1.0")).text(), "to the end");
  assertEquals(await (await http.fetch("/1.0")).text(), "to the end");
  assertEquals(dialled(), 2);
  http.close();
});

Deno.test("HEAD is answered without the body that its head tells of", async () => {
  const { http, dialled } = clientOf(always(`${OK}content-length: 100\r\n\r\n`));
  for (let times = 2; times > 0; times--) {
    const response = await http.fetch("/1.0", { method: "HEAD" });
    assertEquals([response.headers.get("content-length"), response.body], ["100", null]);
  }
  assertEquals(dialled(), 1);
  http.close();
});

const parted: Record<string, string> = {
  "a length": `${OK}content-length: 5\r\n\r\nhi`,
  "JSON": `${OK}content-type: application/json\r\ncontent-length: 5\r\n\r\nhi`,
  "chunks": `${OK}transfer-encoding: chunked\r\n\r\n5\r\nhi`,
  "chunks without the last": `${OK}transfer-encoding: chunked\r\n\r\n2\r\nhi\r\n`,
  "chunks without the last line": `${OK}transfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n`,
};
for (const [what, answer] of Object.entries(parted)) {
  Deno.test(`a body of ${what} that is cut is an error, not an end`, async () => {
    const { http } = clientOf(answering(answer));
    const response = await http.fetch("/1.0");
    const error = await assertRejects(() => response.text(), Error);
    assertEquals(error.message, "the connection ended within the body");
    http.close();
  });
}

const broken: Record<string, string> = {
  "a length that is none": `${OK}content-length: -1\r\n\r\nhi`,
  "two lengths": `${OK}content-length: 1\r\ncontent-length: 2\r\n\r\nhi`,
  "a broken chunk": `${OK}transfer-encoding: chunked\r\n\r\nzz\r\nhi\r\n`,
  "a chunk that is longer than it says":
    `${OK}transfer-encoding: chunked\r\n\r\n1\r\nhi\r\n0\r\n\r\n`,
  "an unasked upgrade": "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n",
  "no HTTP": "SSH-2.0-x\r\n",
};
for (const [what, answer] of Object.entries(broken)) {
  Deno.test(`${what} is a ProtocolError`, async () => {
    const { http } = clientOf(answering(answer));
    const error = await assertRejects(
      async () => await (await http.fetch("/1.0?secret=5ecre7")).text(),
      ProtocolError,
    );
    assert(error.message.startsWith("Cannot GET /1.0: "), error.message);
    http.close();
  });
}

Deno.test("a kept connection that the server closed is replaced unseen", async () => {
  const { http, dialled } = clientOf(answering(HI));
  for (let times = 3; times > 0; times--) {
    assertEquals(await (await http.fetch("/1.0")).text(), "hi");
  }
  assertEquals(dialled(), 3);
  http.close();
});

Deno.test("a request on a new connection that ends is not sent twice", async () => {
  const { http, dialled } = clientOf(answering(""));
  const error = await assertRejects(() => http.fetch("/1.0"), ConnectionError);
  assertEquals([error.reason, dialled()], ["lost", 1]);
  http.close();
});

Deno.test("a kept connection that ends within the head is not asked again", async () => {
  const { http, dialled } = clientOf(answering(HI, "HTTP/1.1 200 "));
  await (await http.fetch("/1.0")).text();
  const error = await assertRejects(() => http.fetch("/1.0"), ConnectionError);
  assertEquals([error.reason, dialled()], ["lost", 1]);
  http.close();
});

Deno.test("an error says how the connection was lost, and what cannot be known then", async () => {
  const lost = async (method: string, read: (http: HttpClient) => Promise<null>) => {
    const connection: RawConnection = {
      read: () => read(http),
      write: ({ length }) => Promise.resolve(length),
      closeWrite: () => Promise.resolve(),
      close() {},
    };
    const dial = () => Promise.resolve(connection);
    const http = new HttpClient({ address: "unix:/x", host: "x", trustedFor: 0, dial });
    const { message } = await assertRejects(() => http.fetch("/", { method }), ConnectionError);
    return message;
  };
  const end = () => Promise.resolve(null);
  const alert = () => Promise.reject(new Error("received fatal alert: CertificateRequired"));
  const close = (http: HttpClient) => {
    http.close();
    return alert();
  };
  const start = "Cannot reach unix:/x:";
  const doubt = "Whether the server did what was asked is not known: look before you ask again";
  assertEquals(await lost("GET", end), `${start} the connection ended before the answer`);
  assertEquals(await lost("HEAD", alert), `${start} received fatal alert: CertificateRequired`);
  assertEquals(await lost("GET", close), `${start} the connector was closed`);
  assertEquals(await lost("PUT", end), `${start} the connection ended before the answer. ${doubt}`);
});

Deno.test("what changes something takes the place of a kept connection", async () => {
  let open = 0;
  const { http, dialled } = clientOf(async (peer, index) => {
    open++;
    await always(HI)(peer, index);
    open--;
  });
  const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];
  for (const method of methods) await (await http.fetch("/1.0", { method })).text();
  assertEquals([dialled(), open], [methods.length, 1]);
  http.close();
});

Deno.test("what changes something goes over a kept connection that is trusted with it", async () => {
  const { http, dialled } = clientOf(always(HI), { trustedFor: 60_000 });
  const methods = ["POST", "PUT", "GET", "PATCH", "DELETE"];
  for (const method of methods) await (await http.fetch("/1.0", { method })).text();
  assertEquals(dialled(), 1);
  http.close();
});

Deno.test("what changes something goes over no connection that the last request was refused on", async () => {
  const refusal = "HTTP/1.1 416 No\r\ncontent-length: 0\r\n\r\n";
  const { http, dialled } = clientOf(async (peer, index) => {
    while (await peer.head() !== undefined) await peer.answer(index === 0 ? refusal : HI);
  }, { trustedFor: 60_000 });
  const ask = async (method: string) => {
    await (await http.fetch("/1.0", { method })).text();
    return dialled();
  };
  assertEquals([await ask("GET"), await ask("GET"), await ask("POST")], [1, 1, 2]);
  http.close();
});

Deno.test("what changes something is never sent twice", async () => {
  const seen: string[] = [];
  const { http, dialled } = clientOf(async (peer, index) => {
    for (let head; (head = await peer.head()) !== undefined;) {
      seen.push(`${head.split(" ")[0]} ${index}`);
      if (head.startsWith("POST")) break;
      await peer.answer(HI);
    }
    peer.connection.close();
  }, { trustedFor: 60_000 });
  await (await http.fetch("/1.0")).text();
  const change = () => http.fetch("/1.0", { method: "POST", body: "x" });
  assertEquals((await assertRejects(change, ConnectionError)).reason, "lost");
  await (await http.fetch("/1.0")).text();
  assertEquals([seen, dialled()], [["GET 0", "POST 0", "GET 1"], 2]);
  http.close();
});

Deno.test("a kept connection that ended or was spoken over while it was idle is not used", async () => {
  let silent = true;
  const { http, dialled } = clientOf(always(HI), { trustedFor: 60_000, silent: () => silent });
  for (const method of ["GET", "POST"]) {
    await (await http.fetch("/1.0")).text();
    const before = dialled();
    silent = false;
    await (await http.fetch("/1.0", { method })).text();
    silent = true;
    assertEquals(dialled(), before + 1, method);
  }
  http.close();
});

Deno.test("of header fields that differ in case alone the last one is sent", async () => {
  let head: string | undefined;
  const { http } = clientOf(async (peer) => {
    head = await peer.head();
    await peer.answer(HI);
  });
  const headers = { "X-A": "1", "x-a": "2", "Content-Type": "a/b" };
  const body = new Blob(["x"], { type: "c/d" });
  await (await http.fetch("/1.0", { method: "PUT", headers, body })).text();
  assertEquals(head!.match(/^(x-a|content-type): .*$/gim), ["x-a: 2", "content-type: a/b"]);
  http.close();
});

Deno.test("a connection is kept only after a whole answer that lets it stand", async () => {
  const once = [
    `${OK}content-length: 2\r\nconnection: close\r\n\r\nhi`,
    "HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nhi",
    `${HI}and more than was asked for`,
  ];
  for (const answer of once) {
    const { http, dialled } = clientOf(always(answer));
    for (let times = 2; times > 0; times--) await (await http.fetch("/1.0")).text();
    assertEquals(dialled(), 2, answer);
    http.close();
  }
  const { http, dialled } = clientOf(
    always(`${OK}content-length: 90000\r\n\r\n${"x".repeat(90000)}`),
  );
  for (let times = 2; times > 0; times--) await (await http.fetch("/1.0")).body!.cancel();
  assertEquals(dialled(), 2);
  http.close();
});

Deno.test("no more than 32 connections are kept, and closing ends them", async () => {
  let ended = 0;
  const { http, dialled } = clientOf(async (peer) => {
    while (await peer.head() !== undefined) await peer.answer(HI);
    ended++;
  });
  const all = async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => http.fetch("/1.0")));
    for (const answer of answers) assertEquals(await answer.text(), "hi");
  };
  await all();
  assertEquals(dialled(), 40);
  await all();
  assertEquals(dialled(), 48);
  http.close();
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(ended, 48);
});
