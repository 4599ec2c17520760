/** How forms of several files are read, whatever is in them and however they come. */
import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import { LxkitError, ProtocolError, TruncatedError } from "../../mod.ts";
import { type Bytes, collect } from "../../src/core/streams.ts";
import { MultipartReader } from "../../src/resources/images/multipart_reader.ts";
import { asyncProperty, bytes, cuts, damaged, streamIn, typed } from "./fuzz.ts";

const BOUNDARY = "b0undary";
const TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

/** Content that likes to look like the marks between files. */
const content = fc.array(
  fc.oneof(
    bytes(30),
    fc.constantFrom("\r", "\n", "\r\n", "-", "--", `\r\n--${BOUNDARY.slice(0, -1)}`, BOUNDARY)
      .map((it) => new TextEncoder().encode(it)),
  ),
  { maxLength: 6 },
).map(join).filter((it) => !latin1(it).includes(`\r\n--${BOUNDARY}`));
const files = fc.array(content, { minLength: 1, maxLength: 3 });

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function join(parts: readonly Uint8Array[]): Bytes {
  return Uint8Array.from(parts.flatMap((it) => Array.from(it)));
}

/** The form, written apart from the library. */
function formOf(files: readonly Bytes[]): Bytes {
  const text = (it: string) => new TextEncoder().encode(it);
  const parts = files.flatMap((file, index) => [
    text(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="f${index}"\r\n\r\n`),
    file,
    text("\r\n"),
  ]);
  return join([...parts, text(`--${BOUNDARY}--\r\n`)]);
}

async function read(stream: ReadableStream<Bytes>): Promise<[string, Bytes][]> {
  const found: [string, Bytes][] = [];
  const watcher = { update() {}, end() {} };
  for await (
    const { name, readable } of new MultipartReader(stream, TYPE, "read", [watcher]).parts()
  ) {
    found.push([name, await collect(readable)]);
  }
  return found;
}

asyncProperty(
  "all files of a form are read byte for byte, however they come",
  [files, cuts],
  async (files, cuts) => {
    const found = await read(streamIn(formOf(files), cuts));
    assertEquals(found, files.map((file, index) => [`f${index}`, file]));
  },
  3,
);

asyncProperty(
  "a form that breaks off is never taken for the whole",
  [files, fc.nat(), cuts],
  async (files, at, cuts) => {
    const form = formOf(files);
    // The line break after the last mark tells nothing.
    const broken = form.slice(0, at % (form.length - 2));
    const found = await typed(() => read(streamIn(broken, cuts)));
    assert(found instanceof TruncatedError, String(found));
  },
  3,
);

asyncProperty(
  "a damaged form is read, or refused by a typed error",
  [damaged(files.map(formOf)), cuts],
  async (form, cuts) => {
    const found = await typed(() => read(streamIn(form, cuts)));
    if (found instanceof LxkitError) {
      assert(found instanceof TruncatedError || found instanceof ProtocolError);
    }
  },
  3,
);
