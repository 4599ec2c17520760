/** How SFTP is read and written, whatever a server answers. */
import fc from "fast-check";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { LxkitError, ProtocolError } from "../../mod.ts";
import type { Upgraded } from "../../src/connector.ts";
import { SftpChannel } from "../../src/core/sftp/channel.ts";
import { type Field, PACKET, PacketReader, writePacket } from "../../src/core/sftp/packet.ts";
import { Sftp } from "../../src/core/sftp/sftp.ts";
import { collect } from "../../src/core/streams.ts";
import { asyncProperty, bytes, cut, cuts, property, typed } from "./fuzz.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const attributes = fc.record({
  size: fc.maxSafeNat(),
  owner: fc.record({ uid: uint32, gid: uint32 }),
  permissions: uint32,
  times: fc.record({ accessed: uint32, modified: uint32 }),
}, { requiredKeys: [] });
const text = fc.string({ unit: "grapheme" });
const field: fc.Arbitrary<Field> = fc.oneof(uint32, text, bytes(20), attributes);

function readLike(reader: PacketReader, field: Field): Field {
  if (typeof field === "number") return reader.uint32();
  if (typeof field === "string") return reader.text();
  return field instanceof Uint8Array ? reader.bytes() : reader.attributes();
}

property(
  "a packet is read as it was written, and no further",
  [fc.nat(255), fc.array(field, { maxLength: 6 })],
  (type, fields) => {
    const packet = writePacket(type, fields);
    assertEquals(new DataView(packet.buffer).getUint32(0), packet.length - 4);
    const reader = new PacketReader(packet.subarray(4));
    assertEquals(reader.byte(), type);
    for (const field of fields) assertEquals(readLike(reader, field), field);
    assertThrows(() => reader.byte(), ProtocolError);
  },
);

/** An answer: of the kind and with the fields that fit, or of any other kind and with anything. */
const answer = fc.oneof(
  fc.record({
    type: fc.constantFrom(
      PACKET.status,
      PACKET.handle,
      PACKET.data,
      PACKET.name,
      PACKET.attrs,
      PACKET.version,
      77,
    ),
    fields: fc.array(fc.oneof(fc.nat(4), field), { maxLength: 5 }),
  }),
  fc.constant({ type: PACKET.handle, fields: ["h"] as Field[] }),
  fc.constant({ type: PACKET.status, fields: [1, "", ""] as Field[] }),
  bytes(12),
);

/** A connection whose server greets, gives the answers in turn, and hangs up after the last one and after bytes. */
function serve(
  answers: (typeof answer extends fc.Arbitrary<infer T> ? T : never)[],
  cuts: number[],
): Upgraded {
  let controller: ReadableStreamDefaultController<Bytes>;
  const readable = new ReadableStream<Bytes>({ start: (it) => void (controller = it) });
  let open = true;
  let later: ReturnType<typeof setTimeout> | undefined;
  const close = () => {
    clearTimeout(later);
    if (open) controller.close();
    open = false;
  };
  const send = (bytes: Bytes) => {
    if (open) { for (const piece of cut(bytes, cuts)) controller.enqueue(piece); }
  };
  const left = answers.values();
  const writable = new WritableStream<Bytes>({
    write(packet) {
      const fields = new PacketReader(packet.slice(4));
      if (fields.byte() === PACKET.init) return send(writePacket(PACKET.version, [3]));
      const { value: answer, done } = left.next();
      if (done) return close();
      if (!(answer instanceof Uint8Array)) {
        return send(writePacket(answer.type, [fields.uint32(), ...answer.fields]));
      }
      // It may be the beginning of a packet that would be waited for without end.
      send(answer);
      later = setTimeout(close);
    },
  });
  return { readable, writable, close, [Symbol.asyncDispose]: () => Promise.resolve(close()) };
}

const calls: Record<string, (sftp: Sftp) => Promise<unknown>> = {
  stat: (sftp) => sftp.stat("/a"),
  list: (sftp) => sftp.list("/a"),
  readLink: (sftp) => sftp.readLink("/a"),
  rename: (sftp) => sftp.rename("/a", "/b"),
  mkdir: (sftp) => sftp.mkdir("/a"),
  read: async (sftp) => await collect(await sftp.read("/a", { end: 100 })),
  write: async (sftp) => {
    const writer = (await sftp.write("/a", { mode: 0o600 })).getWriter();
    writer.closed.catch(() => {});
    await writer.write(new Uint8Array(10));
    await writer.close();
  },
};

asyncProperty(
  "whatever a server answers, a call ends in what it promises or in a typed error",
  [fc.constantFrom(...Object.keys(calls)), fc.array(answer, { maxLength: 8 }), cuts],
  async (name, answers, cuts) => {
    const channel = new SftpChannel(serve(answers, cuts), "unix:/x");
    await channel.greet();
    await using sftp = new Sftp(channel);
    const result = await typed(() => calls[name]!(sftp));
    if (result instanceof LxkitError) return;
    if (name === "stat") {
      const { type, size } = result as Awaited<ReturnType<Sftp["stat"]>>;
      assert(["file", "directory", "symlink", "other"].includes(type) && size >= 0);
    } else if (name === "read") {
      assert((result as Bytes).length <= 100);
    } else if (name === "readLink") assertEquals(typeof result, "string");
  },
  2,
);
