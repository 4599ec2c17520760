/** Bodies on their way over HTTP/1.1, in both directions, against a server that is written by hand. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { deferred } from "../../../src/core/deferred.ts";
import { readFilling } from "../../kit/filling.ts";
import { always, clientOf, type Peer } from "./http_peer.ts";

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi";
const LARGE = 200_000;

/** A client of a server that reads each request to its end; `heads` and `bodies` are what it read. */
function recording(step?: number) {
  const heads: string[] = [];
  const bodies: (string | undefined)[] = [];
  const { http } = clientOf(async (peer) => {
    for (let head; (head = await peer.head()) !== undefined;) {
      heads.push(head);
      bodies.push(await peer.body(head));
      await peer.answer(OK);
    }
  }, { step });
  return { http, heads, bodies };
}

/** A stream that can fill a buffer of its reader's. */
function byteStream(text: string): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new Response(text).body!;
}

const form = new FormData();
form.set("a", "b");

const sources: Record<string, [make: () => BodyInit | null, framing: RegExp, body: RegExp]> = {
  "nothing": [() => null, /\r\ncontent-length: 0\r\n/, /^$/],
  "text": [() => "tä", /\r\ncontent-length: 3\r\n/, /^t\xc3\xa4$/],
  "bytes": [() => new Uint8Array([104, 105]), /\r\ncontent-length: 2\r\n/, /^hi$/],
  "many bytes": [
    () => new Uint8Array(LARGE).fill(97),
    /\r\ncontent-length: 200000\r\n/,
    /^a{200000}$/,
  ],
  "a Blob": [() => new Blob(["a".repeat(LARGE)]), /\r\ncontent-length: 200000\r\n/, /^a{200000}$/],
  "a form": [
    () => form,
    /\r\ncontent-type: multipart\/form-data; boundary=/,
    /name="a"\r\n\r\nb\r\n/,
  ],
  "a stream": [
    () =>
      ReadableStream.from([new Uint8Array(LARGE).fill(97), new Uint8Array(), new Uint8Array([98])]),
    /\r\ntransfer-encoding: chunked\r\n/,
    /^a{200000}b$/,
  ],
  "a stream of bytes": [
    () => byteStream("a".repeat(LARGE)),
    /\r\ntransfer-encoding: chunked\r\n/,
    /^a{200000}$/,
  ],
  "an empty stream": [() => byteStream(""), /\r\ntransfer-encoding: chunked\r\n/, /^$/],
};
for (const [what, [make, framing, body]] of Object.entries(sources)) {
  for (const step of [1000, undefined]) {
    Deno.test(`${what} arrives whole, ${step ?? "all"} bytes at a time`, async () => {
      const { http, heads, bodies } = recording(step);
      for (let times = 2; times > 0; times--) {
        const response = await http.fetch("/1.0", { method: "POST", body: make() });
        assertEquals(await response.text(), "hi");
      }
      for (const head of heads) assert(framing.test(head), head);
      for (const it of bodies) assert(body.test(it ?? "cut"), it?.slice(0, 100));
      http.close();
    });
  }
}

Deno.test("what was sent of a stream is told as it goes", async () => {
  const { http } = recording();
  const told: number[] = [];
  const body = new Blob(["a".repeat(4 * LARGE)]);
  await http.fetch("/1.0", { method: "POST", body, onSent: (bytes) => told.push(bytes) });
  assertEquals(told, told.toSorted((a, b) => a - b));
  assertEquals([told.length > 1, told.at(-1)], [true, 4 * LARGE]);
  http.close();
});

Deno.test("a stream that breaks rejects with its own error, and its end is never told", async () => {
  const { http, bodies } = recording();
  const mine = new Error("the disk is gone");
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new Uint8Array([1])),
    pull: (controller) => controller.error(mine),
  });
  assertEquals(await assertRejects(() => http.fetch("/1.0", { method: "POST", body })), mine);
  await settled();
  assertEquals(bodies, [undefined]);
  http.close();
});

Deno.test("a stream of anything but bytes is a TypeError", async () => {
  const { http } = recording();
  const body = ReadableStream.from(["text"]) as ReadableStream;
  await assertRejects(() => http.fetch("/1.0", { method: "POST", body }), TypeError, "Uint8Array");
  http.close();
});

/** A stream that never ends, and a promise of its being cancelled. */
function endless() {
  const cancelled = deferred<void>();
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(1000)),
    cancel: () => cancelled.resolve(),
  });
  return { body, cancelled: cancelled.promise };
}

Deno.test("a stream is cancelled when the server refuses it unread", async () => {
  const refusal = "HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno";
  const { http } = clientOf(async (peer) => {
    await peer.head();
    await peer.answer(refusal);
  }, { capacity: 5000 });
  const { body, cancelled } = endless();
  const response = await http.fetch("/1.0", { method: "POST", body });
  assertEquals([response.status, await response.text()], [413, "no"]);
  await cancelled;
  http.close();
});

Deno.test("a server that refuses and hangs up is heard", async () => {
  const refusal = "HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno";
  const { http } = clientOf(async (peer) => {
    await peer.head();
    await peer.answer(refusal);
    peer.connection.close();
  }, { capacity: 5000 });
  const { body, cancelled } = endless();
  const response = await http.fetch("/1.0", { method: "POST", body });
  assertEquals([response.status, await response.text()], [413, "no"]);
  await cancelled;
  http.close();
});

Deno.test("a stream is cancelled when the signal ends its sending", async () => {
  const { http } = clientOf(async (peer: Peer) => void await peer.head(), { capacity: 5000 });
  const stop = new AbortController();
  const { body, cancelled } = endless();
  const sent = http.fetch("/1.0", { method: "POST", body, signal: stop.signal });
  await settled();
  stop.abort("enough");
  assertEquals(await sent.catch((error) => error), "enough");
  await cancelled;
  http.close();
});

Deno.test("a signal ends a request whenever it comes, and its stream", async () => {
  const wait = async (turns: number) => {
    for (; turns > 0; turns--) await Promise.resolve();
  };
  for (let turns = 0; turns < 30; turns++) {
    const { http } = clientOf(async (peer: Peer) => {
      await peer.head();
      await wait(100);
      await peer.answer("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    });
    const stop = new AbortController();
    const { body, cancelled } = endless();
    const sent = http.fetch("/1.0", { method: "POST", body, signal: stop.signal });
    await wait(turns);
    stop.abort("enough");
    assertEquals(await sent.catch((error) => error), "enough", `after ${turns} turns`);
    await cancelled;
    http.close();
  }
});

Deno.test("a stream that gives nothing does not outlive the signal", async () => {
  const { http } = recording();
  const stop = new AbortController();
  const cancelled = deferred<void>();
  const body = new ReadableStream<Uint8Array>({ cancel: () => cancelled.resolve() });
  const sent = http.fetch("/1.0", { method: "POST", body, signal: stop.signal });
  await settled();
  stop.abort("enough");
  assertEquals(await sent.catch((error) => error), "enough");
  await cancelled.promise;
  http.close();
});

const HEAD = `HTTP/1.1 200 OK\r\ncontent-length: ${LARGE}\r\n\r\n`;

Deno.test("a body fills the buffer of its reader, as a stream and without", async () => {
  const { http, dialled } = clientOf(always(HEAD + "a".repeat(LARGE)));
  for (const way of ["body", "filling"] as const) {
    const response = await http.fetch("/1.0");
    let length = 0;
    const filled = await readFilling(response[way]!, 5000, (bytes) => {
      assert(bytes.every((it) => it === 97));
      length += bytes.length;
    });
    assertEquals([filled, length], [true, LARGE]);
  }
  assertEquals(dialled(), 1);
  http.close();
});

Deno.test("a read into a buffer ends with the body that is given up, cut or aborted", async () => {
  const stop = new AbortController();
  const ends: [end: (peer: Peer) => void, error: string][] = [
    [(peer) => peer.connection.close(), "the connection ended within the body"],
    [() => stop.abort(new Error("enough")), "enough"],
  ];
  for (const [end, message] of ends) {
    const { http } = clientOf(async (peer) => {
      await peer.head();
      await peer.answer(`${HEAD}a`);
      await settled();
      end(peer);
    });
    const { filling } = await http.fetch("/1.0", { signal: stop.signal });
    assertEquals((await filling!.read(new Uint8Array(9))).value!.length, 1);
    await assertRejects(() => filling!.read(new Uint8Array(9)), Error, message);
    http.close();
  }
  const { http, dialled } = clientOf(always(`${HEAD}a`));
  const { filling } = await http.fetch("/1.0");
  await filling!.read(new Uint8Array(9));
  const reading = filling!.read(new Uint8Array(9)).then(({ done }) => done, () => true);
  await filling!.cancel();
  assert(await reading);
  await (await http.fetch("/1.0")).filling!.cancel();
  assertEquals(dialled(), 2);
  http.close();
});

Deno.test("a connection is in use once at a time, however bodies are read", async () => {
  const { http, dialled } = clientOf(always(`HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc`));
  for (let times = 20; times > 0; times--) {
    await Promise.all(Array.from({ length: 5 }, async (_, turn) => {
      const { body } = await http.fetch("/1.0");
      // With two reads at once, and with a buffer that the end never fills.
      const reader = turn % 2 ? body!.getReader({ mode: "byob" }) : body!.getReader();
      const reads = [reader.read(new Uint8Array(8)), reader.read(new Uint8Array(8))];
      const [first, second] = await Promise.all(reads);
      assertEquals([first!.value!.length, second!.done], [3, true]);
    }));
  }
  assertEquals(dialled(), 5);
  http.close();
});

Deno.test("a body that nobody reads makes the server wait", async () => {
  let sent = 0;
  const { http } = clientOf(async (peer) => {
    await peer.head();
    await peer.answer("HTTP/1.1 200 OK\r\n\r\n");
    for (; sent < 10_000_000; sent += 1000) await peer.answer("x".repeat(1000));
    peer.connection.close();
  }, { capacity: 5000 });
  const { body } = await http.fetch("/1.0");
  await settled();
  assert(sent < 100_000, `${sent} bytes were taken`);
  await body!.cancel();
  http.close();
});

Deno.test("a signal ends the reading of a body with its own reason, read or not", async () => {
  for (const read of [true, false]) {
    const { http } = clientOf(async (peer) => {
      await peer.head();
      await peer.answer(`${HEAD}a`);
    });
    const stop = new AbortController();
    const { body } = await http.fetch("/1.0", { signal: stop.signal });
    const reader = body!.getReader();
    if (read) await reader.read();
    const next = read ? reader.read() : undefined;
    stop.abort("enough");
    assertEquals(await (next ?? reader.read()).catch((error) => error), "enough");
    http.close();
  }
});

Deno.test("a signal ends the wait for the rest of an answer in JSON with its own reason", async () => {
  const json = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{";
  const { http } = clientOf(async (peer) => {
    await peer.head();
    await peer.answer(json);
    await peer.head();
  });
  const stop = new AbortController();
  const answered = (async () => {
    const response = await http.fetch("/1.0", { signal: stop.signal });
    return await response.text();
  })();
  await settled();
  stop.abort("enough");
  assertEquals(await answered.catch((error) => error), "enough");
  http.close();
});

Deno.test("closing the client ends what is under way", async () => {
  const { http } = clientOf(async (peer) => {
    await peer.head();
    await peer.answer(`${HEAD}a`);
    await peer.head();
  });
  const { body } = await http.fetch("/1.0");
  const reading = new Response(body).text();
  http.close();
  await assertRejects(() => reading);
});

/** Lets all that is due happen. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

for (const how of ["is aborted", "has a body that fails"]) {
  Deno.test(`what changes something and ${how} ends when the server is done with it`, async () => {
    const reason = new RangeError("enough");
    const stop = new AbortController();
    let breakOff = () => stop.abort(reason);
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new Uint8Array(1000));
        if (how !== "is aborted") breakOff = () => controller.error(reason);
      },
    });
    let done = false;
    const { http } = clientOf(async (peer) => {
      await peer.head();
      breakOff();
      while (await peer.take(1) !== undefined);
      await new Promise((resolve) => setTimeout(resolve, 20));
      done = true;
      await peer.answer("HTTP/1.1 400 No\r\ncontent-length: 0\r\n\r\n");
    });
    const calling = http.fetch("/1.0", { method: "PUT", body, signal: stop.signal });
    assertEquals(await assertRejects(() => calling), reason);
    assert(done);
    http.close();
  });
}
