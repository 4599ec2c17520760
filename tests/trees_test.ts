/**
 * Trees from and to the local file system.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { type Progress, ProtocolError, type TreeWay } from "../mod.ts";
import { LocalTreeTarget } from "../src/connectors/local_files/local_files.ts";
import { delay } from "../src/core/call.ts";
import { copyTree, type TreeEntries } from "../src/core/tree/copy.ts";
import { Meter } from "../src/core/transfer.ts";
import type { TreeEntry } from "../mod.ts";
import { fill, sh, treeTest } from "./kit/local_trees.ts";

const ways: TreeWay[] = ["sftp", "tar", "files"];

/** What of a folder is to survive the way there and back. */
const LOOK =
  "find . -printf '%p %y %m %s %Ts %l\\n' | sed '/ d /s/ [0-9]* \\([0-9]* $\\)/ \\1/' | sort" +
  "; find . -type f -exec sha256sum {} + | sort";

for (const way of ways) {
  treeTest(`A local tree comes back as it went: ${way}`, async (instance, folder) => {
    await fill(`${folder}/in`);
    const { files } = instance;
    const up = await files.upload(`${folder}/in`, "/srv/tree", { way });
    assertEquals([up.way, up.files, up.directories, up.symlinks, up.omitted], [way, 5, 5, 2, []]);
    const down = await files.download("/srv/tree", `${folder}/out`, { way });
    assertEquals([down.files, down.bytes], [up.files, up.bytes]);
    const look = way === "files"
      ? "find . ! -type l -printf '%p %y %m\\n' | sort; find . -type f -exec sha256sum {} + | sort"
      // Times of links go by tar alone.
      : `find . -type l -exec touch -h -d @0 {} +; ${LOOK}`;
    assertEquals(await sh(`${folder}/out`, look), await sh(`${folder}/in`, look));
    // Owners of this machine mean nothing there.
    const { stdoutText } = await instance.exec(["stat", "-c", "%u %g", "/srv/tree/big"]);
    assertEquals(stdoutText, "0 0\n");
  });
}

treeTest(
  "Local trees take a URL, keep owners where told, and tell how far they are",
  async (instance, folder) => {
    await fill(`${folder}/in`);
    await sh(folder, "chown 5:6 in/big");
    const told: Progress[] = [];
    const onProgress = (progress: Progress) => void told.push(progress);
    const url = new URL(`file://${folder}/in`);
    await instance.files.upload(url, "/srv/tree", { owners: true, onProgress });
    assertEquals([told.at(-1)!.files, told.at(-1)!.percent], [5, 100]);
    assertEquals((await instance.files.stat("/srv/tree/big")).uid, 5);
    await instance.files.upload(url, "/srv/tar", { owners: true, way: "tar" });
    await instance.files.download("/srv/tar", `${folder}/out`, { owners: true, way: "tar" });
    assertEquals(await sh(`${folder}/out`, "stat -c '%u %g' big"), "5 6\n");
  },
);

treeTest(
  "What is equal in a local tree is left out, and what is not is replaced",
  async (instance, folder) => {
    await fill(`${folder}/in`);
    const { files } = instance;
    await files.upload(`${folder}/in`, "/srv/tree");
    const again = await files.upload(`${folder}/in`, "/srv/tree", { skipEqual: true });
    assertEquals([again.files, again.equal], [0, 5]);
    for (const way of ways) {
      const out = `${folder}/${way}`;
      await sh(
        folder,
        `mkdir ${way}; echo old > ${way}/nothing; ln -s nothing ${way}/big; echo x > ${way}/link`,
      );
      const first = await files.download("/srv/tree", out, { way, skipEqual: true });
      assertEquals([first.files, first.equal], [5, 0]);
      assertEquals(await Deno.readTextFile(`${out}/nothing`), "");
      assertEquals((await Deno.lstat(`${out}/big`)).isFile, true);
      assertEquals((await Deno.lstat(`${out}/link`)).isSymlink, true);
      const second = await files.download("/srv/tree", out, { way, skipEqual: true });
      assertEquals([second.files, second.equal], [0, 5]);
      const left = Array.from(Deno.readDirSync(out), ({ name }) => name);
      assertEquals(left.filter((name) => name.startsWith(".lxkit")), []);
    }
  },
);

treeTest(
  "A download that breaks off leaves no half file, and the old one",
  async (instance, folder) => {
    const { files } = instance;
    const size = 30_000_000;
    await instance.exec([
      "sh",
      "-c",
      `mkdir -p /srv/t; head -c ${size} /dev/zero > /srv/t/old; cp /srv/t/old /srv/t/new`,
    ]);
    for (const [way, name] of [["sftp", "old"], ["tar", "new"], ["files", "old"]] as const) {
      const out = `${folder}/${way}`;
      await sh(folder, `mkdir ${way}; echo kept > ${way}/old`);
      const stop = new AbortController();
      const onProgress = () => stop.abort(new Error("enough"));
      const { signal } = stop;
      const clock = performance.now;
      // Progress is told twice a second: at once here.
      performance.now = () => clock.call(performance) * 1e6;
      try {
        const broken = files.download("/srv/t", out, { way, signal, onProgress });
        await assertRejects(() => broken, Error, "enough");
      } finally {
        performance.now = clock;
      }
      const left = Array.from(Deno.readDirSync(out), (entry) => entry.name);
      assert(left.length <= 2 && left.includes("old"), `${name}: ${left}`);
    }
  },
);

treeTest("Local paths that are no directories are told", async (instance, folder) => {
  await Deno.writeTextFile(`${folder}/file`, "x");
  const { files } = instance;
  await assertRejects(() => files.upload(`${folder}/file`, "/srv/t"), TypeError, "no directory");
  await assertRejects(() => files.upload(`${folder}/none`, "/srv/t"), Error, "ENOENT");
  await assertRejects(() => files.download("/etc", `${folder}/file`), TypeError, "it is a file");
  await assertRejects(
    () => files.download("/etc", new WritableStream(), { skipEqual: true }),
    TypeError,
    "not known",
  );
});

/** Writes what a hostile instance tells of into a local folder. */
async function take(folder: string, entries: TreeEntries): Promise<void> {
  const meter = new Meter("download", null, () => {});
  await copyTree(entries, new LocalTreeTarget(folder), { verb: "download", meter });
}

Deno.test("A hostile tree writes nothing outside of its local folder", async () => {
  const folder = await Deno.makeTempDir({ prefix: "lxkit-tree-" });
  try {
    await Deno.mkdir(`${folder}/in`);
    await Deno.mkdir(`${folder}/out`);
    await Deno.symlink("../out", `${folder}/in/there`);
    const data = "hostile";
    const hostile: TreeEntry[][] = [
      [{ path: "../out/x", data }],
      [{ path: `${folder}/out/x`, data }],
      [{ path: "a", type: "symlink", target: "../out" }, { path: "a/x", data }],
      [{ path: "b", type: "symlink", target: "../out/x" }, { path: "b", data }],
      [{ path: "c", type: "symlink", target: "../out" }, { path: "c/d", type: "directory" }],
      [{ path: "d\0", data }],
    ];
    for (const entries of hostile) {
      await assertRejects(() => take(`${folder}/in`, entries), ProtocolError);
    }
    await assertRejects(
      () => take(`${folder}/in`, [{ path: "there/x", data }]),
      TypeError,
      "it is a symbolic link",
    );
    // A link that was there is replaced, not written through.
    await Deno.writeTextFile(`${folder}/out/kept`, "kept");
    await Deno.symlink("../out/kept", `${folder}/in/link`);
    await take(`${folder}/in`, [{ path: "link", data }]);
    assertEquals(await Deno.readTextFile(`${folder}/out/kept`), "kept");
    assertEquals(Array.from(Deno.readDirSync(`${folder}/out`), ({ name }) => name), ["kept"]);
    // What would lend its owner's rights does not, unless its owner comes along.
    await take(`${folder}/in`, [{ path: "suid", data, mode: 0o4755 }]);
    assertEquals((await Deno.stat(`${folder}/in/suid`)).mode! & 0o7777, 0o755);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("A local file that finds no room leaves nothing behind", async () => {
  const folder = await Deno.makeTempDir({ prefix: "lxkit-tree-" });
  await sh(folder, `mount -t tmpfs -o size=64k none ${folder}`);
  try {
    const data = new Uint8Array(40_000).fill(1);
    const full = take(folder, [{ path: "new/a", data }, { path: "new/b", data }]);
    assertEquals((await assertRejects(() => full, Error) as { code?: string }).code, "ENOSPC");
    const [left, ...others] = Array.from(Deno.readDirSync(`${folder}/new`), ({ name }) => name);
    assertEquals(others, []);
    assertEquals(await Deno.readFile(`${folder}/new/${left}`), data);
    // What comes twice is there once, as it came last.
    await Deno.remove(`${folder}/new`, { recursive: true });
    const twice = async function* () {
      yield { path: "new/a", data: "one", mode: 0o600 };
      // Several are written at once.
      while (!(await Deno.stat(`${folder}/new/a`).catch(() => {}))) await delay(5);
      yield { path: "new/a", data: "two", mode: 0o600 };
    };
    await take(folder, twice());
    assertEquals(await Deno.readTextFile(`${folder}/new/a`), "two");
    assertEquals(Array.from(Deno.readDirSync(`${folder}/new`)).length, 1);
  } finally {
    await sh("/", `umount ${folder}`);
    await Deno.remove(folder);
  }
});
