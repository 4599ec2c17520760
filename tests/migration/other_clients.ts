import { assert, assertEquals } from "@std/assert";
import { connect, type Instance } from "../../mod.ts";
import { imageAlias } from "../kit/setup.ts";
import { type Section, section } from "./section.ts";

const source = { type: "image", alias: imageAlias } as const;
const path = { name: "web" };

const query: Section = section({
  title: "`lxc query` and `incus query`",
  about: '`path` is `{ name: "web" }`. `client.raw` always waits, as with `--wait`.',
  async given({ client }) {
    await client.instances.create({ name: "web", source });
    await client.instances.create({ name: "old", source: { type: "none" } });
    return { client, path };
  },
  rows: [
    [
      "lxc query /1.0/instances/web",
      async ({ client, path }) => await client.raw("GET /1.0/instances/{name}", { path }),
      (it) => assertEquals(it.name, "web"),
    ],
    [
      "lxc query '/1.0/instances?recursion=1'",
      async ({ client }) => await client.raw("GET /1.0/instances", { query: { recursion: 1 } }),
      (it) => assert(it.length > 0),
    ],
    [
      'lxc query --wait -X PUT -d \'{"action": "start"}\' /1.0/instances/web/state',
      async ({ client, path }) =>
        await client.raw("PUT /1.0/instances/{name}/state", { path, body: { action: "start" } }),
      (it) => assertEquals(it.status, "Success"),
    ],
    [
      'lxc query -X PATCH -d \'{"description": "mine"}\' /1.0/instances/web',
      async ({ client, path }) =>
        await client.raw("PATCH /1.0/instances/{name}", { path, body: { description: "mine" } }),
    ],
    [
      "lxc query --raw /1.0/instances/web",
      async ({ client }) => await (await client.api("instances")("web").get()).json(),
      (it) => assertEquals(it.type, "sync"),
    ],
    [
      "lxc query --wait -X DELETE /1.0/instances/old",
      async ({ client }) =>
        await client.raw("DELETE /1.0/instances/{name}", { path: { name: "old" } }),
    ],
  ],
});

const go: Section = section({
  title: "The Go clients",
  about: '`c` is the Go client\'s `InstanceServer`, `web` is `client.instances.at("web")`.',
  async given({ client, daemon, access }) {
    const web: Instance = await client.instances.get("web");
    const handle = () => {};
    const put = { description: "put" };
    const operation = (await client.certificates.createToken({ name: "never" })).operation!;
    return { client, web, put, source, handle, operation, socket: daemon.socket, ...access };
  },
  rows: [
    [
      "ConnectLXDUnix(socket, nil)",
      async ({ socket }) => await connect({ socket }),
      (it) => it.close(),
    ],
    [
      "ConnectIncus(url, &ConnectionArgs{...})",
      async ({ url, cert, key, serverCert }) => await connect({ url, cert, key, serverCert }),
      (it) => it.close(),
    ],
    ['c.UseProject("ci")', ({ client }) => client.project("ci")],
    ['c.UseTarget("node1")', ({ client }) => client.target("node1")],
    ['c.HasExtension("projects")', ({ client }) => client.hasExtension("projects"), assert],
    ["c.GetServer()", async ({ client }) => await client.server.refresh()],
    [
      "c.GetInstances(api.InstanceTypeAny)",
      async ({ client }) => await client.instances.list(),
      (it) => assert(it.length > 0),
    ],
    [
      "c.GetInstancesAllProjects(api.InstanceTypeAny)",
      async ({ client }) => await client.instances.list({ allProjects: true }),
    ],
    ['c.GetInstance("web")', async ({ client }) => await client.instances.get("web")],
    [
      "op, err := c.CreateInstance(req); op.Wait()",
      async ({ client, source }) => await client.instances.create({ name: "box", source }),
    ],
    [
      "op.AddHandler(handle)",
      async ({ web, handle }) =>
        await web.snapshots.create({ name: "seen" }, { onProgress: handle }),
    ],
    [
      "op.Cancel()",
      async ({ operation }) => await operation.cancel(),
    ],
    [
      "c.UpdateInstance(name, put, etag)",
      async ({ web, put }) => await web.edit((it) => void Object.assign(it, put)),
    ],
    [
      'c.UpdateInstanceState("web", api.InstanceStatePut{Action: "restart", Force: true}, "")',
      async ({ web }) => await web.restart({ force: true }),
    ],
    [
      'c.ExecInstance("web", api.InstanceExecPost{Command: command}, &args)',
      async ({ web }) => await web.exec(["true"]),
      (it) => assertEquals(it.code, 0),
    ],
    [
      'c.CreateInstanceFile("web", "/etc/motd", args)',
      async ({ web }) => await web.files.write("/etc/motd", "hello\n", { mode: 0o644 }),
    ],
    [
      'c.GetInstanceFile("web", "/etc/motd")',
      async ({ web }) => await web.files.open("/etc/motd"),
      async (it) => await it.readable.cancel(),
    ],
    ['c.GetInstanceFileSFTP("web")', async ({ web }) => await web.sftp(), (it) => it.close()],
    [
      'c.CreateInstanceBackup("web", req); c.GetInstanceBackupFile("web", name, req)',
      async ({ web }) => await (await web.backups.create({ name: "now" })).export(),
      async (it) => await it.readable.cancel(),
    ],
    [
      "c.CopyInstance(source, instance, nil)",
      async ({ web }) => await web.copy("twin"),
      (it) => assertEquals(it.name, "twin"),
    ],
    ["c.GetEvents()", ({ client }) => client.events(), async (it) => await it.close()],
    [
      "c.RawQuery(method, path, data, etag)",
      async ({ client }) => await client.raw("GET /1.0/profiles"),
    ],
    [
      'c.UpdateInstanceState("web", api.InstanceStatePut{Action: "stop", Force: true}, "")',
      async ({ web }) => await web.stop({ force: true }),
    ],
  ],
});

/** `lxc query` and the Go clients. */
export const otherSections: Section[] = [query, go];
