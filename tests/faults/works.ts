import { assert, assertEquals } from "@std/assert";
import type { CallOptions, Client, Instance, SpawnOptions } from "../../mod.ts";
import { uniqueName } from "../kit/case.ts";
import { imageAlias } from "../kit/setup.ts";
import { sha256 } from "../kit/sha256.ts";
import { imageMetadata, tarball } from "../kit/tarball.ts";
import { bytesOf, pattern } from "../kit/trees.ts";
import type { Ground } from "./ground.ts";
import { treeWorks } from "./tree_works.ts";

/** What a work is done with. */
export interface WorkContext {
  /** A client, through a proxy. */
  client: Client;
  /** What the daemon has. */
  ground: Ground;
  /** What each call is to be given. */
  limits: CallOptions;
}

/** Something that uses a client: it ends with the right result, or throws. */
export interface Work {
  /** What it does. */
  name: string;
  /** Does it, and makes sure that the result is right. */
  run(context: WorkContext): Promise<void>;
}

/** A server kills a process whose control connection ends, and its exit code says so. */
export class Killed extends Error {}

const BYTES = pattern(150_000);
const SUM = await sha256(BYTES);
const LINES = Array.from({ length: 20_000 }, (_, index) => `${index + 1}\n`).join("");
const tty = { columns: 80, rows: 24 };

function running({ client, ground }: WorkContext): Instance {
  return client.instances.at(ground.running);
}

/** Makes sure of an exit code. */
function assertCode(code: number, expected: number): void {
  if (code === 137) throw new Killed("The process was killed");
  assertEquals(code, expected);
}

async function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  return new TextDecoder().decode(await bytesOf(stream));
}

async function spawnAndRead(context: WorkContext, options: SpawnOptions): Promise<string> {
  await using process = await running(context)
    // LXD 5.0 loses the last output of a terminal whose process ends with it.
    .spawn(["sh", "-c", "seq 1 20000; sleep 0.2"], { ...context.limits, ...options });
  const text = await textOf(process.stdout);
  assertCode((await process.status).code, 0);
  return text;
}

/** Changes, and sees whether the change is there. */
async function profileLife({ client, limits }: WorkContext): Promise<void> {
  const name = uniqueName("profile");
  const profile = await client.profiles.create({ name, description: "new" }, limits);
  await profile.edit((it) => {
    it.config = { "user.text": "x".repeat(2000) };
  }, limits);
  const { data } = await client.profiles.get(name, limits);
  assertEquals([data.description, data.config["user.text"]?.length], ["new", 2000]);
  await profile.delete(limits);
  assertEquals(await client.profiles.exists(name, limits), false);
}

async function instanceLife({ client, limits }: WorkContext): Promise<void> {
  const source = { type: "image", alias: imageAlias } as const;
  const instance = await client.instances.create({ name: uniqueName("box"), source }, limits);
  await instance.snapshots.create({ name: "then" }, limits);
  assertEquals(await instance.snapshots.names(limits), ["then"]);
  await instance.delete(limits);
}

async function images({ client, limits }: WorkContext): Promise<void> {
  const name = uniqueName("image");
  const file = tarball({
    "metadata.yaml": imageMetadata(name),
    "rootfs/": "",
    "rootfs/file": name.repeat(5000),
  });
  const image = await client.images.upload({ file: new Blob([file]).stream() }, limits);
  for await (const { readable } of image.export(limits)) {
    assertEquals(await bytesOf(readable), file);
  }
  await image.delete(limits);
}

async function splitImages({ client, limits }: WorkContext): Promise<void> {
  const name = uniqueName("image");
  const metadata = tarball({ "metadata.yaml": imageMetadata(name) });
  const rootfs = tarball({ file: name.repeat(5000) });
  const image = await client.images.upload(
    { metadata, rootfs: new Blob([rootfs]).stream() },
    limits,
  );
  const found = [];
  for await (const { name, readable } of image.export(limits)) {
    found.push([name, await bytesOf(readable)]);
  }
  assertEquals(found, [["metadata", metadata], ["rootfs", rootfs]]);
  await image.delete(limits);
}

async function files(context: WorkContext): Promise<void> {
  const { files } = running(context);
  const { limits } = context;
  const path = `/tmp/${uniqueName("file")}`;
  await files.write(path, new Blob([BYTES]).stream(), { mode: 0o640, ...limits });
  assertEquals(await files.read(path, limits), BYTES);
  assert((await files.list("/tmp", limits)).includes(path.slice("/tmp/".length)));
  await files.remove(path, limits);
}

async function sftp(context: WorkContext): Promise<void> {
  const directory = `/tmp/${uniqueName("sftp")}`;
  await using sftp = await running(context).sftp(context.limits);
  await sftp.mkdir(directory);
  await new Blob([BYTES]).stream().pipeTo(await sftp.write(`${directory}/a`));
  assertEquals((await sftp.list(directory)).map(({ name, size }) => [name, size]), [
    ["a", BYTES.length],
  ]);
  assertEquals(await bytesOf(await sftp.read(`${directory}/a`)), BYTES);
  assertEquals((await sftp.stat(`${directory}/a`)).size, BYTES.length);
}

async function console({ client, ground, limits }: WorkContext): Promise<void> {
  const instance = client.instances.at(ground.ticking);
  // Incus may have stopped it when the last one left its console: see the conformance case.
  const { status } = await instance.state(limits);
  if (status === "Stopped") await instance.start(limits);
  // One that broke off a moment ago may still be there for the daemon.
  const force = client.server.extensions.has("console_force");
  await using terminal = await instance.console({ tty, force, ...limits });
  let text = "";
  for await (const chunk of terminal.readable) {
    text += new TextDecoder().decode(chunk);
    if (text.includes("tick")) break;
  }
  assert(text.includes("tick"), text);
}

/** Sees its own changes in the events, or that some may be missing. */
async function events({ client, limits }: WorkContext): Promise<void> {
  const name = uniqueName("profile");
  await using events = client.events({ types: ["lifecycle"], signal: limits.signal });
  await events.opened;
  const profile = await client.profiles.create({ name }, limits);
  await profile.delete(limits);
  const seen: string[] = [];
  for await (const event of events) {
    if (event.type === "gap") return;
    if (event.type !== "lifecycle" || !event.metadata.source.endsWith(name)) continue;
    seen.push(event.metadata.action);
    if (event.metadata.action === "profile-deleted") break;
  }
  assertEquals(seen, ["profile-created", "profile-deleted"]);
}

async function importInstance({ client, ground, limits }: WorkContext): Promise<void> {
  const body = new Blob([ground.instanceBackup]).stream();
  const name = uniqueName("again");
  const instance = await client.instances.importBackup(body, { name, pool: "default", ...limits });
  assertEquals(instance.name, name);
  await instance.delete(limits);
}

async function importVolume({ client, ground, limits }: WorkContext): Promise<void> {
  const { custom } = client.storagePools.at("default").volumes;
  const body = new Blob([ground.volumeBackup]).stream();
  const name = uniqueName("again");
  const volume = await custom.importBackup(body, { name, ...limits });
  assertEquals(volume.name, name);
  await volume.delete(limits);
}

/**
 * Has its data go through the client, from one project to the other. Of an instance of its own: Incus
 * migrates none twice at once.
 */
async function relay({ client, ground, limits }: WorkContext): Promise<void> {
  const source = { type: "image", alias: imageAlias } as const;
  const instance = await client.instances.create({ name: uniqueName("box"), source }, limits);
  const name = uniqueName("copy");
  const there = client.project(ground.elsewhere);
  const copy = await instance.copyTo(there, { name, mode: "relay", ...limits });
  assertEquals((await there.instances.get(name, limits)).data.status, "Stopped");
  await copy.delete(limits);
  await instance.delete(limits);
}

/** All streams and kinds of call. */
export const works: readonly Work[] = [
  {
    name: "lists and reads",
    async run({ client, ground, limits }) {
      const names = (await client.instances.list(limits)).map(({ name }) => name);
      assert(names.includes(ground.running) && names.includes(ground.stopped));
      const { data } = await client.instances.get(ground.running, limits);
      assertEquals([data.name, data.status], [ground.running, "Running"]);
      assertEquals(await client.instances.exists("none", limits), false);
    },
  },
  { name: "a profile is created, edited and deleted", run: profileLife },
  { name: "operations are waited for", run: instanceLife },
  {
    name: "output of a command",
    async run(context) {
      const { code, stdoutText, stderrText } = await running(context)
        .exec(["sh", "-c", "seq 1 20000; seq 1 20000 >&2; exit 3"], context.limits);
      assertCode(code, 3);
      assertEquals([stdoutText, stderrText], [LINES, LINES]);
    },
  },
  {
    name: "input of a command",
    async run(context) {
      // It goes on for a while after its input: one that ends with it may have ended by itself.
      const command = ["sh", "-c", "sha256sum; sleep 1"];
      const output = await running(context).exec(command, { stdin: BYTES, ...context.limits });
      assertCode(output.code, 0);
      assertEquals(output.stdoutText, `${SUM}  -\n`);
    },
  },
  {
    name: "a command in both directions",
    async run(context) {
      const stdin = new Blob([BYTES]).stream();
      const command = ["sh", "-c", "cat; sleep 1"];
      const output = await running(context).exec(command, { stdin, ...context.limits });
      assertCode(output.code, 0);
      assertEquals(output.stdout, BYTES);
    },
  },
  {
    name: "a process",
    run: async (context) => assertEquals(await spawnAndRead(context, {}), LINES),
  },
  {
    name: "a process in a terminal",
    run: async (context) =>
      assertEquals((await spawnAndRead(context, { tty })).replaceAll("\r", ""), LINES),
  },
  {
    name: "a recorded command",
    async run(context) {
      const recorded = await running(context).record(["seq", "1", "20000"], context.limits);
      assertEquals(recorded.code, 0);
      const { readable } = await recorded.stdout(context.limits);
      assertEquals(await textOf(readable), LINES);
      await recorded.delete(context.limits);
    },
  },
  { name: "a console", run: console },
  { name: "files", run: files },
  { name: "SFTP", run: sftp },
  ...treeWorks,
  { name: "a copy that is relayed", run: relay },
  { name: "images", run: images },
  { name: "images of two files", run: splitImages },
  {
    name: "the backup of an instance is downloaded",
    async run({ client, ground, limits }) {
      const backup = client.instances.at(ground.stopped).backups.at(ground.backup);
      const { size, readable } = await backup.export(limits);
      assertEquals(size, ground.instanceBackup.length);
      assertEquals(await bytesOf(readable), ground.instanceBackup);
    },
  },
  { name: "the backup of an instance is imported", run: importInstance },
  {
    name: "the backup of a volume is downloaded",
    async run({ client, ground, limits }) {
      const volume = client.storagePools.at("default").volumes.custom.at(ground.volume);
      const { readable } = await volume.backups.at(ground.backup).export(limits);
      assertEquals(await bytesOf(readable), ground.volumeBackup);
    },
  },
  { name: "the backup of a volume is imported", run: importVolume },
  { name: "events", run: events },
];
