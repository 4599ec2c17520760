import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ProtocolError, SftpError } from "../../mod.ts";
import type { Upgraded } from "../../src/connector.ts";
import { SftpChannel } from "../../src/core/sftp/channel.ts";
import { type Field, PACKET, PacketReader, writePacket } from "../../src/core/sftp/packet.ts";
import { Sftp } from "../../src/core/sftp/sftp.ts";
import { sftpEntries } from "../../src/core/sftp/tree_source.ts";
import { Meter } from "../../src/core/transfer.ts";
import { copyTree } from "../../src/core/tree/copy.ts";
import { StreamTreeTarget } from "../../src/core/tree/stream_target.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** A connection whose server answers each packet as the test says; `cut` splits what it sends. */
function serve(
  answer: (type: number, fields: PacketReader) => Bytes[],
  cut: number = Infinity,
): Upgraded {
  let controller: ReadableStreamDefaultController<Bytes>;
  const readable = new ReadableStream<Bytes>({ start: (it) => void (controller = it) });
  let open = true;
  const send = (bytes: Bytes) => {
    for (let at = 0; open && at < bytes.length; at += cut) {
      controller.enqueue(bytes.slice(at, at + cut));
    }
  };
  const close = () => {
    if (open) controller.close();
    open = false;
  };
  const take = (packet: Bytes) => {
    const fields = new PacketReader(packet);
    const type = fields.byte();
    if (type === PACKET.init) return send(writePacket(PACKET.version, [3]));
    for (const bytes of answer(type, fields)) send(bytes);
  };
  const writable = new WritableStream<Bytes>({
    write(packets) {
      const view = new DataView(packets.buffer, packets.byteOffset);
      for (let at = 0; at < packets.length;) {
        const end = at + 4 + view.getUint32(at);
        take(packets.slice(at + 4, end));
        at = end;
      }
    },
  });
  return {
    readable,
    writable,
    close,
    [Symbol.asyncDispose]() {
      close();
      return Promise.resolve();
    },
  };
}

async function connect(connection: Upgraded): Promise<Sftp> {
  const channel = new SftpChannel(connection, "unix:/x");
  await channel.greet();
  return new Sftp(channel);
}

const status = (id: number, code: number, text = "") =>
  writePacket(PACKET.status, [id, code, text, "en"]);

Deno.test("Sftp understands answers that come byte by byte, and in another order", async () => {
  const held: Bytes[] = [];
  const answer = (_: number, fields: PacketReader): Bytes[] => {
    const id = fields.uint32();
    held.unshift(writePacket(PACKET.attrs, [id, { size: id, permissions: 0o100644 }]));
    return held.length === 3 ? held : [];
  };
  await using sftp = await connect(serve(answer, 1));
  const infos = await Promise.all(["/a", "/b", "/c"].map((path) => sftp.stat(path)));
  assertEquals(infos.map(({ size }) => size), [1, 2, 3]);
});

Deno.test("Sftp asks again for what a short answer left out", async () => {
  const content = new Uint8Array(100_000).map((_, i) => i % 251);
  const answer = (type: number, fields: PacketReader): Bytes[] => {
    const id = fields.uint32();
    if (type === PACKET.open) return [writePacket(PACKET.handle, [id, "h"])];
    if (type === PACKET.close) return [status(id, 0)];
    fields.bytes();
    const offset = fields.uint32() * 2 ** 32 + fields.uint32();
    const part = content.subarray(offset, Math.min(offset + fields.uint32(), offset + 10_000));
    return [part.length ? writePacket(PACKET.data, [id, part]) : status(id, 1)];
  };
  await using sftp = await connect(serve(answer));
  const read = await new Response(await sftp.read("/x")).arrayBuffer();
  assertEquals(new Uint8Array(read), content);
});

Deno.test("Sftp tells what a server refuses", async () => {
  const codes: [number, string][] = [[2, "not-found"], [3, "permission-denied"], [4, "failure"], [
    8,
    "unsupported",
  ]];
  for (const [code, reason] of codes) {
    await using sftp = await connect(serve((_, it) => [status(it.uint32(), code, "words")]));
    const error = await assertRejects(() => sftp.remove("/x"), SftpError);
    assertEquals(error.reason, reason);
  }
});

Deno.test("Sftp fails on a sink whose bytes the server does not take", async () => {
  const answer = (type: number, fields: PacketReader): Bytes[] => {
    const id = fields.uint32();
    if (type === PACKET.open) return [writePacket(PACKET.handle, [id, "h"])];
    return [status(id, type === PACKET.write ? 4 : 0, "no space left on device")];
  };
  await using sftp = await connect(serve(answer));
  const writer = (await sftp.write("/x")).getWriter();
  await writer.write(new Uint8Array(10)).catch(() => {});
  const error = await assertRejects(() => writer.close(), SftpError);
  assertEquals(error.message, 'Cannot write "/x": no space left on device');
});

Deno.test("Sftp closes a file that cannot be written, and opens none by a place that is none", async () => {
  const packets: number[] = [];
  const answer = (type: number, fields: PacketReader): Bytes[] => {
    packets.push(type);
    const id = fields.uint32();
    if (type === PACKET.open) return [writePacket(PACKET.handle, [id, "h"])];
    return [status(id, type === PACKET.write ? 4 : 0, "no space left on device")];
  };
  await using sftp = await connect(serve(answer));
  const writer = (await sftp.write("/x")).getWriter();
  writer.closed.catch(() => {});
  await assertRejects(
    async () => {
      while (true) {
        await writer.write(new Uint8Array(10));
        await new Promise((resolve) => setTimeout(resolve));
      }
    },
    SftpError,
    "no space left",
  );
  await writer.abort();
  assertEquals(packets.filter((it) => it === PACKET.close).length, 1);
  packets.length = 0;
  for (const start of [0.5, -1, NaN, Infinity]) {
    await assertRejects(() => sftp.read("/x", { start }), RangeError, "as a place in");
    await assertRejects(() => sftp.write("/x", { start }), RangeError, "as a place in");
  }
  await assertRejects(() => sftp.read("/x", { end: 1.5 }), RangeError, "as a place in");
  assertEquals(packets, []);
});

Deno.test("Sftp ends every call when the connection ends or cannot be understood", async () => {
  const broken: [Bytes, "ConnectionError" | "ProtocolError"][] = [
    [new Uint8Array([0xff, 0xff, 0xff, 0xff]), "ProtocolError"],
    [new Uint8Array([0, 0, 0, 0]), "ProtocolError"],
    [writePacket(PACKET.attrs, [999, {}]), "ProtocolError"],
    [new Uint8Array([0, 0, 0, 2, 1]), "ConnectionError"],
  ];
  for (const [bytes, kind] of broken) {
    const connection = serve(() => [bytes]);
    await using sftp = await connect(connection);
    const calls = [sftp.stat("/a"), sftp.stat("/b")];
    if (kind === "ConnectionError") connection.close();
    for (const call of calls) assertEquals((await assertRejects(() => call, Error)).name, kind);
    assertEquals((await assertRejects(() => sftp.stat("/c"), Error)).name, kind);
  }
});

Deno.test("Sftp refuses a server of another version", async () => {
  const other = new ReadableStream<Bytes>({
    start: (it) => it.enqueue(writePacket(PACKET.version, [6])),
  });
  await using connection = { ...serve(() => []), readable: other };
  const channel = new SftpChannel(connection, "unix:/x");
  await assertRejects(() => channel.greet(), ProtocolError);
  await channel.close();
});

Deno.test("PacketReader reads what writePacket wrote, and no more", () => {
  const fields: Field[] = [7, "text ü", new Uint8Array([1, 2]), 2n ** 40n];
  const reader = new PacketReader(writePacket(9, fields).slice(4));
  assertEquals([reader.byte(), reader.uint32(), reader.text()], [9, 7, "text ü"]);
  assertEquals(reader.bytes(), new Uint8Array([1, 2]));
  assertEquals([reader.uint32(), reader.uint32()], [2 ** 8, 0]);
  assertThrows(() => reader.byte(), ProtocolError);
});

Deno.test("Names of a hostile SFTP server do not leave the tree", async () => {
  const attributes = { permissions: 0o100644, size: 1 };
  for (const name of ["../out", "a/../../out", "/out", "a\0b"]) {
    let listed = 0;
    const answer = (type: number, fields: PacketReader): Bytes[] => {
      const id = fields.uint32();
      if (type === PACKET.stat) return [writePacket(PACKET.attrs, [id, { permissions: 0o40755 }])];
      if (type === PACKET.readdir && listed++ === 0) {
        return [writePacket(PACKET.name, [id, 1, name, "", attributes])];
      }
      if (type === PACKET.opendir) return [writePacket(PACKET.handle, [id, "h"])];
      return [status(id, type === PACKET.readdir ? 1 : 0)];
    };
    const channel = new SftpChannel(serve(answer), "unix:/x");
    await channel.greet();
    const seen: string[] = [];
    const sink = new WritableStream({ write: ({ path }) => void seen.push(path) });
    const meter = new Meter("download", null, () => {});
    const entries = sftpEntries(channel, "/srv", []);
    await assertRejects(
      () => copyTree(entries, new StreamTreeTarget(sink), { verb: "download", meter }),
      ProtocolError,
      "Cannot download the entry",
    );
    assertEquals(seen.filter((path) => path !== "."), []);
    await channel.close();
  }
});
