import { assertEquals, assertThrows } from "@std/assert";
import { type Errno, FileError } from "../../../src/testing/simulator/guest/files/file_error.ts";
import { GuestFiles } from "../../../src/testing/simulator/guest/files/guest_files.ts";
import { seedFiles } from "../../../src/testing/simulator/guest/files/seed.ts";
import { decode, encode } from "../../../src/testing/simulator/guest/text.ts";

function make(): GuestFiles {
  let now = 0;
  return new GuestFiles(() => ++now);
}

function refuses(errno: Errno, run: () => unknown): void {
  assertEquals(assertThrows(run, FileError).errno, errno);
}

Deno.test("Files are written, added to, cut and read", () => {
  const files = make();
  files.write("/a", "one", { mode: 0o600, uid: 1, gid: 2 });
  files.write("/a", "two", { append: true, mode: 0o777 });
  assertEquals(files.readText("/a"), "onetwo");
  const node = files.lookup("/a");
  assertEquals([node.mode, node.uid, node.gid], [0o600, 1, 2]);
  if (node.type !== "file") throw new Error("it is a file");
  files.writeAt(node, 8, encode("!"));
  assertEquals(files.readText("/a"), "onetwo\0\0!");
  files.truncate(node, 3);
  files.truncate(node, 5);
  assertEquals(files.readText("/a"), "one\0\0");
  files.write("/a", "x");
  assertEquals([files.readText("/a"), files.space.used], ["x", 1]);
  refuses("ENOENT", () => files.read("/b"));
  refuses("ENOTDIR", () => files.read("/a/b"));
  refuses("ENOTDIR", () => files.lookup("/a/"));
  refuses("EISDIR", () => files.write("/", "x"));
  refuses("EEXIST", () => files.open("/a", { create: true, exclusive: true }));
  refuses("ENAMETOOLONG", () => files.write(`/${"x".repeat(256)}`, ""));
});

Deno.test("Symbolic links lead on, relative and absolute, and loops end", () => {
  const files = make();
  files.mkdir("/d/e", { recursive: true });
  files.write("/d/e/f", "reached");
  files.symlink("../d/e", "/d/up");
  files.symlink("/d/up/f", "/abs");
  assertEquals(files.readText("/abs"), "reached");
  assertEquals(files.readText("/d/up/../e/./f"), "reached");
  assertEquals(files.resolve("/abs"), "/d/e/f");
  assertEquals(files.lookup("/abs", { follow: false }).type, "symlink");
  assertEquals(files.readLink("/abs"), "/d/up/f");
  files.symlink("new", "/d/dangling");
  files.write("/d/dangling", "through");
  assertEquals(files.readText("/d/new"), "through");
  files.symlink("loop", "/loop");
  refuses("ELOOP", () => files.read("/loop"));
  refuses("ELOOP", () => files.read("/loop/x"));
  refuses("ENOENT", () => files.symlink("", "/empty"));
  refuses("EEXIST", () => files.symlink("x", "/loop"));
  refuses("EINVAL", () => files.readLink("/d"));
  assertEquals(files.resolve("/../d/../.."), "/");
});

Deno.test("Files and directories are renamed as by rename(2)", () => {
  const files = make();
  files.mkdir("/a/b", { recursive: true });
  files.write("/f", "f");
  files.write("/g", "g");
  files.rename("/f", "/g");
  assertEquals([files.readText("/g"), files.space.used], ["f", 1]);
  refuses("EISDIR", () => files.rename("/g", "/a"));
  refuses("ENOTDIR", () => files.rename("/a", "/g"));
  refuses("EINVAL", () => files.rename("/a", "/a/b/c"));
  refuses("ENOTEMPTY", () => (files.mkdir("/c"), files.rename("/c", "/a")));
  refuses("ENOENT", () => files.rename("/none", "/x"));
  refuses("EBUSY", () => files.rename("/", "/x"));
  files.rename("/a", "/z");
  assertEquals(files.list("/"), ["g", "c", "z"]);
  assertEquals(files.list("/z"), ["b"]);
});

Deno.test("Files and directories are removed, and their space with them", () => {
  const files = make();
  files.mkdir("/a/b", { recursive: true });
  files.write("/a/b/f", "four");
  files.link("/a/b/f", "/hard");
  refuses("ENOTEMPTY", () => files.removeDirectory("/a"));
  refuses("EISDIR", () => files.remove("/a"));
  refuses("ENOTDIR", () => files.removeDirectory("/hard"));
  refuses("EBUSY", () => files.removeDirectory("/"));
  refuses("ENOENT", () => files.remove("/none"));
  files.removeAll("/a");
  assertEquals([files.readText("/hard"), files.space.used], ["four", 4]);
  const open = files.lookup("/hard");
  files.remove("/hard");
  assertEquals([files.list("/"), files.space.used], [[], 0]);
  if (open.type !== "file") throw new Error("it is a file");
  assertEquals(decode(open.content.read(0, 9)), "four");
});

Deno.test("A full disk and a quota refuse what does not fit, and keep what was there", () => {
  const files = make();
  files.space.capacity = 10;
  files.write("/a", "12345678");
  refuses("ENOSPC", () => files.write("/b", "123"));
  assertEquals(files.readText("/b"), "");
  files.space.full = "EDQUOT";
  refuses("EDQUOT", () => files.write("/a", "123", { append: true }));
  assertEquals(files.readText("/a"), "12345678");
  files.remove("/a");
  files.write("/b", "1234567890");
  assertEquals([files.space.used, files.space.free], [10, 0]);
});

Deno.test("A clone goes its own way, and keeps times, owners and hard links", () => {
  const files = make();
  files.write("/a", "same", { uid: 5 });
  files.link("/a", "/b");
  files.mkdir("/d");
  const copy = files.clone();
  files.write("/a", "changed");
  copy.write("/d/new", "x");
  assertEquals(copy.readText("/b"), "same");
  copy.write("/b", "both");
  assertEquals([copy.readText("/a"), files.readText("/a")], ["both", "changed"]);
  assertEquals(files.list("/d"), []);
  assertEquals(copy.lookup("/a").uid, 5);
  assertEquals(copy.space.used, 5);
});

Deno.test("A seeded root has what programs look for, of the time of the image", () => {
  const files = seedFiles(["sh", "ls"], () => 5);
  assertEquals(files.resolve("/bin/ls"), "/bin/busybox");
  assertEquals(files.readText("/etc/hosts"), "127.0.0.1 localhost\n");
  assertEquals(files.lookup("/etc/hosts").modified, 1_700_000_000_000);
  assertEquals(files.lookup("/tmp").mode, 0o1777);
  assertEquals(files.list("/root"), []);
  files.write("/root/x", "");
  assertEquals(files.lookup("/root/x").modified, 5);
});

Deno.test("Text keeps bytes that are no UTF-8", () => {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  for (
    const bytes of [
      all,
      encode("hé€😀\ufffd\ufeff"),
      Uint8Array.of(0xef, 0xbf),
      Uint8Array.of(0xc3),
    ]
  ) {
    assertEquals(encode(decode(bytes)), bytes);
  }
  const mixed = Uint8Array.of(0xff, 0xc3, 0xa9, 0xef, 0xbf, 0xbd, 0xed, 0xa0, 0x80, 0x61);
  assertEquals(encode(decode(mixed)), mixed);
  assertEquals(decode(Uint8Array.of(0xff, 0xc3, 0xa9)), "\udcffé");
});

Deno.test("A tree is seen at a path of another, and goes again", () => {
  const files = make(), volume = make();
  volume.write("/inside", "it");
  volume.space.capacity = 4;
  files.mkdir("/data");
  files.write("/data/hidden", "x");
  files.mount("/data", volume);
  files.mount("/deep/new", volume);
  assertEquals(files.list("/data"), ["inside"]);
  assertEquals(files.readText("/data/../deep/new/inside"), "it");
  files.symlink("/data/inside", "/link");
  files.write("/link", "two");
  assertEquals([volume.readText("/inside"), volume.space.used, files.space.used], ["two", 3, 1]);
  refuses("ENOSPC", () => files.write("/data/more", "12"));
  refuses("EXDEV", () => files.rename("/data/inside", "/x"));
  refuses("EBUSY", () => files.removeAll("/data"));
  files.unmount(volume);
  assertEquals([files.list("/data"), files.list("/deep/new")], [["hidden"], []]);
  assertEquals(volume.list("/"), ["inside", "more"]);
});
