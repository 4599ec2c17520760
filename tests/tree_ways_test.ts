/**
 * The ways that trees take where none is asked for, and what they bear with.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  connect,
  type Connector,
  type DownloadedEntry,
  type Files,
  type Instance,
  TruncatedError,
  UnsupportedError,
} from "../mod.ts";
import { denoUnixConnector } from "../src/connectors/deno.ts";
import { fill, sh, treeTest } from "./kit/local_trees.ts";
import { bytesOf } from "./kit/trees.ts";

treeTest(
  "Without raw connections trees go by tar, and else by the files API",
  async (instance, folder, socket) => {
    await fill(`${folder}/in`);
    const connector = denoUnixConnector({ socket });
    const bare: Connector = {
      address: connector.address,
      fetch: (path, request) => connector.fetch(path, request),
      webSocket: (path, options) => connector.webSocket(path, options),
      close: () => connector.close(),
    };
    await using client = await connect({ connector: bare });
    const { files } = client.instances.at(instance.name);
    const up = await files.upload(`${folder}/in`, "/srv/tree");
    const down = await files.download("/srv/tree", `${folder}/out`);
    assertEquals([up.way, down.way, down.files], ["tar", "tar", 5]);
    await assertRejects(
      () => files.upload(`${folder}/in`, "/srv/tree", { way: "sftp" }),
      UnsupportedError,
    );
    await instance.exec(["rm", "/bin/tar"]);
    assertEquals((await files.download("/srv/tree", `${folder}/bare`)).way, "files");
    const again = await files.upload(`${folder}/in`, "/srv/tree");
    assertEquals([again.way, again.files], ["files", 5]);
    await assertRejects(
      () => files.upload(`${folder}/in`, "/srv/t", { way: "tar" }),
      TruncatedError,
    );
    for (const options of [{ times: true }, { skipEqual: true }]) {
      const refused = () => files.upload(`${folder}/in`, "/srv/t", { way: "files", ...options });
      await assertRejects(refused, UnsupportedError);
    }
  },
);

/** Many small things, not all of them files, and few large ones. */
const MANY =
  "mkdir -p /srv/many/a; mkfifo /srv/many/pipe; cd /srv/many/a; for i in $(seq 300); do echo $i > $i; done; chmod 640 7; ln -s 7 link";
const BIG = "mkdir /srv/big; cd /srv/big; yes | head -c 17000000 > a; cp a b";

treeTest("A large tree comes out by tar, where there is one", async (instance, folder) => {
  const { files } = instance;
  for (const line of [MANY, BIG]) await instance.exec(["sh", "-c", line]);
  const downloads = async (prefix: string) => {
    const summaries = [];
    for (const root of ["/srv/many", "/srv/big", "/etc"]) {
      summaries.push(await files.download(root, `${folder}/${prefix}${root}`));
    }
    return summaries;
  };
  const byTar = await downloads("tar");
  assertEquals(byTar.map(({ way }) => way), ["tar", "tar", "sftp"]);
  assertEquals(byTar[0], {
    way: "tar",
    files: 300,
    directories: 2,
    symlinks: 1,
    bytes: 9 * 2 + 90 * 3 + 201 * 4,
    equal: 0,
    omitted: ["pipe"],
  });
  const again = await files.download("/srv/many", `${folder}/tar/srv/many`, { skipEqual: true });
  assertEquals([again.way, again.equal], ["sftp", 300]);
  await instance.exec(["rm", "/bin/tar"]);
  const bySftp = await downloads("sftp");
  assertEquals(bySftp, byTar.map((summary) => ({ ...summary, way: "sftp" })));
  await instance.stop({ force: true });
  const stopped = await files.download("/srv/many", `${folder}/stopped/srv/many`);
  assertEquals(stopped, bySftp[0]);
  await instance.start();
  const look =
    "find . -printf '%p %y %m %Ts %l\\n' | sort; find . -type f -exec sha256sum {} + | sort";
  const [first, ...others] = ["tar", "sftp", "stopped"].map((name) => `${folder}/${name}/srv/many`);
  for (const other of others) assertEquals(await sh(other, look), await sh(first!, look));
});

/** Puts this machine's GNU tar in the place of busybox's. */
async function installGnuTar({ files }: Instance): Promise<void> {
  const { stdout } = await new Deno.Command("ldd", { args: ["/bin/tar"] }).output();
  const libraries = new TextDecoder().decode(stdout).match(/\/\S+/g)!;
  await files.remove("/bin/tar");
  for (const path of ["/bin/tar", ...libraries]) {
    await files.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await files.write(path, await Deno.readFile(path), { mode: 0o755 });
  }
}

/** Downloads a tree, and does something to it once its large file has begun to come. */
async function downloadDuring(
  files: Files,
  change: () => Promise<unknown>,
): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  const sink = new WritableStream<DownloadedEntry>({
    async write({ path, data }) {
      if (path === "log") await change();
      sizes.set(path, (await bytesOf(data)).length);
    },
  });
  await files.download("/srv/logs", sink, { way: "tar" });
  return sizes;
}

treeTest("A file that grows while it is packed comes as it was", async (instance) => {
  const { files } = instance;
  await installGnuTar(instance);
  const size = 50_000_000;
  const run = (line: string) => instance.exec(["sh", "-c", line]);
  await run(`mkdir -p /srv/logs; yes | head -c ${size} > /srv/logs/log; echo > /srv/logs/other`);
  const { stdoutText } = await instance.exec(["tar", "--version"]);
  assert(stdoutText.startsWith("tar (GNU tar)"), stdoutText);
  const sizes = await downloadDuring(files, () => run("echo more >> /srv/logs/log"));
  assertEquals(Array.from(sizes).sort(), [[".", 0], ["log", size], ["other", 1]]);
  // What is gone, it would fill up with zeros.
  await assertRejects(
    () => downloadDuring(files, () => run("echo less > /srv/logs/log")),
    TruncatedError,
    'Cannot download "/srv/logs": tar in the instance ended with code 1: tar: ./log: File shrank',
  );
});
