/** How the WebSocket codec gives the content of messages where it lies. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Rfc6455Channel } from "../../src/connectors/websocket/rfc6455.ts";
import type { RawConnection } from "../../src/connectors/raw/connection.ts";
import { ProtocolError } from "../../src/errors.ts";
import { takeContent } from "./connectors/content.ts";
import { memoryPair, type PairOptions } from "./connectors/memory_pair.ts";
import {
  closeBody,
  frame,
  join,
  pattern,
  readFrame,
  send,
  sendMany,
  settle,
} from "./connectors/peer.ts";

const TEXT = 1, BINARY = 2, CONTINUATION = 0, CLOSE = 8, PING = 9, PONG = 10;

function open(options?: PairOptions): { channel: Rfc6455Channel; peer: RawConnection } {
  const [near, peer] = memoryPair(options);
  return { channel: new Rfc6455Channel(near, { address: "unix:/x" }), peer };
}

/** All content up to the end, taken in pieces of `most` bytes; texts apart. */
async function take(channel: Rfc6455Channel, most?: number) {
  const pieces: Uint8Array[] = [];
  const texts: string[] = [];
  for await (const content of takeContent(channel, most)) {
    if (typeof content === "string") texts.push(content);
    else pieces.push(content);
  }
  return { all: join(pieces), texts };
}

Deno.test("the content is the same however it is cut and taken", async () => {
  const sent = [
    frame(BINARY, pattern(300), { fin: false }),
    frame(PING, "p"),
    frame(CONTINUATION, "", { fin: false }),
    frame(CONTINUATION, pattern(20_000)),
    frame(BINARY),
    frame(TEXT, "é", { fin: false }),
    frame(PING),
    frame(CONTINUATION, "!"),
    frame(TEXT),
    frame(BINARY, pattern(9)),
    frame(CLOSE, closeBody(1000, "bye")),
  ];
  const wanted = { all: join([pattern(300), pattern(20_000), pattern(9)]), texts: ["é!", ""] };
  for (const step of [1, 4096, Infinity]) {
    for (const most of [99, Infinity]) {
      const { channel, peer } = open({ step });
      const sending = send(peer, ...sent);
      assertEquals(await take(channel, most), wanted, `steps of ${step}, pieces of ${most}`);
      assertEquals(await channel.closed, { code: 1000, reason: "bye" });
      await sending;
      peer.close();
    }
  }
});

Deno.test("what is not taken is given again, and nothing behind it is read", async () => {
  const { channel, peer } = open({ capacity: 64 * 1024 });
  const message = frame(BINARY, pattern(32 * 1024));
  const sent = sendMany(peer, message, 100);
  const closed = sent.done.then(() => peer.close());
  const first = await channel.bytes.peek();
  assertEquals(await channel.bytes.peek(), first);
  await settle();
  assert(sent.taken * 32 <= 64 + 256 + 32, `${sent.taken * 32} KiB were taken ahead`);
  assertEquals((await take(channel)).all.length, 100 * 32 * 1024);
  await closed;
});

Deno.test("pings are answered while nobody takes anything, and up to the content", async () => {
  const { channel, peer } = open();
  await send(peer, frame(PING, "one"), frame(BINARY, "content"));
  assertEquals((await readFrame(peer))?.opcode, PONG);
  assertEquals((await channel.bytes.peek())?.length, 7);
  channel.close();
  peer.close();
});

Deno.test("content comes before the failure that follows it, which stays", async () => {
  const { channel, peer } = open();
  await send(peer, frame(BINARY, "content"), frame(TEXT, "bad", { reserved: 0x40 }));
  assertEquals((await channel.bytes.peek())?.length, 7);
  channel.bytes.skip(7);
  for (let times = 2; times > 0; times--) {
    await assertRejects(() => channel.bytes.peek(), ProtocolError, "reserved");
  }
  assertEquals((await channel.closed).code, 1002);
  peer.close();
});

Deno.test("a text that is not UTF-8 is a failure", async () => {
  const { channel, peer } = open();
  await send(peer, frame(TEXT, new Uint8Array([0xff])));
  await assertRejects(() => channel.bytes.peek(), ProtocolError, "not UTF-8");
  assertEquals((await channel.closed).code, 1007);
  peer.close();
});

Deno.test("a connection that is lost in the midst of content has no more of it", async () => {
  const { channel, peer } = open();
  await send(peer, frame(BINARY, pattern(500)).subarray(0, 104));
  peer.close();
  assertEquals((await take(channel)).all, pattern(500).subarray(0, 100));
  assertEquals(await channel.closed, { code: 1006, reason: "" });
});

Deno.test("a channel that is closed while somebody waits for content has ended", async () => {
  const { channel, peer } = open();
  const waiting = channel.bytes.peek();
  channel.close();
  assertEquals(await waiting, undefined);
  assertEquals(await channel.bytes.peek(), undefined);
  peer.close();
});
