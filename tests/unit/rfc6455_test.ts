/** How the WebSocket codec reads, against a peer that is written by hand. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Rfc6455Channel } from "../../src/connectors/websocket/rfc6455.ts";
import type { RawConnection } from "../../src/connectors/raw/connection.ts";
import { ProtocolError } from "../../src/errors.ts";
import { memoryPair, type PairOptions } from "./connectors/memory_pair.ts";
import {
  closeBody,
  frame,
  type FrameOptions,
  join,
  pattern,
  readFrame,
  send,
  sendMany,
  settle,
} from "./connectors/peer.ts";

const TEXT = 1, BINARY = 2, CONTINUATION = 0, CLOSE = 8, PING = 9, PONG = 10;

function open(
  options: PairOptions & { maxMessageSize?: number; answerPings?: boolean } = {},
): { channel: Rfc6455Channel; peer: RawConnection } {
  const [near, peer] = memoryPair(options);
  const { maxMessageSize, answerPings } = options;
  const channel = new Rfc6455Channel(near, { address: "unix:/x", maxMessageSize, answerPings });
  return { channel, peer };
}

/** All messages up to the end of the channel. */
function messages(channel: Rfc6455Channel) {
  return Array.fromAsync(channel.readable);
}

/** What the channel gives for these bytes and the end of the connection after them. */
async function read(bytes: Uint8Array[], options?: PairOptions) {
  const { channel, peer } = open(options);
  const sent = send(peer, ...bytes).then(() => peer.close(), () => {});
  const got = await messages(channel);
  await sent;
  return { got, closed: await channel.closed };
}

Deno.test("text and binary messages stay apart, and empty ones are messages too", async () => {
  const { got } = await read([
    frame(TEXT, "hé"),
    frame(BINARY, "hi"),
    frame(TEXT),
    frame(BINARY),
  ]);
  assertEquals(got, ["hé", new TextEncoder().encode("hi"), "", new Uint8Array()]);
});

Deno.test("a byte order mark is part of a text message", async () => {
  assertEquals((await read([frame(TEXT, "\uFEFFx")])).got, ["\uFEFFx"]);
});

Deno.test("every form of the length is read, at its edges", async () => {
  for (const length of [0, 1, 125, 126, 127, 65535, 65536, 200_000]) {
    const { got } = await read([frame(BINARY, pattern(length)), frame(TEXT, "end")]);
    assertEquals(got, [pattern(length), "end"]);
  }
  for (const lengthBits of [16, 64] as const) {
    assertEquals((await read([frame(TEXT, "short", { lengthBits })])).got, ["short"]);
  }
});

Deno.test("messages are the same however the bytes are cut", async () => {
  const bytes = [
    frame(TEXT, "one"),
    frame(BINARY, pattern(300), { fin: false }),
    frame(PING, "p"),
    frame(CONTINUATION, pattern(70_000), { fin: false }),
    frame(CONTINUATION),
    frame(TEXT, "é", { lengthBits: 64 }),
    frame(CLOSE, closeBody(1000, "bye")),
  ];
  const wanted = ["one", join([pattern(300), pattern(70_000)]), "é"];
  for (const step of [1, 2, 3, 7, 4096, 65537, 131072, Infinity]) {
    const { got, closed } = await read(bytes, { step });
    assertEquals(got, wanted, `step ${step}`);
    assertEquals(closed, { code: 1000, reason: "bye" });
  }
});

Deno.test("a text cut inside a character is put together before it is decoded", async () => {
  const [first, second] = [new Uint8Array([0xc3]), new Uint8Array([0xa9])];
  const { got } = await read([frame(TEXT, first, { fin: false }), frame(CONTINUATION, second)]);
  assertEquals(got, ["é"]);
});

Deno.test("many frames that come at once are many messages", async () => {
  const frames = Array.from({ length: 5000 }, (_, index) => frame(TEXT, `message ${index}`));
  const { got } = await read([join(frames)]);
  assertEquals(got.length, 5000);
  assertEquals(got.at(-1), "message 4999");
});

Deno.test("messages that came with a frame that is none are read before it fails", async () => {
  const { channel, peer } = open();
  await send(peer, frame(TEXT, "one"), frame(TEXT, "two"), frame(TEXT, "bad", { reserved: 0x40 }));
  await new Promise((resolve) => setTimeout(resolve, 0));
  const reader = channel.readable.getReader();
  assertEquals((await reader.read()).value, "one");
  assertEquals((await reader.read()).value, "two");
  await assertRejects(() => reader.read(), ProtocolError, "reserved");
  assertEquals((await channel.closed).code, 1002);
  peer.close();
});

Deno.test("messages do not share memory with each other or with what is read later", async () => {
  const { got } = await read([frame(BINARY, pattern(10)), frame(BINARY, pattern(10))]);
  const [first, second] = got as Uint8Array[];
  first!.fill(0);
  assertEquals(second, pattern(10));
  assertEquals(second!.buffer.byteLength, 10);
});

Deno.test("a ping is answered with its payload while nobody reads", async () => {
  const { channel, peer } = open();
  const before = channel.lastHeard;
  await send(peer, frame(PING, "keepalive"), frame(PONG, "unasked"), frame(PING));
  const pongs = [await readFrame(peer), await readFrame(peer)];
  assertEquals(pongs.map((it) => it?.opcode), [PONG, PONG]);
  assertEquals(new TextDecoder().decode(pongs[0]!.payload), "keepalive");
  assert(pongs[0]!.masked);
  assert(channel.lastHeard >= before);
  await channel.heard;
  channel.close();
});

Deno.test("a ping is not answered where the server does not read", async () => {
  const { channel, peer } = open({ answerPings: false });
  await send(peer, frame(PING, "keepalive"), frame(TEXT, "after"));
  assertEquals((await channel.readable.getReader().read()).value, "after");
  channel.close();
  assertEquals((await readFrame(peer))?.opcode, CLOSE, "nothing before the close");
});

Deno.test("the end of the connection ends the messages and tells its code", async () => {
  const whole = frame(TEXT, "whole");
  const cases: [Uint8Array[], number, string][] = [
    [[frame(CLOSE, closeBody(1000, "done"))], 1000, "done"],
    [[frame(CLOSE, closeBody(4321))], 4321, ""],
    [[frame(CLOSE)], 1005, ""],
    [[], 1006, ""],
    [[frame(BINARY, pattern(500)).subarray(0, 100)], 1006, ""],
    [[frame(BINARY, pattern(500)).subarray(0, 3)], 1006, ""],
    [[frame(TEXT, "half", { fin: false })], 1006, ""],
  ];
  for (const [bytes, code, reason] of cases) {
    const { got, closed } = await read([whole, ...bytes]);
    assertEquals(got, ["whole"]);
    assertEquals(closed, { code, reason });
  }
});

Deno.test("a connection that is reset ends the messages as well", async () => {
  const reset: RawConnection = {
    read: () => Promise.reject(new Error("Connection reset by peer (os error 104)")),
    write: (bytes) => Promise.resolve(bytes.length),
    closeWrite: () => Promise.resolve(),
    close: () => {},
  };
  await using channel = new Rfc6455Channel(reset, { address: "unix:/x" });
  assertEquals(await messages(channel), []);
  assertEquals(await channel.closed, { code: 1006, reason: "" });
});

Deno.test("nothing after a close frame is a message", async () => {
  const { got } = await read([frame(CLOSE, closeBody(1000)), frame(TEXT, "late")]);
  assertEquals(got, []);
});

Deno.test("a close frame is answered with the same code, and the connection ends", async () => {
  const { channel, peer } = open();
  await send(peer, frame(CLOSE, closeBody(1001, "restart")));
  const answer = await readFrame(peer);
  assertEquals([answer?.opcode, answer?.payload], [CLOSE, closeBody(1001, "restart")]);
  assertEquals(await readFrame(peer), undefined);
  assertEquals(await messages(channel), []);
  assertEquals(await channel.closed, { code: 1001, reason: "restart" });
});

const invalid = new Uint8Array([0xff]);
const violations: [string, Uint8Array[], number, string][] = [
  ["a reserved bit", [frame(TEXT, "x", { reserved: 0x40 })], 1002, "reserved bit"],
  ["an unknown data frame", [frame(3, "x")], 1002, "unknown opcode 3"],
  ["an unknown control frame", [frame(11)], 1002, "unknown opcode 11"],
  ["a masked frame", [frame(TEXT, "x", { masked: true })], 1002, "masked"],
  ["a fragmented ping", [frame(PING, "x", { fin: false })], 1002, "fragmented"],
  ["a long ping", [frame(PING, pattern(126))], 1002, "longer than 125"],
  ["a continuation of nothing", [frame(CONTINUATION, "x")], 1002, "continues no message"],
  [
    "a message inside a message",
    [
      frame(TEXT, "x", { fin: false }),
      frame(TEXT, "y"),
    ],
    1002,
    "before the last one ended",
  ],
  ["a text that is not UTF-8", [frame(TEXT, invalid)], 1007, "not UTF-8"],
  ["a close frame of one byte", [frame(CLOSE, "x")], 1002, "half a code"],
  ["a close frame with code 1006", [frame(CLOSE, closeBody(1006))], 1002, "code 1006"],
  ["a close frame with code 999", [frame(CLOSE, closeBody(999))], 1002, "code 999"],
  [
    "a close reason that is not UTF-8",
    [
      frame(CLOSE, join([closeBody(1000), invalid])),
    ],
    1007,
    "not UTF-8",
  ],
  ["a negative length", [frame(BINARY, "", { statedLength: 1n << 63n })], 1002, "negative"],
  ["a length beyond all limits", [frame(BINARY, "", { statedLength: 1n << 60n })], 1009, "limit"],
  ["an answer in HTTP", [new TextEncoder().encode("HTTP/1.1 500 Oops\r\n\r\n")], 1002, "reserved"],
];

for (const [what, bytes, code, words] of violations) {
  Deno.test(`${what} is a ProtocolError, and the server is told`, async () => {
    const { channel, peer } = open();
    await send(peer, frame(TEXT, "before"), ...bytes);
    const reader = channel.readable.getReader();
    assertEquals((await reader.read()).value, "before");
    const error = await assertRejects(() => reader.read(), ProtocolError, words);
    assert(error.message.startsWith("Cannot read from unix:/x: "));
    assertEquals((await channel.closed).code, code);
    const answer = await readFrame(peer);
    assertEquals([answer?.opcode, answer?.payload.subarray(0, 2)], [CLOSE, closeBody(code)]);
    assertEquals(await readFrame(peer), undefined);
  });
}

Deno.test("a message of just the limit passes, one byte more does not, in parts neither", async () => {
  const fragments = (...sizes: number[]) =>
    sizes.map((size, index) => {
      const options: FrameOptions = { fin: index === sizes.length - 1 };
      return frame(index === 0 ? BINARY : CONTINUATION, pattern(size), options);
    });
  for (
    const [bytes, passes] of [
      [fragments(1000), true],
      [fragments(1001), false],
      [fragments(500, 500), true],
      [fragments(500, 400, 101), false],
    ] as const
  ) {
    const { channel, peer } = open({ maxMessageSize: 1000 });
    await send(peer, ...bytes);
    const reader = channel.readable.getReader();
    if (passes) assertEquals(((await reader.read()).value as Uint8Array).length, 1000);
    else await assertRejects(() => reader.read(), ProtocolError, "the limit of 1000 bytes");
    channel.close();
  }
});

Deno.test("random bytes end in a message, an end or a ProtocolError, never in a hang", async () => {
  for (let round = 0; round < 300; round++) {
    const bytes = crypto.getRandomValues(new Uint8Array(1 + round));
    const { channel, peer } = open();
    const sent = send(peer, bytes).then(() => peer.close(), () => {});
    try {
      await messages(channel);
    } catch (error) {
      assert(error instanceof ProtocolError, String(error));
    }
    await sent;
    await channel.closed;
  }
});

Deno.test("a slow consumer makes the server wait", async () => {
  const { channel, peer } = open({ capacity: 64 * 1024 });
  const message = frame(BINARY, pattern(32 * 1024));
  const sent = sendMany(peer, message, 100);
  const closed = sent.done.then(() => peer.close());
  await settle();
  const ahead = sent.taken * 32;
  // The connection holds 64 KiB, the codec 256 KiB, and the consumer has one message in hand.
  assert(ahead <= 64 + 256 + 32 + 32, `${ahead} KiB were taken ahead`);
  let got = 0;
  for await (const _ of channel.readable) got++;
  await closed;
  assertEquals(got, 100);
});

Deno.test("a consumer that stops reading closes the connection", async () => {
  const { channel, peer } = open();
  await send(peer, frame(TEXT, "one"), frame(TEXT, "two"));
  for await (const _ of channel.readable) break;
  assertEquals(await channel.closed, { code: 1000, reason: "" });
  const answer = await readFrame(peer);
  assertEquals([answer?.opcode, await readFrame(peer)], [CLOSE, undefined]);
});
