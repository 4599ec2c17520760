import { assert, assertEquals } from "@std/assert";
import { makeCertificate } from "../kit/trust.ts";
import { type Section, section } from "./section.ts";

const named = (name: string) => (it: { name: string }) => assertEquals(it.name, name);

const profiles: Section = section({
  title: "Profile",
  given: async ({ client }) => ({
    client,
    profile: await client.profiles.create({ name: "given" }),
  }),
  rows: [
    ["client.profiles.all()", async ({ client }) => await client.profiles.list()],
    [
      "client.profiles.get('given')",
      async ({ client }) => await client.profiles.get("given"),
      named("given"),
    ],
    [
      "client.profiles.exists('given')",
      async ({ client }) => await client.profiles.exists("given"),
      assert,
    ],
    [
      "client.profiles.create('small', config={'limits.cpu': '1'}, devices={})",
      async ({ client }) =>
        await client.profiles.create({
          name: "small",
          config: { "limits.cpu": "1" },
          devices: {},
        }),
      named("small"),
    ],
    [
      "profile.rename('tiny')",
      async ({ profile }) => await profile.rename("tiny"),
      named("tiny"),
    ],
    [
      "profile.description = 'tiny'; profile.save()",
      async ({ profile }) =>
        await profile.edit((it) => {
          it.description = "tiny";
        }),
    ],
    ["profile.delete()", async ({ profile }) => await profile.delete()],
  ],
});

const projects: Section = section({
  title: "Project",
  given: async ({ client }) => ({ client, project: await client.projects.create({ name: "ci" }) }),
  rows: [
    ["client.projects.all()", async ({ client }) => await client.projects.list()],
    [
      "client.projects.get('ci')",
      async ({ client }) => await client.projects.get("ci"),
      named("ci"),
    ],
    [
      "client.projects.exists('ci')",
      async ({ client }) => await client.projects.exists("ci"),
      assert,
    ],
    [
      "client.projects.create('cd', description='delivery')",
      async ({ client }) => await client.projects.create({ name: "cd", description: "delivery" }),
      named("cd"),
    ],
    ["project.rename('ct')", async ({ project }) => await project.rename("ct"), named("ct")],
    [
      "project.description = 'tests'; project.save()",
      async ({ project }) =>
        await project.edit((it) => {
          it.description = "tests";
        }),
    ],
    ["project.delete()", async ({ project }) => await project.delete()],
  ],
});

const networks: Section = section({
  title: "Network",
  about: "A network of its own is a bridge unless `type` says otherwise.",
  async given({ client }) {
    const [a, b] = Array.from({ length: 2 }, () => `lxk${crypto.randomUUID().slice(0, 8)}`);
    const config = { "ipv4.address": "none", "ipv6.address": "none" };
    const network = await client.networks.create({ name: a!, config });
    const ipv4 = `10.${64 + Math.floor(Math.random() * 64)}.${Math.floor(Math.random() * 256)}`;
    const address = `${ipv4}.10`;
    await network.edit((it) => {
      it.config = { ...it.config, "ipv4.address": `${ipv4}.1/24` };
    });
    return { client, network, name: a!, newName: b!, config, address };
  },
  rows: [
    ["client.networks.all()", async ({ client }) => await client.networks.list()],
    ["client.networks.get(name)", async ({ client, name }) => await client.networks.get(name)],
    [
      "client.networks.exists(name)",
      async ({ client, name }) => await client.networks.exists(name),
      assert,
    ],
    [
      "client.networks.create(name, config=config)",
      async ({ client, newName: name, config }) => await client.networks.create({ name, config }),
      async (it) => await it.delete(),
    ],
    [
      "network.state()",
      async ({ network }) => await network.state(),
      (it) => assertEquals(it.type, "broadcast"),
    ],
    [
      "network.forwards.create({'listen_address': address})",
      async ({ network, address }) =>
        await network.forwards.create({ listen_address: address, config: {} }),
    ],
    [
      "network.forwards.get(address)",
      async ({ network, address }) => await network.forwards.get(address),
    ],
    [
      "forward.delete()",
      async ({ network, address }) => await network.forwards.at(address).delete(),
    ],
    [
      "network.description = 'mine'; network.save()",
      async ({ network }) =>
        await network.edit((it) => {
          it.description = "mine";
        }),
    ],
    ["network.rename(name)", async ({ network, newName: name }) => await network.rename(name)],
    ["network.delete()", async ({ network }) => await network.delete()],
  ],
});

const certificates: Section = section({
  title: "Certificate",
  about: "A server is joined by a token: see Client.",
  async given({ client }) {
    const pem = (await makeCertificate({ name: "ci" })).cert;
    const certificate = await client.certificates.create({
      name: "old",
      certificate: (await makeCertificate({ name: "old" })).cert,
    });
    return { client, pem, certificate, fingerprint: certificate.name };
  },
  rows: [
    ["client.certificates.all()", async ({ client }) => await client.certificates.list()],
    [
      "client.certificates.get(fingerprint)",
      async ({ client, fingerprint }) => await client.certificates.get(fingerprint),
    ],
    [
      "client.certificates.create('', cert_data)",
      async ({ client, pem }) => await client.certificates.create({ name: "ci", certificate: pem }),
      async (it) => await it.delete(),
    ],
    [
      "client.certificates.create_token(name='ci')",
      async ({ client }) => await client.certificates.createToken({ name: "ci" }),
      async (it) => await it.operation?.cancel(),
    ],
    ["certificate.delete()", async ({ certificate }) => await certificate.delete()],
  ],
});

const operations: Section = section({
  title: "Operation",
  about: "Tasks wait by themselves; an operation is had by `detach()` or by its id.",
  async given({ client }) {
    const { operation } = await client.certificates.createToken({ name: "waiting" });
    const source = { type: "none" } as const;
    const task = client.instances.create({ name: "empty", source });
    const running = await client.instances.create({ name: "void", source }).detach();
    return { client, id: operation!.id, running: running!.id, task };
  },
  rows: [
    [
      "client.operations.get(id)",
      async ({ client, id }) => await client.operations.get(id),
      (it) => assertEquals(it.data.class, "token"),
    ],
    ["operation.wait()", async ({ task }) => await task, named("empty")],
    [
      "client.operations.wait_for_operation(id)",
      async ({ client, running: id }) => await client.operations.at(id).wait(),
      (it) => assertEquals(it.status, "Success"),
    ],
    [
      "client.api.operations[id].delete()",
      async ({ client, id }) => await client.operations.at(id).cancel(),
    ],
  ],
});

/** Profiles, projects, networks, certificates and operations. */
export const objectSections: Section[] = [profiles, projects, networks, certificates, operations];
