import { assert, assertEquals } from "@std/assert";
import type { CommandOutput, Instance } from "../../mod.ts";
import { imageAlias } from "../kit/setup.ts";
import { type Section, section } from "./section.ts";

const source = { type: "image", alias: imageAlias } as const;

const closing = (it: AsyncDisposable) => it[Symbol.asyncDispose]();
const named = (name: string) => (it: { name: string }) => assertEquals(it.name, name);
const status = (word: string) => (it: Instance) => assertEquals(it.data.status, word);

const containers: Section = section({
  title: "Container, VirtualMachine, Instance",
  about: "`container` is what `create()` and `get()` give. `client.containers` and " +
    "`client.virtualMachines` hold one type each, `client.instances` both. What changes things waits " +
    "for the end, as with `wait=True`; `detach()` stands for `wait=False`.",
  async given({ client }) {
    await client.projects.create({ name: "elsewhere", config: { "features.images": "false" } });
    await client.project("elsewhere").profiles.at("default").edit((it) => {
      it.devices = { root: { type: "disk", path: "/", pool: "default" } };
    });
    const container = await client.containers.create({ name: "first", source });
    const busy = await client.instances.create({ name: "busy", start: true, source });
    const other = client.project("elsewhere");
    return { client, container, busy, other, source };
  },
  rows: [
    [
      "client.containers.all()",
      async ({ client }) => await client.containers.list(),
      (it: Instance[]) => assertEquals(it.map(({ name }) => name), ["busy", "first"]),
    ],
    [
      "client.virtual_machines.all()",
      async ({ client }) => await client.virtualMachines.list(),
      (it) => assertEquals(it, []),
    ],
    [
      "client.instances.all(recursion=2)",
      async ({ client }) => await client.instances.list({ recursion: 2 }),
      (it: Instance[]) => assertEquals(it[0]?.data.snapshots ?? [], []),
    ],
    [
      "client.containers.get('first')",
      async ({ client }) => await client.containers.get("first"),
      named("first"),
    ],
    [
      "client.containers.exists('first')",
      async ({ client }) => await client.containers.exists("first"),
      assert,
    ],
    [
      "client.containers.create({'name': 'web', 'source': source}, wait=True)",
      async ({ client, source }) => await client.containers.create({ name: "web", source }),
      named("web"),
    ],
    [
      "client.containers.create({'name': 'later', 'source': source})",
      async ({ client, source }) =>
        await client.containers.create({ name: "later", source }).detach(),
      async (it) => await it.wait(),
    ],
    [
      "container.start(wait=True)",
      async ({ container }) => await container.start(),
      status("Running"),
    ],
    [
      "container.state()",
      async ({ container }) => await container.state(),
      (it) => assertEquals(it.status, "Running"),
    ],
    [
      "container.execute(['uname', '-s'])",
      async ({ container }) => await container.exec(["uname", "-s"]),
      (it: CommandOutput) => assertEquals([it.code, it.stdoutText], [0, "Linux\n"]),
    ],
    [
      "container.execute(['sort'], environment={'LC_ALL': 'C'}, cwd='/', stdin_payload='b\\na\\n')",
      async ({ container }) =>
        await container.exec(["sort"], {
          environment: { LC_ALL: "C" },
          cwd: "/",
          stdin: "b\na\n",
        }),
      (it: CommandOutput) => assertEquals(it.stdoutText, "a\nb\n"),
    ],
    [
      "container.raw_interactive_execute(['sh'])",
      async ({ container }) => await container.spawn(["sh"], { tty: { columns: 80, rows: 24 } }),
      closing,
    ],
    [
      "container.freeze(wait=True)",
      async ({ container }) => await container.freeze(),
      status("Frozen"),
    ],
    [
      "container.unfreeze(wait=True)",
      async ({ container }) => await container.unfreeze(),
      status("Running"),
    ],
    [
      "container.restart(force=True, wait=True)",
      async ({ container }) => await container.restart({ force: true }),
      status("Running"),
    ],
    [
      "busy.stop(force=True, wait=True)",
      async ({ busy }) => await busy.stop({ force: true }),
      status("Stopped"),
    ],
    [
      "container.stop(timeout=30, force=False, wait=True)",
      async ({ container }) => await container.stop({ gracePeriod: 30_000 }),
      status("Stopped"),
    ],
    ["container.sync()", async ({ container }) => await container.refresh(), named("first")],
    [
      "container.config['limits.cpu']",
      ({ container }) => container.data.config["limits.cpu"],
      (it) => assertEquals(it, undefined),
    ],
    [
      "container.config['limits.cpu'] = '2'; container.save(wait=True)",
      async ({ container }) =>
        await container.edit((it) => {
          it.config = { ...it.config, "limits.cpu": "2" };
        }),
      (it: Instance) => assertEquals(it.data.config["limits.cpu"], "2"),
    ],
    [
      "container.patch({'description': 'the first'}, wait=True)",
      async ({ container }) => await container.patch({ description: "the first" }),
      (it: Instance) => assertEquals(it.data.description, "the first"),
    ],
    ["container.save(wait=True)", async ({ container }) => await container.save()],

    [
      "container.rename('second', wait=True)",
      async ({ container }) => await container.rename("second"),
      named("second"),
    ],
    [
      "container.publish(wait=True)",
      async ({ container }) => await container.publish({ properties: { os: "mine" } }),
      (it) => assertEquals(it.data.properties.os, "mine"),
    ],
    [
      "container.migrate(new_client, wait=True)",
      async ({ container, other }) => await container.moveTo(other),
      named("second"),
    ],
    [
      "container.delete(wait=True)",
      async ({ client }) => await client.containers.at("web").delete(),
    ],
  ],
});

const snapshots: Section = section({
  title: "Snapshot",
  about: "`snapshot` is what `container.snapshots` gives.",
  async given({ client }) {
    const container = await client.containers.create({ name: "snapped", source });
    const snapshot = await container.snapshots.create({ name: "before" });
    return { client, container, snapshot };
  },
  rows: [
    [
      "container.snapshots.all()",
      async ({ container }) => await container.snapshots.list(),
      (it: { name: string }[]) => assertEquals(it.map(({ name }) => name), ["before"]),
    ],
    [
      "container.snapshots.create('now', stateful=False, wait=True)",
      async ({ container }) => await container.snapshots.create({ name: "now" }),
      named("now"),
    ],
    [
      "container.snapshots.get('now')",
      async ({ container }) => await container.snapshots.get("now"),
      named("now"),
    ],
    [
      "snapshot.rename('earlier', wait=True)",
      async ({ snapshot }) => await snapshot.rename("earlier"),
      named("earlier"),
    ],
    ["snapshot.restore(wait=True)", async ({ snapshot }) => await snapshot.restore()],
    [
      "container.restore_snapshot('now', wait=True)",
      async ({ container }) => await container.restore("now"),
      named("snapped"),
    ],
    [
      "snapshot.publish(wait=True)",
      async ({ snapshot }) => await snapshot.publish({ properties: { os: "snapped" } }),
      (it) => assertEquals(it.data.properties.os, "snapped"),
    ],
    ["snapshot.delete(wait=True)", async ({ snapshot }) => await snapshot.delete()],
  ],
});

const files: Section = section({
  title: "FilesManager",
  about:
    "Modes are numbers, such as `0o644`. What is large is read and written as a stream. Whole folders " +
    "keep modes, times and links, and go on where they broke off with `skipEqual`.",
  async given({ client, daemon }) {
    const src = `${daemon.directory}/src`;
    await Deno.mkdir(src);
    await Deno.writeTextFile(`${src}/file`, "hi\n");
    const container = await client.containers.create({ name: "filed", source });
    return { container, bytes: "hi\n", src, dst: `${daemon.directory}/dst` };
  },
  rows: [
    [
      "container.files.put('/etc/motd', data, mode=0o644, uid=0, gid=0)",
      async ({ container, bytes }) =>
        await container.files.write("/etc/motd", bytes, { mode: 0o644, uid: 0, gid: 0 }),
    ],
    [
      "container.files.get('/etc/motd')",
      async ({ container }) => await container.files.read("/etc/motd"),
      (it: Uint8Array) => assertEquals(new TextDecoder().decode(it), "hi\n"),
    ],
    [
      "container.files.get('/etc/motd').decode()",
      async ({ container }) => await container.files.readText("/etc/motd"),
      (it) => assertEquals(it, "hi\n"),
    ],
    [
      "container.files.mk_dir('/srv/data', mode=0o755)",
      async ({ container }) =>
        await container.files.mkdir("/srv/data", { mode: 0o755, recursive: true }),
    ],
    [
      "container.files.recursive_put(src, '/srv')",
      async ({ container, src }) => await container.files.upload(src, "/srv"),
      (it) => assertEquals(it.files, 1),
    ],
    [
      "container.files.recursive_get('/srv', dst)",
      async ({ container, dst }) => await container.files.download("/srv", dst),
      (it) => assertEquals(it.files, 1),
    ],
    [
      "container.files.delete('/etc/motd')",
      async ({ container }) => await container.files.remove("/etc/motd"),
    ],
  ],
});

/** Containers, virtual machines, their snapshots and files. */
export const instanceSections: Section[] = [containers, snapshots, files];
