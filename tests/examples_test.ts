/**
 * Runs the examples as a person would, against the shared daemons.
 *
 * @module
 */

// deno-lint-ignore no-external-import
import { stripVTControlCharacters } from "node:util";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { TextLineStream, toText } from "@std/streams";
import { stdFlags } from "../tools/std.ts";
import { Api } from "./kit/api.ts";
import { uniqueName } from "./kit/case.ts";
import { onlyServer, type SharedServer } from "./kit/servers.ts";
import { imageAlias, removeInstances } from "./kit/setup.ts";
import { serverTest } from "./kit/suite.ts";

const root = new URL("../", import.meta.url);
/** How long a child may run: one that hangs fails its test. In milliseconds. */
const CHILD_LIMIT_MS = 60_000;

/** What a command printed, and how it ended. */
interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

function start(command: string, args: string[], env: Record<string, string>): Deno.ChildProcess {
  return new Deno.Command(command, {
    args,
    env,
    cwd: root,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(CHILD_LIMIT_MS),
  }).spawn();
}

async function finish(child: Deno.ChildProcess, input = ""): Promise<Outcome> {
  const writer = child.stdin.getWriter();
  // A command may end without having read its input.
  await writer.write(new TextEncoder().encode(input)).then(() => writer.close()).catch(() => {});
  const [{ code }, stdout, stderr] = await Promise.all([
    child.status,
    toText(child.stdout),
    toText(child.stderr),
  ]);
  return { code, stdout, stderr };
}

/** The arguments of the `deno` that runs an example. */
async function deno(name: string, ...args: string[]): Promise<string[]> {
  return ["run", "-A", ...await stdFlags(), `examples/${name}.ts`, ...args];
}

/** Reads an output to its end, and acts on the first line that `found` accepts, which has to come. */
async function follow(
  output: ReadableStream<Uint8Array<ArrayBuffer>>,
  found: (line: string) => boolean,
  act: (lines: string[]) => void | Promise<unknown>,
): Promise<string[]> {
  const lines: string[] = [];
  let acted = false;
  const text = output.pipeThrough(new TextDecoderStream());
  for await (const line of text.pipeThrough(new TextLineStream())) {
    lines.push(stripVTControlCharacters(line).trimEnd());
    if (acted || !found(lines.at(-1)!)) continue;
    acted = true;
    await act(lines);
  }
  assert(acted, lines.join("\n"));
  return lines;
}

async function example(
  server: SharedServer,
  [name, ...args]: [string, ...string[]],
  input?: string,
): Promise<Outcome> {
  return await finish(start(Deno.execPath(), await deno(name, ...args), onlyServer(server)), input);
}

async function withContainer(
  server: SharedServer,
  use: (name: string, api: Api) => Promise<void>,
): Promise<void> {
  using api = new Api(server.socket);
  const name = uniqueName("example");
  try {
    const source = { type: "image", alias: imageAlias };
    await api.request("POST", "/1.0/instances", { body: { name, source } });
    await api.request("PUT", `/1.0/instances/${name}/state`, { body: { action: "start" } });
    await use(name, api);
  } finally {
    await removeInstances(api, [name]);
  }
}

serverTest("The quickstart does all that it says and leaves nothing", async (server) => {
  // Without the flags that find @std: it has to run where nothing but this repository is at hand.
  const args = ["run", "-A", "examples/quickstart.ts"];
  const { code, stdout, stderr } = await finish(start(Deno.execPath(), args, onlyServer(server)));
  assertEquals([code, stderr], [0, ""], stdout);
  const [, name] = /^Creating and starting (\S+)$/m.exec(stdout)!;
  for (
    const line of [
      new RegExp(`^Connected to ${server.kind} \\S+ at unix:${server.socket}$`, "m"),
      /^It is Running$/m,
      new RegExp(`^uname: code 0, Linux ${name} `, "m"),
      /^sh: code 3, no such luck$/m,
      /^\/tmp\/hello: Hello from outside, Hello from inside$/m,
      new RegExp(`^${name} is stopped and deleted$`, "m"),
    ]
  ) assertMatch(stdout, line);
  const actions = stdout.matchAll(new RegExp(`event: (\\S+) /1.0/instances/${name}`, "g"));
  const seen = new Set(actions.map(([, action]) => action));
  for (const verb of ["created", "started", "exec", "file-pushed", "stopped", "deleted"]) {
    assert(seen.has(`instance-${verb}`), stdout);
  }
  using api = new Api(server.socket);
  const left: string[] = await api.request("GET", "/1.0/instances");
  assert(!left.includes(`/1.0/instances/${name}`));
});

serverTest("The quickstart removes its container when it is interrupted", async (server) => {
  const args = ["run", "-A", "examples/quickstart.ts"];
  const child = start(Deno.execPath(), args, onlyServer(server));
  await child.stdin.close();
  const created = (line: string) => line.includes("event: instance-created");
  const [lines, stderr] = await Promise.all([
    follow(child.stdout, created, () => child.kill("SIGINT")),
    toText(child.stderr),
  ]);
  assertEquals([(await child.status).code, stderr], [1, "Interrupted\n"]);
  const [, name] = /^Creating and starting (\S+)$/m.exec(lines.join("\n"))!;
  using api = new Api(server.socket);
  const left: string[] = await api.request("GET", "/1.0/instances");
  assert(!left.includes(`/1.0/instances/${name}`));
});

Deno.test("The quickstart without a daemon runs on a simulated one, and says so first", async () => {
  const home = await Deno.makeTempDir({ prefix: "lxkit-" });
  try {
    const args = ["run", "-A", "examples/quickstart.ts"];
    const child = start(Deno.execPath(), args, onlyServer({ kind: "lxd", home }));
    const { code, stdout, stderr } = await finish(child);
    assertEquals([code, stderr], [0, ""], stdout);
    const [first, ...lines] = stdout.split("\n");
    assertEquals(
      first,
      `This runs on a simulated Incus: no LXD or Incus listens at unix:${home}/unix.socket; ` +
        'install one, as with "apt install incus && incus admin init --minimal", or name the ' +
        "directory of one that runs in INCUS_DIR or LXD_DIR",
    );
    const rest = lines.join("\n");
    const [, name] = /^Creating and starting (\S+)$/m.exec(rest)!;
    assertMatch(rest, /^Connected to incus 6\.0\.4 at simulated Incus$/m);
    assertMatch(rest, new RegExp(`^uname: code 0, Linux ${name} `, "m"));
    assertMatch(rest, /^sh: code 3, no such luck$/m);
    assertMatch(rest, /^\/tmp\/hello: Hello from outside, Hello from inside$/m);
    assertMatch(rest, new RegExp(`^${name} is stopped and deleted$`, "m"));
    for (const verb of ["created", "started", "exec", "file-pushed", "stopped", "deleted"]) {
      assertMatch(rest, new RegExp(`event: instance-${verb} `));
    }
  } finally {
    await Deno.remove(home);
  }
});

serverTest("exec_streams pipes input, output and exit code", async (server) => {
  await withContainer(server, async (name) => {
    const script = "cat; echo oops >&2; exit 7";
    const args: [string, ...string[]] = ["exec_streams", name, "--", "sh", "-c", script];
    const { code, stdout, stderr } = await example(server, args, "one\ntwo\n");
    assertEquals([code, stderr], [7, ""]);
    assertEquals(stdout.trim().split("\n").sort(), ["err: oops", "out: one", "out: two"]);
    // A name of digits alone is a name all the same.
    const missing = await example(server, ["exec_streams", "007", "--", "true"]);
    assertEquals([missing.code, missing.stdout], [1, ""]);
    assertStringIncludes(missing.stderr, "/1.0/instances/007/exec");
  });
});

serverTest("files moves a file in and out with its permission bits", async (server) => {
  const folder = await Deno.makeTempDir({ prefix: "lxkit-" });
  try {
    await withContainer(server, async (name) => {
      const bytes = crypto.getRandomValues(new Uint8Array(60_000));
      const [from, to] = [`${folder}/in`, `${folder}/out`];
      await Deno.writeFile(from, new Blob(Array(50).fill(bytes)).stream());
      const push = await example(server, ["files", "push", name, from, "/f", "--mode", "750"]);
      assertEquals(push, { code: 0, stdout: `${from} -> /f: 3000000 bytes\n`, stderr: "" });
      const pull = await example(server, ["files", "pull", name, "/f", to]);
      assertEquals(pull, { code: 0, stdout: `/f -> ${to}: 3000000 bytes\n`, stderr: "" });
      assertEquals((await Deno.stat(to)).mode! & 0o7777, 0o750);
      assertEquals(await Deno.readFile(to), await Deno.readFile(from));
      const folderOnly = await example(server, ["files", "pull", name, "/etc", to]);
      const stderr = `Cannot read "/etc" in /1.0/instances/${name}: it is a directory\n`;
      assertEquals(folderOnly, { code: 1, stdout: "", stderr });
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

serverTest("trees brings folders in and out, and what has changed alone", async (server) => {
  const folder = await Deno.makeTempDir({ prefix: "lxkit-example-" });
  try {
    await withContainer(server, async (name) => {
      const [from, to] = [`${folder}/in`, `${folder}/out`];
      await Deno.mkdir(`${from}/deep`, { recursive: true });
      await Deno.writeTextFile(`${from}/deep/a`, "a");
      await Deno.writeTextFile(`${from}/b`, "bb");
      const push = () => example(server, ["trees", "push", name, from, "/srv/in"]);
      const first = await push();
      assertEquals([first.code, first.stdout], [0, "2 files, 3 bytes; 0 were there already\n"]);
      assertMatch(first.stderr, /^upload: 2 files, 3 bytes$/m);
      await Deno.writeTextFile(`${from}/b`, "other");
      assertEquals((await push()).stdout, "1 files, 5 bytes; 1 were there already\n");
      const pull = await example(server, ["trees", "pull", name, "/srv/in", to]);
      assertEquals([pull.code, pull.stdout], [0, "2 files, 6 bytes; 0 were there already\n"]);
      assertEquals(await Deno.readTextFile(`${to}/deep/a`), "a");
      const none = await example(server, ["trees", "pull", name, "/none", to]);
      const stderr = 'Cannot look at "/none": there is nothing at the path\n';
      assertEquals(none, { code: 1, stdout: "", stderr });
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

serverTest("watch_events prints events until it is interrupted", async (server) => {
  await withContainer(server, async (name, api) => {
    const args = await deno("watch_events", "--type", "lifecycle");
    const child = start(Deno.execPath(), args, onlyServer(server));
    await child.stdin.close();
    const source = `/1.0/instances/${name}`;
    const updated = (line: string) => {
      const { type, metadata } = JSON.parse(line);
      assertEquals(type, "lifecycle");
      return metadata.action === "instance-updated" && metadata.source === source;
    };
    const watching = (line: string) => line === `Watching unix:${server.socket}`;
    const body = { config: { "user.seen": "yes" } };
    await Promise.all([
      follow(child.stderr, watching, () => api.request("PATCH", source, { body })),
      follow(child.stdout, updated, () => child.kill("SIGINT")),
    ]);
    assertEquals((await child.status).code, 0);
  });
});

serverTest(
  "shell follows the window, passes the exit code on, restores the terminal",
  async (server) => {
    await withContainer(server, async (name) => {
      const inside = "trap 'stty size; exit 42' WINCH; echo ready; while :; do sleep 0.1; done";
      const shell = [Deno.execPath(), ...await deno("shell", name, "--", "sh", "-c", inside)];
      const outside = [
        "tty; stty rows 30 cols 100; before=$(stty -g)",
        shell.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" "),
        'echo "code $?"; test "$before" = "$(stty -g)" && echo restored',
      ].join("\n");
      // `script` gives its command a terminal.
      const child = start("script", ["-qec", outside, "/dev/null"], onlyServer(server));
      const resize = async ([tty = ""]: string[]) => {
        const args = ["-F", tty, "rows", "20", "cols", "50"];
        await new Deno.Command("stty", { args }).output();
      };
      const [[, ...lines]] = await Promise.all([
        follow(child.stdout, (line) => line === "ready", resize),
        toText(child.stderr),
      ]);
      await Promise.all([child.status, child.stdin.close()]);
      assertEquals(lines, ["ready", "20 50", "code 42", "restored"]);
    });
  },
);
