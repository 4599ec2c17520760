import { assertEquals, assertRejects } from "@std/assert";
import { ProtocolError, type TreeEntry, TruncatedError } from "../../mod.ts";
import { padding, TAR_TYPE, type TarHead, writeTarHead } from "../../src/core/tree/tar_header.ts";
import { readTar } from "../../src/core/tree/tar_reader.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const none = { mode: 0o644, uid: 0, gid: 0, modified: new Date(0), target: "" };

function head(fields: Partial<TarHead>): Bytes {
  return writeTarHead({ ...none, type: TAR_TYPE.file, path: "x", size: 0, ...fields });
}

function file(path: string, data: Uint8Array, type: string = TAR_TYPE.file): Uint8Array[] {
  return [head({ path, type, size: data.length }), data, new Uint8Array(padding(data.length))];
}

const end = new Uint8Array(1024);

async function read(parts: Uint8Array[], cut = 100): Promise<TreeEntry[]> {
  const whole = new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
  const stream = new ReadableStream<Bytes>({
    start(controller) {
      for (let at = 0; at < whole.length; at += cut) controller.enqueue(whole.slice(at, at + cut));
      controller.close();
    },
  });
  const hardLinks: TreeEntry[] = [];
  const omitted: string[] = [];
  const entries: TreeEntry[] = [];
  for await (const entry of readTar(stream, { hardLinks, omitted })) {
    const { data } = entry;
    const bytes = typeof data === "function"
      ? new Uint8Array(await new Response(await data() as BodyInit).arrayBuffer())
      : data;
    entries.push({ ...entry, ...bytes === undefined ? {} : { data: bytes } });
  }
  return [...entries, ...hardLinks, ...omitted.map((path) => ({ path }))];
}

/** Lets a real `tar` make a tarball of a folder, or look into one. */
async function run(line: string, input?: Uint8Array): Promise<Bytes> {
  const child = new Deno.Command("sh", { args: ["-c", line], stdin: "piped", stdout: "piped" })
    .spawn();
  const writer = child.stdin.getWriter();
  if (input) await writer.write(input);
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error(`Cannot run ${line}`);
  return stdout;
}

const long = `${"directory/".repeat(12)}${"n".repeat(90)}`;

Deno.test("A tarball is read as it was written, however it is cut", async () => {
  const modified = new Date(1e12);
  const data = new Uint8Array(100_000).map((_, i) => i % 251);
  const parts = [
    head({ path: "d/", type: TAR_TYPE.directory, mode: 0o4755 & 0o7777, modified }),
    ...file("d/small", encoder.encode("small")),
    ...file(long, data),
    head({ path: "l", type: TAR_TYPE.symlink, target: `../${long}`, uid: 3_000_000, gid: 2 ** 31 }),
    head({ path: "hard", type: TAR_TYPE.hardLink, target: "d/small" }),
    head({ path: "./pipe", type: "6" }),
    end,
  ];
  const entries = [
    { ...none, path: "d/", type: "directory", mode: 0o4755, modified },
    { ...none, path: "d/small", size: 5, data: encoder.encode("small") },
    { ...none, path: long, size: data.length, data },
    { ...none, path: "l", type: "symlink", target: `../${long}`, uid: 3_000_000, gid: 2 ** 31 },
    { ...none, path: "hard" },
    { path: "pipe" },
  ].map(({ target, ...entry }: { path: string; target?: string }) =>
    target ? { ...entry, target } : entry
  );
  for (const cut of [1, 511, 100_000_000]) {
    assertEquals(await read(parts, cut), entries as TreeEntry[]);
  }
});

Deno.test("What real programs pack is read, and what is packed they read", async () => {
  const folder = await Deno.makeTempDir({ prefix: "lxkit-tar-" });
  try {
    await Deno.mkdir(`${folder}/${long}`.slice(0, -91), { recursive: true });
    await Deno.writeTextFile(`${folder}/${long}`, "deep");
    await Deno.writeTextFile(`${folder}/a\nb ü`, "odd");
    await Deno.symlink(long, `${folder}/link`);
    for (const [tar, ...formats] of [["tar", "gnu", "pax", "ustar"], ["busybox tar", ""]]) {
      for (const format of formats) {
        // The standard's own format has no room for such a target.
        const left = format === "ustar" ? "--exclude=./link" : "";
        const flag = format ? `--format=${format} ${left}` : "";
        const bytes = await run(`${tar} -c ${flag} -f - -C ${folder} .`);
        const entries = await read([bytes], 10_240);
        const of = (path: string) => entries.find((it) => it.path === `./${path}`);
        assertEquals(of(long)?.data, encoder.encode("deep"), `${tar} ${format}`);
        assertEquals(of("a\nb ü")?.data, encoder.encode("odd"), `${tar} ${format}`);
        if (!left) assertEquals(of("link")?.target, long, `${tar} ${format}`);
      }
      const parts = [
        ...file(long, encoder.encode("x")),
        head({ path: "l", type: TAR_TYPE.symlink, target: long }),
        end,
      ];
      const whole = new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
      const listed = new TextDecoder().decode(await run(`${tar} -tf -`, whole));
      assertEquals(listed, `${long}\nl\n`, tar);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("A tarball that is cut off or none is refused", async () => {
  const whole = [...file("a", encoder.encode("text")), ...file("b", new Uint8Array(70_000)), end];
  const bytes = new Uint8Array(await new Blob(whole as BlobPart[]).arrayBuffer());
  // The first of the two empty blocks is its end.
  for (const length of [0, 100, 512, 700, 1024, 2000, bytes.length - 1024]) {
    await assertRejects(() => read([bytes.slice(0, length)]), TruncatedError);
  }
  const broken = bytes.slice();
  broken[0] = 1;
  await assertRejects(() => read([broken]), ProtocolError, "sum");
  await assertRejects(() => read([new Uint8Array(1024).fill(120)]), ProtocolError);
  await assertRejects(() => read([head({ type: "S" }), end]), ProtocolError, '"S" is no type');
  await assertRejects(() => read([head({ type: "L", size: 2 ** 30 })]), ProtocolError, "too long");
  await assertRejects(
    () => read([...file("p", encoder.encode("9x path=a"), "x"), end]),
    ProtocolError,
  );
});

Deno.test("Numbers of pax that are none are refused", async () => {
  const encode = (record: string) => {
    const rest = ` ${record}\n`;
    return encoder.encode(`${rest.length + 2}${rest}`);
  };
  for (const record of ["size=1.5", "size=abc", "size=-1", "uid=0x1", "gid=1e99", "mtime=soon"]) {
    const data = encode(record);
    const parts = [...file("pax", data, "x"), ...file("x", new Uint8Array(3)), end];
    await assertRejects(() => read(parts), ProtocolError, "of pax is none");
  }
});
