/**
 * Remotes that the real `lxc` and `incus` made, and remotes that these tools read after they were made
 * here.
 *
 * @module
 */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  ConfigurationError,
  connect as connectServer,
  ConnectionError,
  joinServer,
  type RemoteOptions,
} from "../mod.ts";
import { clientToken } from "../src/auth/mod.ts";
import { connect, readRemotes, type Remotes } from "../src/remotes/mod.ts";
import { createCertificate } from "../src/trust/mod.ts";
import { Api } from "./kit/api.ts";
import type { Daemon } from "./kit/daemon.ts";
import { sha256 } from "./kit/sha256.ts";
import { daemonTest } from "./kit/suite.ts";

const TOOLS = { lxd: "lxc", incus: "incus" } as const;

/** A home of its own with the tool of the daemon in it. */
class Home implements AsyncDisposable {
  readonly path: string;
  readonly #daemon: Daemon;
  readonly #variables = [
    "HOME",
    "XDG_CONFIG_HOME",
    ...["CONF", "GLOBAL_CONF"].flatMap((it) => [`LXD_${it}`, `INCUS_${it}`]),
  ];
  readonly #before: (string | undefined)[];

  constructor(daemon: Daemon) {
    this.#daemon = daemon;
    this.path = Deno.makeTempDirSync();
    this.#before = this.#variables.map((name) => Deno.env.get(name));
    for (const name of this.#variables) Deno.env.delete(name);
    Deno.env.set("HOME", this.path);
  }

  get config(): string {
    return `${this.path}/.config/${TOOLS[this.#daemon.kind]}`;
  }

  /** Runs the tool, and gives what it printed. */
  async run(args: string[], env: Record<string, string> = {}): Promise<string> {
    const { kind, directory } = this.#daemon;
    const { success, stdout, stderr } = await new Deno.Command(TOOLS[kind], {
      args,
      // Away from the daemon's own socket: what works, works by the remote.
      env: { HOME: this.path, [`${kind.toUpperCase()}_DIR`]: `${directory}/none`, ...env },
      stdin: "null",
    }).output();
    const text = new TextDecoder().decode(stdout);
    assert(success, `${args.join(" ")}: ${text}${new TextDecoder().decode(stderr)}`);
    return text;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#variables.forEach((name, index) => {
      const value = this.#before[index];
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    });
    await Deno.remove(this.path, { recursive: true });
  }
}

async function issue(daemon: Daemon, name: string): Promise<string> {
  await using client = await connectServer({ socket: daemon.socket });
  return (await client.certificates.createToken({ name })).text;
}

/** A remote as the tool lists it. */
interface Listed {
  Addr: string;
  Protocol: string;
  Public: boolean;
  Project: string;
}

async function assertSameList(home: Home, remotes: Remotes): Promise<void> {
  const listed: Record<string, Listed> = JSON.parse(
    await home.run(["remote", "list", "-f", "json"]),
  );
  for (const [name, it] of Object.entries(listed)) {
    const remote = remotes.get(name);
    const { addresses, protocol, public: open, project = "" } = remote;
    const address = addresses.join().replace(/\/$/, "");
    const expected = [
      it.Addr.replace(/\/$/, ""),
      it.Protocol || remotes.dialect,
      it.Public,
      it.Project,
    ];
    assertEquals([address || "unix://", protocol, open, project], expected, name);
  }
}

daemonTest(
  "Remotes that the tool added by a token are read right, and lead to the server",
  async (daemon) => {
    await using home = new Home(daemon);
    const tool = TOOLS[daemon.kind];
    const token = await issue(daemon, "tool");
    await using admin = await connectServer({ socket: daemon.socket });
    await admin.projects.create({ name: "ci", config: { "features.profiles": "false" } });
    await home.run(["remote", "add", "lab", token, "--accept-certificate", "--project", "ci"]);
    await home.run([
      "remote",
      "add",
      "lists",
      "https://images.example",
      "--protocol=simplestreams",
    ]);
    const remotes = await readRemotes();
    assertEquals([remotes.dialect, remotes.directory], [daemon.kind, home.config]);
    await assertSameList(home, remotes);
    assert(!Deno.inspect(remotes, { depth: 10 }).includes("BEGIN"));
    const { authType, project, origin } = remotes.get("lab");
    assertEquals([authType, project, origin], ["tls", "ci", "user"]);
    {
      await using client = await connect({ remote: "lab" });
      assert(client.server.trusted);
      assertEquals(client.scope.project, "ci");
      assert(client.connector.address.startsWith("https://"));
      await client.instances.create({ name: "c1", source: { type: "none" } });
      assertEquals(await client.instances.names(), ["c1"]);
    }
    assertStringIncludes(await home.run(["list", "lab:", "-f", "csv"]), "c1");
    {
      await using client = await connect({ remote: "lab", project: "default" });
      assertEquals(await client.instances.names(), []);
    }
    await home.run(["remote", "switch", "lab"]);
    assertEquals((await readRemotes()).defaultRemote, "lab");
    await using first = await (await readRemotes({ dialect: daemon.kind })).connect();
    assertEquals(await first.instances.names(), ["c1"]);
    await assertRejects(
      () => connect({ remote: "lists" }),
      ConnectionError,
      "a list of images (simplestreams)",
    );
    // No certificate of another server is taken in place of the one that the tool pinned.
    const other = await createCertificate({ name: "other" });
    await Deno.writeTextFile(`${home.config}/servercerts/lab.crt`, other.cert);
    const error = await assertRejects(() => connect({ remote: "lab" }), ConnectionError);
    assertEquals(error.reason, "certificate");
    assert(!Deno.inspect(error).includes("PRIVATE KEY"), tool);
  },
);

daemonTest("A remote that the tool added by a password is read right", async (daemon) => {
  await using home = new Home(daemon);
  using api = new Api(daemon.socket);
  const config = { "core.trust_password": "open sesame" };
  await api.request("PATCH", "/1.0", { body: { config } });
  const url = `https://127.0.0.1:${daemon.httpsPort}`;
  const args = ["--accept-certificate", "--password", "open sesame"];
  await home.run(["remote", "add", "lab", url, ...args]);
  await using client = await connect({ remote: "lab", dialect: "lxd" });
  assert(client.server.trusted);
}, { kinds: ["lxd"] });

daemonTest("The local remote is the daemon that the tool would talk to", async (daemon) => {
  await using home = new Home(daemon);
  const variable = `${daemon.kind.toUpperCase()}_DIR`;
  await home.run(["list"], { [variable]: daemon.home });
  const before = Deno.env.get(variable);
  Deno.env.set(variable, daemon.home);
  try {
    await using client = await connect({ remote: "local" });
    assertEquals(client.connector.address, `unix:${daemon.socket}`);
  } finally {
    if (before === undefined) Deno.env.delete(variable);
    else Deno.env.set(variable, before);
  }
  await Deno.writeTextFile(
    `${home.config}/config.yml`,
    `remotes: {here: {addr: "unix://${daemon.socket}"}}`,
  );
  await using client = await connect({ remote: "here" });
  assertEquals(client.connector.address, `unix:${daemon.socket}`);
});

daemonTest("The tool reads the remotes that are added here, and its own stay", async (daemon) => {
  await using home = new Home(daemon);
  const token = await issue(daemon, "tool");
  await home.run(["remote", "add", "first", token, "--accept-certificate"]);
  const path = `${home.config}/config.yml`;
  await Deno.writeTextFile(path, `# mine\n${await Deno.readTextFile(path)}`);
  const remotes = await readRemotes();
  const shared = (await remotes.identity())!;
  await remotes.add("second", await joinServer({ token: await issue(daemon, "again"), ...shared }));
  await using admin = await connectServer({ socket: daemon.socket });
  await admin.instances.create({ name: "c1", source: { type: "none" } });
  for (const name of ["first", "second"]) {
    assertStringIncludes(await home.run(["list", `${name}:`, "-f", "csv"]), "c1");
  }
  assertStringIncludes(await Deno.readTextFile(path), "# mine");
  if (daemon.kind === "incus") {
    const own = await createCertificate({ name: "own" });
    await remotes.add("third", await joinServer({ token: await issue(daemon, "own"), ...own }));
    await admin.certificates.at(await fingerprintOf(shared)).delete();
    assertStringIncludes(await home.run(["list", "third:", "-f", "csv"]), "c1");
    await using client = await remotes.connect("third");
    assertEquals(await client.instances.names(), ["c1"]);
  }
  await assertSameList(home, await readRemotes());
  await remotes.remove("second");
  await assertSameList(home, await readRemotes());
  assert(!(await home.run(["remote", "list", "-f", "csv"])).includes("second"));
});

daemonTest("The tool takes a configuration that is begun here", async (daemon) => {
  await using home = new Home(daemon);
  const remotes = await readRemotes({ dialect: daemon.kind });
  const identity = await createCertificate({ name: "begun" });
  const access = await joinServer({ token: await issue(daemon, "begun"), ...identity });
  await remotes.add("lab", access);
  const untrusted = await createCertificate({ name: "untrusted" });
  const strange = { ...access, ...untrusted };
  await assertRejects(
    () => remotes.add("x", strange),
    ConnectionError,
    "does not trust the caller",
  );
  assert(JSON.parse(await home.run(["query", "lab:/1.0"])).auth === "trusted");
  await assertSameList(home, await readRemotes());
});

daemonTest("The addresses of a remote are tried in turn", async (daemon) => {
  await using home = new Home(daemon);
  await home.run(["remote", "add", "lab", await issue(daemon, "lab"), "--accept-certificate"]);
  const path = `${home.config}/config.yml`;
  const text = await Deno.readTextFile(path);
  const two = text.replace(/addr: (https:\/\/.*:\d+)$/m, "addr: https://127.0.0.1:1, $1");
  assert(two !== text);
  await Deno.writeTextFile(path, two);
  {
    await using client = await connect({ remote: "lab" });
    assert(client.server.trusted);
  }
  const none = two.replace(/(addr: https:\/\/127.0.0.1:1), .*$/m, "$1,https://127.0.0.1:2");
  await Deno.writeTextFile(path, none);
  const error = await assertRejects(() => connect({ remote: "lab" }), ConnectionError);
  assertStringIncludes(error.message, 'Cannot connect to the remote "lab" at any of its addresses');
  assertEquals(error.message.match(/^- Cannot reach/gm)?.length, 2);
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  assertEquals(await assertRejects(() => connect({ remote: "lab", signal })), reason);
});

daemonTest("Remotes for all users of the machine are read right", async (daemon) => {
  await using home = new Home(daemon);
  await home.run(["remote", "add", "lab", await issue(daemon, "lab"), "--accept-certificate"]);
  const all = `${home.path}/all`;
  const variable = `${daemon.kind.toUpperCase()}_GLOBAL_CONF`;
  Deno.env.set(variable, all);
  await Deno.mkdir(all);
  await Deno.rename(`${home.config}/servercerts`, `${all}/servercerts`);
  await Deno.rename(`${home.config}/config.yml`, `${all}/config.yml`);
  await Deno.writeTextFile(`${home.config}/config.yml`, "remotes: {}\n");
  assertStringIncludes(await home.run(["remote", "list", "-f", "csv"], { [variable]: all }), "lab");
  await using client = await connect({ remote: "lab" });
  assert(client.server.trusted);
  const remotes = await readRemotes();
  assertEquals(remotes.get("lab").origin, "global");
  await assertRejects(() => remotes.remove("lab"), ConfigurationError, "it is for all users");
});

daemonTest(
  "A remote that the tool logged in to by tokens is reached by its token",
  async (daemon) => {
    await using home = new Home(daemon);
    await home.run(["remote", "add", "lab", await issue(daemon, "lab"), "--accept-certificate"]);
    const path = `${home.config}/config.yml`;
    const text = await Deno.readTextFile(path);
    // 6.0.4 writes no auth_type for a certificate.
    const changed = text.replace("\n  lab:\n", "\n  lab:\n    auth_type: oidc\n");
    assert(changed !== text && !text.includes("auth_type"), text);
    await Deno.writeTextFile(path, changed);
    const { cert, key } = (await (await readRemotes()).identity())!;
    await assertRejects(() => connect({ remote: "lab" }), ConfigurationError, "`incus info lab:`");
    const accessToken = await clientToken({ cert, key });
    // A token of the client's own, which Incus takes in the same place as one of OpenID Connect.
    const tokens = JSON.stringify({ access_token: accessToken, token_type: "Bearer" });
    await Deno.writeTextFile(`${home.config}/oidctokens/lab.json`, tokens);
    {
      await using client = await connect({ remote: "lab" });
      assert(client.server.trusted);
    }
    await Deno.remove(`${home.config}/oidctokens/lab.json`);
    await using client = await connect({ remote: "lab", accessToken });
    assert(client.server.trusted);
    assert(!Deno.inspect([client, await readRemotes()], { depth: 10 }).includes(accessToken));
  },
  { kinds: ["incus"] },
);

async function fingerprintOf({ cert = "" }: RemoteOptions): Promise<string> {
  const base64 = cert.split("\n").filter((line) => !line.startsWith("-")).join("");
  const der = Uint8Array.fromBase64(base64);
  return await sha256(der);
}
