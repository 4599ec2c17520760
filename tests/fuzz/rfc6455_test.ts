/** How the WebSocket codec reads and writes, against frames that are made apart from it. */
import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import { LxkitError, ProtocolError } from "../../mod.ts";
import { Rfc6455Channel } from "../../src/connectors/websocket/rfc6455.ts";
import { takeContent } from "../unit/connectors/content.ts";
import { memoryPair } from "../unit/connectors/memory_pair.ts";
import { closeBody, frame, join, readFrame, send } from "../unit/connectors/peer.ts";
import { asyncProperty, bytes, damaged, typed } from "./fuzz.ts";

const CONTINUATION = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10;
const MAX_MESSAGE = 100_000;

type Message = string | Uint8Array<ArrayBuffer>;

const large = fc.tuple(fc.integer({ min: 120, max: 70_000 }), fc.nat(255))
  .map(([length, byte]) => new Uint8Array(length).fill(byte));
const message: fc.Arbitrary<Message> = fc.oneof(
  { weight: 8, arbitrary: fc.string({ unit: "grapheme" }) },
  { weight: 8, arbitrary: bytes(130) },
  { weight: 1, arbitrary: large },
);

/** How a message is sent: cut at these places, with a ping or a pong before each fragment or not. */
const sending = fc.record({
  message,
  cuts: fc.array(fc.nat(), { maxLength: 3 }),
  between: fc.constantFrom(undefined, PING, PONG),
  lengthBits: fc.constantFrom(undefined, 64 as const),
});
type Sending = typeof sending extends fc.Arbitrary<infer T> ? T : never;

function framesOf({ message, cuts, between, lengthBits }: Sending): Uint8Array[] {
  const whole = typeof message === "string" ? new TextEncoder().encode(message) : message;
  const places = cuts.map((at) => at % (whole.length + 1)).sort((a, b) => a - b);
  const bounds = [0, ...places, whole.length];
  return bounds.slice(1).flatMap((end, index) => {
    const first = typeof message === "string" ? TEXT : BINARY;
    const fin = index === places.length;
    const fragment = whole.subarray(bounds[index], end);
    return [
      ...between === undefined ? [] : [frame(between, `${index}`)],
      frame(index === 0 ? first : CONTINUATION, fragment, { fin, lengthBits }),
    ];
  });
}

const close = fc.oneof(
  fc.constant(undefined),
  fc.record({
    code: fc.constantFrom(1000, 1001, 1011, 3000, 4999),
    reason: fc.constantFrom("", "bye"),
  }),
);
const step = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant(70_000));
const most = fc.oneof(fc.constant(undefined), fc.integer({ min: 1, max: 9 }), fc.constant(70_000));

/** Messages as `bytes` gives them: binary ones that follow each other are one, and no empty ones. */
function content(messages: readonly Message[]): Message[] {
  const joined: Message[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    if (typeof message === "string") joined.push(message);
    else if (last instanceof Uint8Array) joined[joined.length - 1] = join([last, message]);
    else if (message.length > 0) joined.push(message);
  }
  return joined;
}

/**
 * What a channel gives for all bytes of a server, and how it ended: whole messages, or their content in
 * pieces of `most` bytes.
 */
async function read(bytes: Uint8Array, step: number, most?: number) {
  const [near, peer] = memoryPair({ step });
  await using channel = new Rfc6455Channel(near, {
    address: "unix:/x",
    maxMessageSize: MAX_MESSAGE,
  });
  const sent = send(peer, bytes).then(() => peer.close(), () => {});
  const got: Message[] = [];
  const failure = await typed(async () => {
    const messages = most === undefined ? channel.readable : takeContent(channel, most);
    for await (const message of messages) got.push(message);
  });
  const closed = await channel.closed;
  await sent;
  return { got, closed, failure };
}

asyncProperty(
  "messages are read as they were sent, however they are cut",
  [fc.array(sending, { maxLength: 5 }), close, step, most],
  async (sendings, close, step, most) => {
    const end = close ? [frame(CLOSE, closeBody(close.code, close.reason))] : [];
    const sent = join([...sendings.flatMap(framesOf), ...end]);
    const large = sent.length > 2000;
    const { got, closed, failure } = await read(
      sent,
      large ? 70_000 : step,
      large ? most && 70_000 : most,
    );
    assertEquals(failure, undefined);
    const messages = sendings.map(({ message }) => message);
    if (most === undefined) assertEquals(got, messages);
    else assertEquals(content(got), content(messages));
    assertEquals(closed, close ?? { code: 1006, reason: "" });
  },
  4,
);

/** A frame of which anything may be wrong. */
const oddFrame = fc.record({
  opcode: fc.nat(15),
  payload: fc.oneof(bytes(8), fc.integer({ min: 0, max: 5000 }).map((code) => closeBody(code))),
  fin: fc.boolean(),
  reserved: fc.constantFrom(0, 0, 0, 0x10, 0x40),
  masked: fc.constantFrom(false, false, false, true),
  statedLength: fc.oneof(fc.constant(undefined), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
}).map(({ opcode, payload, statedLength, ...options }) =>
  frame(opcode, payload, statedLength === undefined ? options : { ...options, statedLength })
);
const stream = damaged(
  fc.array(
    fc.oneof(oddFrame, sending.map((it) => join(framesOf(it))).filter((it) => it.length < 200)),
    {
      maxLength: 5,
    },
  ).map(join),
);

asyncProperty(
  "bytes that are no frames end a channel, by a typed error or none",
  [stream, step, most],
  async (bytes, step, most) => {
    const { got, closed, failure } = await read(bytes, step, most);
    if (failure) assert(failure instanceof ProtocolError, String(failure));
    assertEquals(
      failure instanceof LxkitError,
      [1002, 1007, 1009].includes(closed.code) && !!failure,
    );
    for (const message of got) assert(message.length <= MAX_MESSAGE);
  },
  4,
);

asyncProperty(
  "messages are written as frames that hold them",
  [fc.array(message, { maxLength: 5 }), step],
  async (messages, step) => {
    const size = messages.reduce((sum, it) => sum + it.length, 0);
    const [near, peer] = memoryPair({ step: size > 2000 ? 70_000 : step });
    const channel = new Rfc6455Channel(near, { address: "unix:/x" });
    const writing = (async () => {
      const writer = channel.writable.getWriter();
      for (const message of messages) await writer.write(message);
      await writer.close();
    })();
    for (const message of messages) {
      const { opcode, masked, payload } = (await readFrame(peer))!;
      assert(masked);
      assertEquals(
        opcode === TEXT ? new TextDecoder("utf-8", { ignoreBOM: true }).decode(payload) : payload,
        message,
      );
    }
    const end = (await readFrame(peer))!;
    assertEquals([end.opcode, end.payload], [CLOSE, closeBody(1000)]);
    await writing;
    peer.close();
    assertEquals((await channel.closed).code, 1006);
  },
  4,
);
