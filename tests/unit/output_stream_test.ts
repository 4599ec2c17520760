/** How the output of a process is read: into buffers, in pieces, in part. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Rfc6455Channel } from "../../src/connectors/websocket/rfc6455.ts";
import { outputStream } from "../../src/resources/instances/process_streams.ts";
import { readFilling } from "../kit/filling.ts";
import { memoryPair } from "./connectors/memory_pair.ts";
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

const TEXT = 1, BINARY = 2, CLOSE = 8;
const MESSAGE = pattern(32 * 1024);
const COUNT = 20;
const WHOLE = join(Array.from({ length: COUNT }, () => MESSAGE));

/** An output whose server sends these frames. */
function output(frames: Uint8Array[]) {
  const [near, peer] = memoryPair({ capacity: 64 * 1024 });
  const channel = new Rfc6455Channel(near, { address: "unix:/x" });
  const broken = () => Promise.resolve(new Error("broken off"));
  const stream = outputStream(channel, new AbortController().signal, broken);
  return { stream, channel, peer, sent: send(peer, ...frames) };
}

const messages = Array.from({ length: COUNT }, () => frame(BINARY, MESSAGE));
const whole = [...messages, frame(TEXT)];

/** Reads through one buffer of this size. */
async function fill(stream: ReadableStream<Uint8Array>, size: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  assert(await readFilling(stream, size, (bytes) => void pieces.push(bytes.slice())));
  return join(pieces);
}

for (const size of [1000, 32 * 1024, 50_000, 256 * 1024]) {
  Deno.test(`output fills buffers of ${size} bytes`, async () => {
    const { stream, sent, peer } = output(whole);
    assertEquals(await fill(stream, size), WHOLE);
    await sent;
    peer.close();
  });
}

Deno.test("output comes in pieces of their own for who brings no buffer", async () => {
  const { stream, sent, peer } = output(whole);
  const pieces = await Array.fromAsync(stream);
  assertEquals(join(pieces), WHOLE);
  assertEquals(new Set(pieces.map(({ buffer }) => buffer)).size, pieces.length);
  await sent;
  peer.close();
});

Deno.test("a reader with a buffer can follow one without", async () => {
  const { stream, sent, peer } = output(whole);
  const first = stream.getReader();
  const { value } = await first.read();
  first.releaseLock();
  assertEquals(join([value!, await fill(stream, 50_000)]), WHOLE);
  await sent;
  peer.close();
});

Deno.test("the view of a reader may be a part of its buffer", async () => {
  const { stream, sent, peer } = output([frame(BINARY, MESSAGE), frame(TEXT)]);
  const reader = stream.getReader({ mode: "byob" });
  const { value } = await reader.read(new Uint8Array(new ArrayBuffer(5000), 1000, 100));
  assertEquals([value?.byteOffset, value], [1000, MESSAGE.slice(0, 100)]);
  reader.releaseLock();
  assertEquals(join(await Array.fromAsync(stream)), MESSAGE.slice(100));
  await sent;
  peer.close();
});

Deno.test("output that breaks off fails its reader, with a buffer or without", async () => {
  for (const ends of [[], [frame(CLOSE, closeBody(1011))], [messages[0]!.subarray(0, 99)]]) {
    for (const read of [fill, (stream: ReadableStream<Uint8Array>) => Array.fromAsync(stream)]) {
      const { stream, sent, peer } = output([...messages, ...ends]);
      const failed = assertRejects(() => read(stream, 4096), Error, "broken off");
      await sent;
      peer.close();
      await failed;
    }
  }
});

Deno.test("a close in order ends the output of a reader that waits with a buffer", async () => {
  const { stream, sent, peer } = output([...messages, frame(CLOSE, closeBody(1000))]);
  assertEquals(await fill(stream, 4096), WHOLE);
  await sent;
  peer.close();
});

Deno.test("what is left of output goes on to be taken, so that its process can end", async () => {
  const { stream, sent, channel, peer } = output([...messages, ...messages, ...whole]);
  const reader = stream.getReader({ mode: "byob" });
  await reader.read(new Uint8Array(100));
  const waiting = reader.read(new Uint8Array(100));
  await reader.cancel();
  await waiting;
  await sent;
  await send(peer, ...messages, frame(CLOSE, closeBody(1000)));
  assertEquals((await channel.closed).code, 1000);
  assertEquals((await readFrame(peer))?.opcode, CLOSE);
  peer.close();
});

Deno.test("some output is taken ahead of its reader, and the end that follows it is seen", async () => {
  const { sent, channel, peer } = output([frame(BINARY, "last words"), frame(TEXT)]);
  await sent;
  assertEquals(await channel.closed, { code: 1000, reason: "" });
  peer.close();
});

Deno.test("no more output is taken ahead than a piece", async () => {
  const { stream, peer } = output([]);
  const sent = sendMany(peer, messages[0]!, 100);
  const ended = sent.done.then(() => send(peer, frame(TEXT)));
  await settle();
  // The connection holds 64 KiB, the codec 256 KiB, the stream 64 KiB.
  assert(sent.taken * 32 <= 64 + 256 + 64, `${sent.taken * 32} KiB were taken ahead`);
  assertEquals((await fill(stream, 4096)).length, 100 * MESSAGE.length);
  await ended;
  peer.close();
});
