import { assert, assertEquals, assertRejects } from "@std/assert";
import { SftpError } from "../../mod.ts";
import { defineCase } from "../kit/case.ts";
import { bytesOf, pattern } from "../kit/trees.ts";

const MEBIBYTE = 1024 * 1024;

defineCase("Files are written, read and told of over SFTP", async ({ client, server, name }) => {
  const source = { type: "image", alias: server.image } as const;
  const instance = await client.instances.create({ name: name("sftp"), source });
  await using sftp = await instance.sftp();
  await sftp.mkdir("/tmp/x", { mode: 0o700 });
  assertEquals((await sftp.stat("/tmp/x")).mode, 0o700);
  const bytes = pattern(5 * MEBIBYTE + 7);
  await new Blob([bytes]).stream().pipeTo(await sftp.write("/tmp/x/data", { mode: 0o640 }));
  assertEquals(await bytesOf(await sftp.read("/tmp/x/data")), bytes);
  const part = await bytesOf(await sftp.read("/tmp/x/data", { start: 100_000, end: 300_001 }));
  assertEquals(part, bytes.subarray(100_000, 300_001));
  const { type, mode, size } = await sftp.stat("/tmp/x/data");
  assertEquals({ type, mode, size }, { type: "file", mode: 0o640, size: bytes.length });

  const patch = (await sftp.write("/tmp/x/data", { start: 10 })).getWriter();
  await patch.write(new Uint8Array([1, 2, 3]));
  await patch.close();
  assertEquals(
    await bytesOf(await sftp.read("/tmp/x/data", { start: 9, end: 14 })),
    new Uint8Array([bytes[9]!, 1, 2, 3, bytes[13]!]),
  );

  const modified = new Date("2001-09-09T01:46:40Z");
  await sftp.setAttributes("/tmp/x/data", { mode: 0o711, uid: 5, gid: 6, modified, size: 3 });
  const { accessed: _, ...changed } = await sftp.lstat("/tmp/x/data");
  assertEquals(changed, { type: "file", mode: 0o711, uid: 5, gid: 6, size: 3, modified });

  await sftp.symlink("data", "/tmp/x/link");
  assertEquals(await sftp.readLink("/tmp/x/link"), "data");
  assertEquals((await sftp.lstat("/tmp/x/link")).type, "symlink");
  assertEquals((await sftp.stat("/tmp/x/link")).type, "file");
  assertEquals(await sftp.realPath("/tmp/x/../x"), "/tmp/x");
  await sftp.rename("/tmp/x/data", "/tmp/x/moved ü%#?");
  assertEquals((await sftp.list("/tmp/x")).map(({ name }) => name), ["link", "moved ü%#?"]);

  await sftp.remove("/tmp/x/link");
  await sftp.remove("/tmp/x/moved ü%#?");
  await sftp.removeDirectory("/tmp/x");
  const missing = await assertRejects(() => sftp.stat("/tmp/x"), SftpError);
  assertEquals(missing.reason, "not-found");
  await assertRejects(() => sftp.read("/tmp/x/none"), SftpError);
  await assertRejects(() => sftp.setAttributes("/tmp", { uid: 1 }), TypeError);
});

defineCase(
  "Many SFTP calls are under way at once on one connection",
  async ({ client, server, name }) => {
    const source = { type: "image", alias: server.image } as const;
    const instance = await client.instances.create({ name: name("many"), source });
    await using sftp = await instance.sftp();
    const numbers = Array.from({ length: 300 }, (_, i) => i);
    await Promise.all(numbers.map(async (i) => {
      const writer = (await sftp.write(`/tmp/f${i}`)).getWriter();
      await writer.write(new TextEncoder().encode(`file ${i}`));
      await writer.close();
    }));
    await Promise.all(numbers.map(async (i) => {
      const text = new TextDecoder().decode(await bytesOf(await sftp.read(`/tmp/f${i}`)));
      assertEquals(text, `file ${i}`);
    }));
    assertEquals((await sftp.list("/tmp")).filter(({ name }) => name.startsWith("f")).length, 300);
  },
);

defineCase(
  "A reader over SFTP may stop early, and an ended connection is told",
  async ({ client, server, name }) => {
    const source = { type: "image", alias: server.image } as const;
    const instance = await client.instances.create({ name: name("early"), source });
    const sftp = await instance.sftp();
    await new Blob([pattern(4 * MEBIBYTE)]).stream().pipeTo(await sftp.write("/tmp/big"));
    for await (const chunk of await sftp.read("/tmp/big")) {
      assert(chunk.length > 0);
      break;
    }
    assertEquals((await sftp.stat("/tmp/big")).size, 4 * MEBIBYTE);
    await sftp.close();
    await assertRejects(() => sftp.stat("/tmp/big"));
  },
);

defineCase(
  "The mode and owner of a file that exists are set by a write",
  async ({ client, server, name }) => {
    const source = { type: "image", alias: server.image } as const;
    const { files } = await client.instances.create({ name: name("owned"), source });
    await files.write("/tmp/secret", "open", { mode: 0o644 });
    await files.write("/tmp/secret", "closed", { mode: 0o600, uid: 9, gid: 8 });
    const { mode, uid, gid } = await files.stat("/tmp/secret");
    assertEquals({ mode, uid, gid }, { mode: 0o600, uid: 9, gid: 8 });
    await files.write("/tmp/secret", "again");
    assertEquals((await files.stat("/tmp/secret")).mode, 0o600);
    assertEquals(await files.readText("/tmp/secret"), "again");
  },
);
