/**
 * Where the tools keep their configuration, how it is read, and that a change leaves the rest of it.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
// deno-lint-ignore no-external-import
import { posix, win32 } from "node:path";
import { ConfigurationError, ConnectionError } from "../../mod.ts";
import { createCertificate } from "../../src/trust/mod.ts";
import { ConfigFile } from "../../src/remotes/config_file.ts";
import { connect, readRemotes, type Remotes } from "../../src/remotes/mod.ts";
import { configPlaces } from "../../src/remotes/places.ts";
import { mergeRemotes } from "../../src/remotes/remote.ts";
import type { Surroundings } from "../../src/remotes/system.ts";

function machine(
  platform: "linux" | "darwin" | "win32",
  variables: Record<string, string> = {},
): Surroundings {
  return {
    platform,
    join: platform === "win32" ? win32.join : posix.join,
    env: (name) => variables[name],
    home: () => platform === "win32" ? "C:\\Users\\ada" : "/home/ada",
  };
}

function directories(dialect: "lxd" | "incus", around: Surroundings): string[] {
  return configPlaces(dialect, around).map((it) => it.directory);
}

Deno.test("The configuration of lxc is looked for where lxc and its snap keep it", () => {
  assertEquals(configPlaces("lxd", machine("linux")), [
    { directory: "/home/ada/.config/lxc", global: "/etc/lxd" },
    { directory: "/home/ada/snap/lxd/common/config", global: "/var/snap/lxd/common/global-conf" },
  ]);
  assertEquals(directories("lxd", machine("darwin")), ["/home/ada/.config/lxc"]);
  assertEquals(directories("lxd", machine("win32")), ["C:\\Users\\ada\\.config\\lxc"]);
  const named = machine("linux", { LXD_CONF: "/a", LXD_GLOBAL_CONF: "/b" });
  assertEquals(configPlaces("lxd", named), [{ directory: "/a", global: "/b" }]);
  assertEquals(configPlaces("lxd", machine("linux", { INCUS_CONF: "/a" })).length, 2);
});

Deno.test("The configuration of incus is looked for where each system has it", () => {
  assertEquals(configPlaces("incus", machine("linux")), [
    { directory: "/home/ada/.config/incus", global: "/etc/incus" },
  ]);
  assertEquals(directories("incus", machine("linux", { XDG_CONFIG_HOME: "/x" })), [
    "/x/incus",
    "/home/ada/.config/incus",
  ]);
  assertEquals(directories("incus", machine("darwin", { XDG_CONFIG_HOME: "/x" })), [
    "/home/ada/Library/Application Support/incus",
    "/home/ada/.config/incus",
  ]);
  assertEquals(directories("incus", machine("win32")), [
    "C:\\Users\\ada\\AppData\\Roaming\\incus",
    "C:\\Users\\ada\\.config\\incus",
  ]);
  assertEquals(
    directories("incus", machine("win32", { APPDATA: "D:\\roaming" }))[0],
    "D:\\roaming\\incus",
  );
  const named = machine("win32", { INCUS_CONF: "D:\\it", INCUS_GLOBAL_CONF: "D:\\all" });
  assertEquals(configPlaces("incus", named), [{ directory: "D:\\it", global: "D:\\all" }]);
});

const WRITTEN = `# my servers
default-remote: lab # not local
remotes:
  # in the cellar
  lab:
    addr: https://10.0.0.5:8443,https://lab.example:8443
    last_working_address: https://lab.example:8443
    auth_type: tls
    project: 0010
    protocol: incus
    public: false
    colour: [ blue, { dark: yes } ]
  mirror:
    addr: https://images.example
    protocol: simplestreams
    public: true
  local:
    addr: unix:///nowhere
    project: mine
    public: false
aliases:
  ls: list -c ns
`;

function named(file: ConfigFile, global?: ConfigFile) {
  return mergeRemotes({ dialect: "incus", user: file.remotes, global: global?.remotes });
}

Deno.test("Remotes are read as the tool reads them", () => {
  const file = new ConfigFile("config.yml", WRITTEN);
  assertEquals(file.defaultRemote, "lab");
  const remotes = named(
    file,
    new ConfigFile("g", "remotes: {lab: {addr: https://no}, all: {addr: https://yes}}"),
  );
  assertEquals(Array.from(remotes.keys()).sort(), ["all", "lab", "local", "mirror"]);
  assertEquals(remotes.get("lab"), {
    name: "lab",
    dialect: "incus",
    addresses: ["https://lab.example:8443", "https://10.0.0.5:8443"],
    protocol: "incus",
    authType: "tls",
    project: "0010",
    public: false,
    origin: "user",
  });
  const { public: open, authType, protocol } = remotes.get("mirror")!;
  assertEquals([open, authType, protocol], [true, undefined, "simplestreams"]);
  const { addresses, project, origin } = remotes.get("local")!;
  assertEquals([addresses, project, origin], [["unix://"], "mine", "built-in"]);
  assertEquals([remotes.get("all")?.origin, remotes.get("all")?.protocol], ["global", "incus"]);
});

Deno.test("Without a configuration there are the remotes that the tools begin with", () => {
  const begin = { user: undefined, global: undefined };
  assertEquals(Array.from(mergeRemotes({ dialect: "incus", ...begin }).keys()), [
    "images",
    "local",
  ]);
  const lxc = mergeRemotes({ dialect: "lxd", ...begin });
  assertEquals(lxc.get("images")?.addresses, ["https://images.lxd.canonical.com"]);
  assert(lxc.has("ubuntu-minimal-daily"));
  // `lxc` wrote it, and reads it so.
  const user = new ConfigFile("c", "remotes: {images: {addr: https://mirror}}").remotes;
  assertEquals(mergeRemotes({ dialect: "lxd", user, global: undefined }).get("images")?.addresses, [
    "https://mirror",
  ]);
});

Deno.test("A broken configuration is told by its file and line, and nothing of it is shown", () => {
  const cases: [text: string, message: RegExp][] = [
    ["remotes:\n  a: b: hunter2\n", /^Cannot read "x.yml": line 2: block as implicit key$/],
    ["remotes:\n  a:\n    addr: https://a\n   b: hunter2\n", /line 4: bad indent$/],
    ["a: 1\nremotes:\n- hunter2\n", /line 3: remotes has to hold names$/],
    ["remotes:\n  a:\n    adr: hunter2\n", /line 3: the remote "a" has no addr$/],
    [
      "remotes:\n  a: {addr: x,\n   project: [hunter2]}\n",
      /line 3: project of the remote "a" is no text$/,
    ],
    ["remotes: *hunter2\n", /line 1: an alias stands for nothing$/],
    ["- hunter2\n", /line 1: it has to hold keys with values$/],
    ["a: 1\na: hunter2\n", /line 2: duplicate key$/],
  ];
  for (const [text, message] of cases) {
    const error = assertThrows(() => new ConfigFile("x.yml", text), ConfigurationError);
    assertMatch(error.message, message);
    assertEquals(error.path, "x.yml");
    assert(!Deno.inspect(error).includes("hunter2"));
  }
  for (const text of ["", "# nothing\n", "remotes:\n", "remotes: {}\n"]) {
    assertEquals(new ConfigFile("x", text).remotes.size, 0);
  }
});

Deno.test("A change of a configuration keeps comments and what is not known", () => {
  const file = new ConfigFile("x", WRITTEN);
  const fields = { addr: "https://b:8443", project: "yes: no", public: "false" };
  const more = file.with("yes", fields);
  for (const line of WRITTEN.split("\n")) assert(more.includes(line), line);
  assertEquals(new ConfigFile("x", more).remotes.get("yes"), fields);
  assertEquals(new ConfigFile("x", more).without("yes"), WRITTEN);
  for (const text of ["", "remotes:\n", "remotes: {}\n"]) {
    assertEquals(new ConfigFile("x", new ConfigFile("x", text).with("b", fields)).remotes.size, 1);
  }
});

/** Runs with a home of its own, and no variable of the tools set. */
async function withHome(run: (home: string) => Promise<void>): Promise<void> {
  const names = ["HOME", "XDG_CONFIG_HOME", "LXC_REMOTE"];
  for (const tool of ["LXD", "INCUS"]) {
    names.push(...["CONF", "GLOBAL_CONF", "REMOTE", "PROJECT"].map((it) => `${tool}_${it}`));
  }
  const before = names.map((name) => [name, Deno.env.get(name)] as const);
  const home = await Deno.makeTempDir();
  try {
    for (const name of names) Deno.env.delete(name);
    Deno.env.set("HOME", home);
    for (const tool of ["LXD", "INCUS"]) Deno.env.set(`${tool}_GLOBAL_CONF`, `${home}/all/${tool}`);
    await run(home);
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
    await Deno.remove(home, { recursive: true });
  }
}

async function put(path: string, text: string): Promise<void> {
  await Deno.mkdir(path.replace(/\/[^/]*$/, ""), { recursive: true });
  await Deno.writeTextFile(path, text);
}

const mode = async (path: string) => (await Deno.stat(path)).mode! & 0o777;

Deno.test("Which configuration is meant is never guessed", () =>
  withHome(async (home) => {
    await assertRejects(() => readRemotes(), ConfigurationError, "neither incus nor lxc has one");
    await assertRejects(
      () => connect({ remote: "x" }),
      ConfigurationError,
      "neither incus nor lxc",
    );
    await put(
      `${home}/snap/lxd/common/config/config.yml`,
      `remotes: {x: {addr: "https://[::1]:1"}}`,
    );
    const lxc = await readRemotes();
    assertEquals([lxc.dialect, lxc.directory], ["lxd", `${home}/snap/lxd/common/config`]);
    assertEquals(lxc.defaultRemote, "local");
    await put(`${home}/all/INCUS/config.yml`, `remotes: {x: {addr: "https://[::1]:1"}}`);
    await assertRejects(() => readRemotes(), ConfigurationError, "Give the dialect");
    const both = await assertRejects(() => connect({ remote: "x" }), ConfigurationError);
    assertMatch(
      both.message,
      /^Cannot find the remote "x": incus \(".*"\) and lxc \(".*"\) have one/,
    );
    await assertRejects(
      () => connect({ remote: "y" }),
      ConfigurationError,
      "know none of that name",
    );
    const twice = { remote: "x", url: "https://a" };
    await assertRejects(() => connect(twice), TypeError, "give the remote or its url");
    Deno.env.set("LXC_REMOTE", "x");
    assertEquals((await readRemotes({ dialect: "lxd" })).get().name, "x");
    await assertRejects(
      () => connect({ remote: "images", dialect: "lxd" }),
      ConnectionError,
      "it is no server, but a list of images (simplestreams)",
    );
  }));

Deno.test("A key that cannot be used is told by its file, and not shown", () =>
  withHome(async (home) => {
    const folder = `${home}/.config/incus`;
    await put(`${folder}/config.yml`, `remotes: {x: {addr: "https://[::1]:1"}}`);
    const attempt = () => connect({ remote: "x" });
    await assertRejects(attempt, ConfigurationError, "there is no client certificate in");
    await put(`${folder}/client.crt`, "hunter2");
    await assertRejects(attempt, ConfigurationError, 'client.key" beside it');
    const keys = [
      ["-----BEGIN ENCRYPTED PRIVATE KEY-----\nhunter2", "the key is encrypted"],
      ["-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nhunter2", "the key is encrypted"],
      ["-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2", "in the format of OpenSSH"],
      ["hunter2", "it is no key in PEM"],
    ] as const;
    for (const [key, why] of keys) {
      await put(`${folder}/client.key`, key);
      const error = await assertRejects(attempt, ConfigurationError, why);
      assertEquals(error.path, `${folder}/client.key`);
      assert(!Deno.inspect(error).includes("hunter2"));
    }
    await put(`${folder}/config.yml`, `remotes: {x: {addr: "https://[::1]:1", auth_type: oidc}}`);
    await assertRejects(attempt, ConfigurationError, "Log in with `incus info x:`");
    await put(`${folder}/oidctokens/x.json`, '{"access_token": "hunter2');
    const error = await assertRejects(attempt, ConfigurationError, "it is no JSON");
    assert(!Deno.inspect(error).includes("hunter2"));
  }));

Deno.test("A remote is added in one step to what is there, and removed with all that is its own", () =>
  withHome(async (home) => {
    const folder = `${home}/.config/incus`;
    const [mine, other] = await Promise.all(
      ["mine", "other"].map((name) => createCertificate({ name })),
    );
    const server = await createCertificate({ name: "server" });
    const access = { url: "https://[::1]", serverCert: server.cert, ...mine! };
    const remotes = await readRemotes({ dialect: "incus" });
    assertEquals(await remotes.identity(), undefined);
    const added = await remotes.add("one", access, { project: "ci" });
    assertEquals(added.addresses, ["https://[::1]:8443"]);
    assertEquals(await mode(`${folder}/client.key`), 0o600);
    assertEquals(await remotes.identity(), mine);
    assertEquals(remotes.list.map((it) => it.name), ["images", "local", "one"]);

    // What others wrote meanwhile stays, and so do its mode and the link that leads to it.
    const text = await Deno.readTextFile(`${folder}/config.yml`);
    await put(`${home}/kept.yml`, `# kept\n${text}defaults: {no_color: true}\n`);
    await Deno.chmod(`${home}/kept.yml`, 0o600);
    await Deno.remove(`${folder}/config.yml`);
    await Deno.symlink(`${home}/kept.yml`, `${folder}/config.yml`);
    await Promise.all(["two", "three"].map((name) => remotes.add(name, { ...access, ...other! })));
    const kept = await Deno.readTextFile(`${home}/kept.yml`);
    assertMatch(kept, /^# kept\n[^]*defaults: \{ ?no_color: true ?\}\n$/);
    assertEquals(await mode(`${home}/kept.yml`), 0o600);
    assertEquals(await mode(`${folder}/clientcerts/two.key`), 0o600);
    assertEquals(await remotes.identity("three"), other);
    assertEquals(await remotes.identity("one"), mine);
    assertEquals((await readRemotes()).list, remotes.list);
    assertEquals(Array.from(Deno.readDirSync(home), (it) => it.name).sort(), [
      ".config",
      "kept.yml",
    ]);

    await put(`${folder}/oidctokens/two.json`, "{}");
    await remotes.remove("two");
    const left = ["clientcerts", "servercerts", "oidctokens"].map((it) =>
      Array.from(Deno.readDirSync(`${folder}/${it}`), (it) => it.name).sort()
    );
    assertEquals(left, [["three.crt", "three.key"], ["one.crt", "three.crt"], []]);
    await refusals(remotes, access);
  }));

async function refusals(remotes: Remotes, access: Parameters<Remotes["add"]>[1]): Promise<void> {
  const before = await Deno.readTextFile(`${remotes.directory}/config.yml`);
  const add = (name: string, change: object = {}) => remotes.add(name, { ...access, ...change });
  await assertRejects(() => add("one"), ConfigurationError, "it exists already");
  for (const name of ["", "../x", "a/b", "a\\b", "a:b", ".", "a b"]) {
    await assertRejects(() => add(name), TypeError, "a name is no path");
  }
  for (const url of ["http://a", "a:8443", "https://a:b@c"]) {
    await assertRejects(() => add("x", { url }), TypeError, "its url has to be https://");
  }
  await assertRejects(() => add("x", { cert: "no" }), TypeError, "no certificate in PEM");
  await assertRejects(() => add("x", { serverCert: "no" }), TypeError, "no certificate in PEM");
  await assertRejects(() => add("x", { ca: access.serverCert }), TypeError, "give its serverCert");
  await assertRejects(() => remotes.remove("gone"), ConfigurationError, "Cannot find the remote");
  await assertRejects(() => remotes.remove("local"), ConfigurationError, "it is built in");
  const strange = await createCertificate({ name: "strange" });
  const noKey = { cert: strange.cert, key: "hunter2" };
  const error = await assertRejects(
    () => add("x", noKey),
    ConfigurationError,
    "it is no key in PEM",
  );
  assert(!Deno.inspect(error).includes("hunter2"));
  assertEquals(await Deno.readTextFile(`${remotes.directory}/config.yml`), before);
}

Deno.test("lxc has one client certificate for all remotes, and keeps it", () =>
  withHome(async () => {
    const [mine, other] = await Promise.all(
      ["mine", "other"].map((name) => createCertificate({ name })),
    );
    const remotes = await readRemotes({ dialect: "lxd" });
    await remotes.add("one", { url: "https://a:1/", ...mine! });
    await remotes.add("two", { url: "https://b:443", ...mine! });
    assertEquals(remotes.get("one").addresses, ["https://a:1"]);
    assertEquals(remotes.get("two").addresses, ["https://b:443"]);
    const foreign = () => remotes.add("three", { url: "https://c", ...other! });
    await assertRejects(foreign, ConfigurationError, "lxc has one client certificate");
    assertEquals(await remotes.identity(), mine);
  }));

Deno.test("What cannot be read or written is told, and nothing half-written stays", () =>
  withHome(async (home) => {
    await Deno.mkdir(`${home}/.config/incus/config.yml`, { recursive: true });
    const error = await assertRejects(() => readRemotes({ dialect: "incus" }), ConfigurationError);
    assertEquals(error.message, `Cannot read "${home}/.config/incus/config.yml": it is a folder`);
    await put(`${home}/.config/lxc/servercerts`, "a file, where a folder is needed");
    const remotes = await readRemotes({ dialect: "lxd" });
    const { cert, key } = await createCertificate({ name: "x" });
    const access = { url: "https://a", cert, key, serverCert: cert };
    await assertRejects(() => remotes.add("x", access), ConfigurationError, "Cannot write");
    assertEquals(remotes.has("x"), false);
    const left = Array.from(Deno.readDirSync(`${home}/.config/lxc`), (it) => it.name).sort();
    assertEquals(left, ["client.crt", "client.key", "servercerts"]);
  }));
