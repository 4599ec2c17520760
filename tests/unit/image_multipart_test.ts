import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { ProtocolError, TruncatedError } from "../../src/errors.ts";
import { type Bytes, collect } from "../../src/core/streams.ts";
import { MultipartReader } from "../../src/resources/images/multipart_reader.ts";
import { type FormPart, writeForm } from "../../src/resources/images/multipart_writer.ts";

const TYPE = "multipart/form-data; boundary=b0undary";
const form = [
  "--b0undary\r\n",
  'Content-Disposition: form-data; name="metadata"; filename="meta.tar"\r\n\r\n',
  "one\r\n--b0undarx\r\n\r\n",
  "\r\n--b0undary\r\n",
  'Content-Disposition: form-data; name="rootfs"; filename="a \\"b\\".tar"\r\n',
  "Content-Type: application/octet-stream\r\n\r\n",
  "two",
  "\r\n--b0undary--\r\n",
].join("");

/** A stream of the given text in pieces of the given size. */
function inPieces(text: string, size: number): ReadableStream<Bytes> {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at += size));
    },
  });
}

interface Watched {
  seen: string;
  ended: boolean;
}

function reader(source: ReadableStream<Bytes>, type: string = TYPE): [MultipartReader, Watched] {
  const decoder = new TextDecoder();
  const watched = { seen: "", ended: false };
  const watcher = {
    update: (bytes: Uint8Array) => void (watched.seen += decoder.decode(bytes)),
    end: () => void (watched.ended = true),
  };
  return [new MultipartReader(source, type, "read a form", [watcher]), watched];
}

async function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  return new TextDecoder().decode(await collect(stream));
}

Deno.test("A form is read part by part, however it comes", async () => {
  for (let size = 1; size <= form.length; size++) {
    const [multipart, watched] = reader(inPieces(form, size));
    const found: string[][] = [];
    for await (const { name, filename, readable } of multipart.parts()) {
      found.push([name, filename, await textOf(readable)]);
    }
    assertEquals(found, [
      ["metadata", "meta.tar", "one\r\n--b0undarx\r\n\r\n"],
      ["rootfs", 'a "b".tar', "two"],
    ]);
    assertEquals(watched, { seen: "one\r\n--b0undarx\r\n\r\ntwo", ended: true });
  }
});

Deno.test("What is not read of a part is passed over, and seen by the watcher", async () => {
  const [multipart, watched] = reader(inPieces(form, 5));
  const names: string[] = [];
  for await (const { name, readable } of multipart.parts()) {
    names.push(name);
    await readable.cancel();
  }
  assertEquals(names, ["metadata", "rootfs"]);
  assertEquals(watched, { seen: "one\r\n--b0undarx\r\n\r\ntwo", ended: true });
});

Deno.test("A part is of no use once the next was asked for", async () => {
  const [multipart] = reader(inPieces(form, 5));
  const parts = multipart.parts();
  const first = await parts.next();
  await parts.next();
  await assertRejects(() => textOf(first.value!.readable), TypeError, "before the next");
  await parts.return();
});

Deno.test("A form that breaks off is told as broken off, wherever", async () => {
  for (let length = 0; length < form.length - 4; length++) {
    const [multipart, watched] = reader(inPieces(form.slice(0, length), 16));
    const read = async () => {
      for await (const { readable } of multipart.parts()) await textOf(readable);
    };
    await assertRejects(read, TruncatedError, "Cannot read a form: the connection broke");
    assertEquals(watched.ended, false);
  }
});

Deno.test("Leaving the parts cancels the source", async () => {
  let cancelled = false;
  const source = new ReadableStream<Bytes>({
    pull: (controller) => controller.enqueue(new TextEncoder().encode(form.slice(0, 200))),
    cancel: () => void (cancelled = true),
  });
  for await (const _ of reader(source)[0].parts()) break;
  assertEquals(cancelled, true);
});

Deno.test("A form without a boundary or with an endless head is refused", async () => {
  assertThrows(() => reader(inPieces(form, 9), "multipart/form-data"), ProtocolError, "boundary");
  const endless = `--b0undary\r\n${"x".repeat(40_000)}`;
  const [multipart] = reader(inPieces(endless, 1000));
  await assertRejects(() => multipart.parts().next(), ProtocolError, "endless head");
});

async function assertWritten(parts: FormPart[] | AsyncIterable<FormPart>): Promise<unknown> {
  const { bytes, contentType } = writeForm(parts);
  const body = bytes instanceof Blob ? bytes.stream() : bytes;
  const found: string[][] = [];
  const [multipart] = reader(body as ReadableStream<Bytes>, contentType);
  for await (const { name, filename, readable } of multipart.parts()) {
    found.push([name, filename, await textOf(readable)]);
  }
  assertEquals(found, [["metadata", 'm"1\\', "meta"], ["rootfs", "r  2", "root"]]);
  return bytes;
}

Deno.test("A form is written in order, as a Blob where all is at hand", async () => {
  const metadata = { name: "metadata", filename: 'm"1\\', data: new TextEncoder().encode("meta") };
  const rootfs = { name: "rootfs", filename: "r\r\n2", data: new Blob(["root"]) };
  const blob = await assertWritten([metadata, rootfs]);
  assertEquals(blob instanceof Blob, true);
  const stream = await assertWritten([metadata, { ...rootfs, data: rootfs.data.stream() }]);
  assertEquals(stream instanceof ReadableStream, true);
  async function* parts() {
    yield await Promise.resolve(metadata);
    yield rootfs;
  }
  await assertWritten(parts());
});

Deno.test("The platform reads a form as it was meant", async () => {
  const parts = [{ name: "metadata", filename: "m", data: new Blob(["meta"]) }];
  const { bytes, contentType } = writeForm(parts);
  assertStringIncludes(contentType, "multipart/form-data; boundary=");
  const response = new Response(bytes, { headers: { "content-type": contentType } });
  const file = (await response.formData()).get("metadata") as File;
  assertEquals([file.name, await file.text()], ["m", "meta"]);
});

Deno.test("A form that is given up cancels all its streams, begun or not", async () => {
  const cancelled: string[] = [];
  const endless = (name: string) => ({
    name,
    filename: name,
    data: new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(10)),
      cancel: () => void cancelled.push(name),
    }),
  });
  for (const reads of [0, 3]) {
    const { bytes } = writeForm([endless("metadata"), endless("rootfs")]);
    const source = (bytes as ReadableStream<Uint8Array>).getReader();
    for (let i = 0; i < reads; i++) await source.read();
    await source.cancel();
    assertEquals(cancelled.splice(0), ["metadata", "rootfs"]);
  }
  const broken = {
    ...endless("metadata"),
    data: new ReadableStream({ start: (it) => it.error("b") }),
  };
  const { bytes } = writeForm([broken, endless("rootfs")]);
  await assertRejects(
    async () => {
      try {
        await collect(bytes as ReadableStream<Uint8Array>);
      } catch (error) {
        throw new Error(String(error));
      }
    },
    Error,
    "b",
  );
  assertEquals(cancelled, ["rootfs"]);
});
