/** What is read of the answer to an upgrade, whatever a server sends. */
import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import { LxkitError } from "../../mod.ts";
import type { RawConnection } from "../../src/connectors/raw/connection.ts";
import { RawSockets } from "../../src/connectors/raw/sockets.ts";
import { collect } from "../../src/core/streams.ts";
import { memoryPair } from "../unit/connectors/memory_pair.ts";
import { send } from "../unit/connectors/peer.ts";
import { asyncProperty, bytes, damaged, typed } from "./fuzz.ts";

const step = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant(4096));
const encode = (text: string) => new TextEncoder().encode(text);

/** Asks a server that sends these bytes and hangs up; gives what came after its answer. */
async function ask(answer: Uint8Array, step: number): Promise<Uint8Array | LxkitError> {
  const [near, peer] = memoryPair({ step });
  const sockets = new RawSockets({
    address: "unix:/x",
    host: "x",
    dial: () => Promise.resolve(near),
  });
  const sent = untilAsked(peer).then(() => send(peer, answer)).then(() => peer.close(), () => {});
  try {
    return await typed(async () => collect((await sockets.upgrade("/1.0/x", "sftp")).readable));
  } finally {
    sockets.close();
    await sent;
  }
}

/** Reads the request to its end. */
async function untilAsked(peer: RawConnection): Promise<void> {
  const piece = new Uint8Array(4096);
  for (let text = ""; !text.endsWith("\r\n\r\n");) {
    const count = await peer.read(piece);
    text += new TextDecoder("latin1").decode(piece.subarray(0, count ?? 0));
  }
}

const accepted = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: sftp\r\nConnection: Upgrade\r\n\r\n";
const refusal = JSON.stringify({ type: "error", error: "not found", error_code: 404 });

asyncProperty(
  "what follows the answer is the other protocol's, to the byte",
  [bytes(300), step],
  async (rest, step) => {
    const whole = new Uint8Array([...encode(accepted), ...rest]);
    assertEquals(await ask(whole, step), rest);
  },
  6,
);

const head = fc.tuple(
  fc.constantFrom("HTTP/1.1", "HTTP/1.0", "HTTP/2", "SSH-2.0"),
  fc.oneof(fc.constantFrom(100, 101, 200, 204, 404, 502), fc.nat(1000)),
  fc.array(
    fc.constantFrom(
      "Upgrade: sftp",
      "Upgrade: websocket",
      `Content-Length: ${refusal.length}`,
      "Content-Length: 99999999999",
      "Content-Length: -1",
      "Transfer-Encoding: chunked",
      "no colon",
      ": no name",
    ),
    { maxLength: 3 },
  ),
).map(([version, status, fields]) =>
  [`${version} ${status} Words`, ...fields, "", ""].join("\r\n")
);
const body = fc.constantFrom(
  "",
  refusal,
  `${refusal.length.toString(16)}\r\n${refusal}\r\n0\r\n\r\n`,
  "zz\r\n",
  "<html>",
);
const odd = damaged(
  fc.array(fc.tuple(head, body), { minLength: 1, maxLength: 3 }).map((all) =>
    encode(all.flat().join(""))
  ),
);

asyncProperty(
  "an answer that grants nothing is a typed error",
  [odd, step],
  async (answer, step) => {
    const result = await ask(answer, step);
    if (!(result instanceof LxkitError)) {
      assert(new TextDecoder("latin1").decode(answer).includes(" 101 "));
    }
  },
  6,
);
