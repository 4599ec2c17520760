/** How the WebSocket codec writes and closes, against a peer that is written by hand. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Rfc6455Channel } from "../../src/connectors/websocket/rfc6455.ts";
import type { RawConnection } from "../../src/connectors/raw/connection.ts";
import { ConnectionError } from "../../src/errors.ts";
import { memoryPair, type PairOptions } from "./connectors/memory_pair.ts";
import { closeBody, frame, pattern, readFrame, send } from "./connectors/peer.ts";

const TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10;

function open(options?: PairOptions): { channel: Rfc6455Channel; peer: RawConnection } {
  const [near, peer] = memoryPair(options);
  return { channel: new Rfc6455Channel(near, { address: "unix:/x" }), peer };
}

/** Lets everything run that can run without this test. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("messages of every length arrive as they were, masked, one frame each", async () => {
  const { channel, peer } = open();
  const writer = channel.writable.getWriter();
  for (const length of [0, 1, 2, 3, 5, 125, 126, 65535, 65536, 65537, 131_075, 300_001]) {
    const sent = pattern(length);
    const [got] = await Promise.all([readFrame(peer), writer.write(sent)]);
    assertEquals([got?.first, got?.masked], [0x80 | BINARY, true]);
    assertEquals(got?.payload, pattern(length));
    assertEquals(sent, pattern(length), "what the caller gave is left as it was");
  }
  channel.close();
});

Deno.test("a string is a text message, and a view is sent without its surroundings", async () => {
  const { channel, peer } = open();
  const writer = channel.writable.getWriter();
  await writer.write("hé");
  await writer.write("");
  await writer.write(pattern(100).subarray(33, 36));
  const frames = [await readFrame(peer), await readFrame(peer), await readFrame(peer)];
  assertEquals(frames.map((it) => it?.opcode), [TEXT, TEXT, BINARY]);
  assertEquals(new TextDecoder().decode(frames[0]!.payload), "hé");
  assertEquals(frames[1]!.payload.length, 0);
  assertEquals(frames[2]!.payload, pattern(100).subarray(33, 36));
  channel.close();
});

Deno.test("each frame has a mask of its own", async () => {
  const { channel, peer } = open();
  const writer = channel.writable.getWriter();
  const keys = new Set<string>();
  for (let i = 0; i < 20; i++) {
    await writer.write("x");
    keys.add((await readFrame(peer))!.key);
  }
  assert(keys.size > 15);
  channel.close();
});

Deno.test("what is neither a string nor bytes is refused", async () => {
  const { channel } = open();
  const writer = channel.writable.getWriter();
  const wrong = { length: 3 } as unknown as string;
  await assertRejects(() => writer.write(wrong), TypeError, "neither a string nor a Uint8Array");
  channel.close();
});

Deno.test("writes that are not awaited keep their order", async () => {
  const { channel, peer } = open({ capacity: 1000, step: 333 });
  const writer = channel.writable.getWriter();
  const writes = Array.from({ length: 50 }, (_, index) => writer.write(`${index}`.repeat(100)));
  for (let index = 0; index < 50; index++) {
    const got = await readFrame(peer);
    assertEquals(new TextDecoder().decode(got?.payload), `${index}`.repeat(100));
  }
  await Promise.all(writes);
  channel.close();
});

Deno.test("a write resolves only once the connection took the message", async () => {
  const { channel, peer } = open({ capacity: 1000 });
  let taken = false;
  const written = channel.writable.getWriter().write(pattern(5000)).then(() => taken = true);
  await settle();
  assertEquals(taken, false);
  assertEquals((await readFrame(peer))?.payload, pattern(5000));
  await written;
  channel.close();
});

Deno.test("a pong waits for the message that is being written", async () => {
  const { channel, peer } = open({ capacity: 1000 });
  const written = channel.writable.getWriter().write(pattern(100_000));
  await send(peer, frame(PING, "first"), frame(PING, "second"), frame(TEXT, "hi"));
  const reader = channel.readable.getReader();
  assertEquals((await reader.read()).value, "hi", "a pong that waits does not hold up reading");
  assertEquals((await readFrame(peer))?.payload, pattern(100_000));
  const pong = await readFrame(peer);
  assertEquals(pong?.opcode, PONG);
  assertEquals(new TextDecoder().decode(pong?.payload), "second", "only the last ping counts");
  await written;
  channel.close();
});

Deno.test("close sends its code and reason, and ends the connection without waiting", async () => {
  const { channel, peer } = open();
  const reader = channel.readable.getReader();
  channel.close(4000, "enough");
  assertEquals((await reader.read()).done, true);
  assertEquals(await channel.closed, { code: 4000, reason: "enough" });
  assertEquals((await readFrame(peer))?.payload, closeBody(4000, "enough"));
  assertEquals(await readFrame(peer), undefined);
  channel.close();
});

Deno.test("close refuses the codes and reasons that a caller may not send", () => {
  const { channel } = open();
  for (const code of [0, 999, 1001, 1005, 1006, 2999, 5000, 1000.5]) {
    assertThrows(() => channel.close(code), TypeError, `Cannot close with code ${code}`);
  }
  assertThrows(() => channel.close(1000, "é".repeat(62)), TypeError, "longer than 123 bytes");
  channel.close(1000, "x".repeat(123));
});

Deno.test("close ends a connection that takes no more bytes", async () => {
  const { channel, peer } = open({ capacity: 10 });
  const write = channel.writable.getWriter().write(pattern(5000));
  const failed = assertRejects(() => write, ConnectionError, "the connection has ended");
  await settle();
  channel.close();
  assertEquals((await channel.closed).code, 1000);
  await failed;
  await assertRejects(() => peer.write(new Uint8Array(1)));

  const idle = open({ capacity: 1 });
  idle.channel.close();
  assertEquals((await idle.channel.closed).code, 1000);
});

Deno.test("leaving the scope ends the connection", async () => {
  const { channel, peer } = open();
  {
    await using _ = channel;
  }
  assertEquals((await readFrame(peer))?.opcode, CLOSE);
  assertEquals(await readFrame(peer), undefined);
});

Deno.test("closing the writable sends a close frame and goes on reading", async () => {
  const { channel, peer } = open();
  const writer = channel.writable.getWriter();
  writer.write("last");
  await writer.close();
  assertEquals((await readFrame(peer))?.opcode, TEXT);
  assertEquals((await readFrame(peer))?.payload, closeBody(1000));
  await send(peer, frame(TEXT, "still here"), frame(CLOSE, closeBody(1000, "bye")));
  assertEquals(await Array.fromAsync(channel.readable), ["still here"]);
  assertEquals(await channel.closed, { code: 1000, reason: "bye" });
  assertEquals(await readFrame(peer), undefined, "the close frame is sent once");
});

Deno.test("aborting the writable ends the connection, also in the midst of a write", async () => {
  const { channel, peer } = open({ capacity: 10 });
  const writer = channel.writable.getWriter();
  const failed = assertRejects(() => writer.write(pattern(5000)));
  await settle();
  const aborted = writer.abort(new Error("no more"));
  assertEquals((await channel.closed).code, 1000);
  await Promise.all([aborted, failed]);
  await assertRejects(() => peer.write(new Uint8Array(1)));
});

Deno.test("after the server went writes fail, and nothing else does", async () => {
  const { channel, peer } = open();
  const writer = channel.writable.getWriter();
  await writer.write("one");
  peer.close();
  assertEquals(await channel.closed, { code: 1006, reason: "" });
  const error = await assertRejects(() => writer.write("two"), ConnectionError);
  assertEquals([error.reason, error.address], ["lost", "unix:/x"]);
  // An unhandled rejection of `writer.closed` or of a pong would fail this test.
  await settle();
});

Deno.test("a server that goes in the midst of a write and of pongs rejects the write alone", async () => {
  const { channel, peer } = open({ capacity: 100 });
  const write = channel.writable.getWriter().write(pattern(5000));
  await send(peer, frame(PING, "x"));
  await settle();
  peer.close();
  await assertRejects(() => write, ConnectionError, "the connection has ended");
  assertEquals((await channel.closed).code, 1006);
  await settle();
});
