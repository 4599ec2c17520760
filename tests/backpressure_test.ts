/**
 * Every stream makes its other end wait: what is not read stays with the server, and what cannot be sent
 * stays with its source. And each one is whole. What the connectors hold is measured by `heavy_test.ts`.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { type Client, connect, type DownloadedEntry, type Instance, type TreeWay } from "../mod.ts";
import { denoUnixConnector } from "../src/connectors/deno.ts";
import type { Daemon } from "./kit/daemon.ts";
import { Gate } from "./kit/gated.ts";
import { imageAlias, sharingConfig } from "./kit/setup.ts";
import { sha256 } from "./kit/sha256.ts";
import { daemonTest } from "./kit/suite.ts";
import { imageMetadata, tarball } from "./kit/tarball.ts";
import { bytesOf, pattern } from "./kit/trees.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const TEXT = "0123456789abcde\n".repeat(1024 * 1024);
const DATA = pattern(16 * 1024 * 1024);
/** What may be on its way: two windows of SFTP. */
const LIMIT = 4 * 1024 * 1024;
/** How long a stream is given to take more than it should, in milliseconds. */
const PATIENCE = 300;

const pause = (milliseconds: number) => new Promise((go) => setTimeout(go, milliseconds));

/** What the server has for all streams. */
interface Ground {
  /** A client whose connections go through the gate. */
  client: Client;
  /** What the client's connections go through. */
  gate: Gate;
  /** A container that runs, with the data in `/root/data`, and a custom volume at `/srv`. */
  box: Instance;
  /** The server. */
  daemon: Daemon;
}

/** Reads the start, waits, and reads the rest. */
async function readLate(gate: Gate, stream: ReadableStream<Uint8Array>): Promise<Bytes> {
  const reader = stream.getReader();
  const before = gate.received;
  const { value: start } = await reader.read();
  reader.releaseLock();
  await pause(PATIENCE);
  const taken = gate.received - before;
  assert(taken <= LIMIT, `${taken} bytes were taken of what nobody read`);
  const rest = await Array.fromAsync(stream);
  return await new Blob([start, ...rest] as Bytes[]).bytes();
}

/** Hands over bytes while nothing gets out, waits, lets all out, and gives what comes of it. */
async function sendLate<T>(
  gate: Gate,
  bytes: Bytes,
  send: (stream: ReadableStream<Uint8Array>) => Promise<T>,
): Promise<T> {
  let given = 0;
  const source = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = bytes.slice(given, given += 64 * 1024);
      if (piece.length) controller.enqueue(piece);
      if (given >= bytes.length) controller.close();
    },
  }, { highWaterMark: 0 });
  gate.holdAfter(512 * 1024);
  const sent = send(source);
  await Promise.race([pause(PATIENCE), sent]);
  const taken = given;
  gate.release();
  const result = await sent;
  assert(taken > 0 && taken <= LIMIT, `${taken} bytes were taken of what was not sent`);
  return result;
}

/** The sum of a file inside, as the instance itself reads it. */
async function sumOf(box: Instance, path: string): Promise<string> {
  return (await box.exec(["sha256sum", path])).stdoutText.split(" ")[0]!;
}

/** A stream of the library, with which both ends are made to wait. */
type Stream = (ground: Ground) => Promise<void>;

/** One for each way that trees go. */
function forTrees(title: string, stream: (way: TreeWay) => Stream): Record<string, Stream> {
  const ways = ["sftp", "tar", "files"] as const;
  return Object.fromEntries(ways.map((way) => [`${title}: ${way}`, stream(way)]));
}

const streams: Record<string, Stream> = {
  "output of a command": async ({ gate, box }) => {
    await using process = await box.spawn(["cat", "/root/data"]);
    assertEquals(await readLate(gate, process.stdout), DATA);
    assertEquals((await process.status).code, 0);
  },
  "errors of a command": async ({ gate, box }) => {
    await using process = await box.spawn(["sh", "-c", "cat /root/data >&2"]);
    assertEquals(await readLate(gate, process.stderr), DATA);
  },
  "output of a terminal": async ({ gate, box }) => {
    // What ends with the process is lost on LXD 5.0.
    const command = ["sh", "-c", "stty raw; cat /root/data; sleep 1"];
    await using process = await box.spawn(command, { tty: { columns: 80, rows: 24 } });
    assertEquals(await readLate(gate, process.stdout), DATA);
  },
  "a kept output": async ({ gate, box }) => {
    const recorded = await box.record(["cat", "/root/data"]);
    assertEquals(await readLate(gate, (await recorded.stdout()).readable), DATA);
    await recorded.delete();
  },
  "a file": async ({ gate, box }) => {
    assertEquals(await readLate(gate, (await box.files.open("/root/data")).readable), DATA);
  },
  "a file over SFTP": async ({ gate, box }) => {
    await using sftp = await box.sftp();
    assertEquals(await readLate(gate, await sftp.read("/root/data")), DATA);
  },
  ...forTrees("a tree that is downloaded", (way) => async ({ gate, box }) => {
    const found: Bytes[] = [];
    const sink = new WritableStream<DownloadedEntry>({
      write: async ({ type, data }) => {
        if (type === "file") found.push(await readLate(gate, data));
      },
    });
    await box.files.download("/root/tree", sink, { way });
    assertEquals(found, [DATA]);
  }),
  "input of a command": async ({ gate, box }) => {
    const command = ["sh", "-c", "sha256sum; sleep 1"];
    const output = await sendLate(gate, DATA, async (stdin) => await box.exec(command, { stdin }));
    assertEquals(output.stdoutText, `${await sha256(DATA)}  -\n`);
  },
  "a file that is written": async ({ gate, box }) => {
    await sendLate(gate, DATA, (stream) => box.files.write("/root/written", stream));
    assertEquals(await sumOf(box, "/root/written"), await sha256(DATA));
  },
  "a file that is written over SFTP": async ({ gate, box }) => {
    await using sftp = await box.sftp();
    await sendLate(gate, DATA, async (stream) => {
      await stream.pipeTo(await sftp.write("/root/written"));
    });
    assertEquals(await sumOf(box, "/root/written"), await sha256(DATA));
  },
  ...forTrees("a tree that is uploaded", (way) => async ({ gate, box }) => {
    const path = `by-${way}`;
    await sendLate(gate, DATA, async (data) => {
      await box.files.upload([{ path, data, size: DATA.length }], "/root", { way });
    });
    assertEquals(await sumOf(box, `/root/${path}`), await sha256(DATA));
  }),
  "an image of one file": async ({ client, gate }) => {
    const file = tarball({
      "metadata.yaml": imageMetadata("one"),
      "rootfs/": "",
      "rootfs/x": TEXT,
    });
    const image = await sendLate(gate, file, async (file) => await client.images.upload({ file }));
    for await (const { readable } of image.export()) {
      assertEquals(await readLate(gate, readable), file);
    }
    await image.delete();
  },
  "an image of two files": async ({ client, gate }) => {
    const metadata = tarball({ "metadata.yaml": imageMetadata("two") });
    const whole = tarball({ "x": TEXT });
    const image = await sendLate(gate, whole, async (rootfs) => {
      return await client.images.upload({ metadata, rootfs });
    });
    for await (const { name, readable } of image.export()) {
      if (name === "metadata") await readable.cancel();
      else assertEquals(await readLate(gate, readable), whole);
    }
    await image.delete();
  },
  "a copy that is relayed": async ({ gate, box, daemon }) => {
    const [connector, far] = [denoUnixConnector({ socket: daemon.socket }), new Gate()];
    await using there = await connect({ connector: far.guard(connector), project: "far" });
    const before = gate.received;
    far.holdAfter(512 * 1024);
    const copying = box.copyTo(there, { name: "copy", mode: "relay", allowInconsistent: true });
    await Promise.race([pause(3000), copying]);
    const taken = gate.received - before;
    far.release();
    const copy = await copying;
    assert(taken > 512 * 1024 && taken <= LIMIT, `${taken} bytes were taken of what was not sent`);
    assertEquals(await sha256(await copy.files.read("/root/data")), await sha256(DATA));
    await copy.delete();
  },
  "the backup of an instance, and its import": async ({ client, gate, box }) => {
    const backup = await box.backups.create({ name: "b", compression_algorithm: "none" });
    const bytes = await readLate(gate, (await backup.export()).readable);
    await backup.delete();
    const copy = await sendLate(gate, bytes, async (stream) => {
      return await client.instances.importBackup(stream, { name: "again", pool: "default" });
    });
    assertEquals(await sha256(await copy.files.read("/root/data")), await sha256(DATA));
    await copy.delete();
  },
  "the backup of a volume, and its import": async ({ client, gate }) => {
    const { custom } = client.storagePools.at("default").volumes;
    const backup = await custom.at("data").backups.create({ compression_algorithm: "none" });
    const bytes = await readLate(gate, (await backup.export()).readable);
    await backup.delete();
    const volume = await sendLate(gate, bytes, async (stream) => {
      return await custom.importBackup(stream, { name: "again" });
    });
    const again = await volume.backups.create({ compression_algorithm: "none" });
    const { length } = await bytesOf((await again.export()).readable);
    assert(Math.abs(length - bytes.length) < 65536, `${length} of ${bytes.length} bytes`);
    await volume.delete();
  },
};

async function prepare(daemon: Daemon): Promise<Ground> {
  const gate = new Gate();
  const connector = gate.guard(denoUnixConnector({ socket: daemon.socket }));
  const client = await connect({ connector });
  const { custom } = client.storagePools.at("default").volumes;
  await custom.create({ name: "data" });
  await client.projects.create({ name: "far", config: sharingConfig });
  const devices = {
    data: { type: "disk", pool: "default", source: "data", path: "/srv" },
  } as const;
  const source = { type: "image", alias: imageAlias } as const;
  const box = await client.instances.create({ name: "box", source, devices, start: true });
  await box.files.write("/root/data", DATA);
  await box.exec(["sh", "-c", "mkdir /root/tree; cp /root/data /root/tree; cp /root/data /srv"]);
  return { client, gate, box, daemon };
}

daemonTest("Every stream makes its other end wait, and is whole", async (daemon, test) => {
  const ground = await prepare(daemon);
  await using _ = ground.client;
  for (const [name, run] of Object.entries(streams)) await test.step(name, () => run(ground));
  await ground.box.stop({ force: true });
});
