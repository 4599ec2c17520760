/**
 * The files API and SFTP of the simulator beside those of the real daemons: the same is asked of
 * both, and both have to say the same.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { connect, type Sftp as Client, SftpError } from "../mod.ts";
import { SftpChannel } from "../src/core/sftp/channel.ts";
import { Sftp } from "../src/core/sftp/sftp.ts";
import { answerFiles } from "../src/testing/simulator/guest/files_api.ts";
import { seedFiles } from "../src/testing/simulator/guest/files/seed.ts";
import { serveSftp } from "../src/testing/simulator/guest/sftp/sftp_server.ts";
import { bytePair } from "../src/testing/simulator/guest/socket_pair.ts";
import { Api } from "./kit/api.ts";
import { uniqueName } from "./kit/case.ts";
import { readExtensions, type SharedServer } from "./kit/servers.ts";
import { imageAlias, removeInstances } from "./kit/setup.ts";
import { serverTest } from "./kit/suite.ts";

/** A method, a path, header fields (`~` stands for the server's prefix), and a body. */
type Question = [method: string, path: string, headers?: Record<string, string>, body?: string];

const directory = { "~type": "directory" };
const symlink = { "~type": "symlink" };
const owned = { "~mode": "0600", "~uid": "5", "~gid": "6", "~type": "file" };

const questions: Question[] = [
  ["GET", "/etc/hosts"],
  ["HEAD", "/etc/hosts"],
  ["HEAD", "/etc"],
  ["HEAD", "/bin/ls"],
  ["GET", "/bin/ls"],
  ["GET", "/root"],
  ["GET", "/none"],
  ["HEAD", "/none"],
  ["GET", "/etc/hosts/x"],
  ["GET", "/etc/hosts", { Range: "bytes=4-7" }],
  ["GET", "/etc/hosts", { Range: "bytes=-4" }],
  ["GET", "/etc/hosts", { Range: "bytes=18-400" }],
  ["GET", "/etc/hosts", { Range: "bytes=0-1,3-4" }],
  ["GET", "/etc/hosts", { Range: "bytes=400-" }],
  ["GET", "/etc/hosts", { Range: "bytes=5-4" }],
  ["GET", "/etc/hosts", { Range: "pages=1" }],
  ["GET", "/etc/hosts", { "If-Modified-Since": "Wed, 15 Nov 2023 00:00:00 GMT" }],
  ["GET", "/etc/hosts", { "If-Modified-Since": "Wed, 15 Nov 2003 00:00:00 GMT" }],
  ["GET", ""],
  ["GET", "etc/hosts"],
  ["POST", "/root/a", {}, "hello"],
  ["HEAD", "/root/a"],
  ["POST", "/root/b", owned, "hello"],
  ["HEAD", "/root/b"],
  ["POST", "/root/b", { "~mode": "0644", "~uid": "0", "~gid": "0" }, "hi"],
  ["HEAD", "/root/b"],
  ["POST", "/root/c", { "~mode": "384" }, "x"],
  ["HEAD", "/root/c"],
  ["POST", "/root/s", { "~mode": "04755" }, "x"],
  ["HEAD", "/root/s"],
  ["POST", "/root/d", directory],
  ["HEAD", "/root/d"],
  ["POST", "/root/d", { ...directory, "~mode": "0700" }],
  ["HEAD", "/root/d"],
  ["POST", "/root/d1", { ...directory, "~mode": "1777", "~uid": "3" }],
  ["HEAD", "/root/d1"],
  ["POST", "/root/x/y", directory],
  ["POST", "/root/x/y", {}, "z"],
  ["POST", "/root/a", directory],
  ["POST", "/root/d", {}, "z"],
  ["POST", "/root/none", { "~write": "append" }, "z"],
  ["POST", "/root/a", { "~write": "append" }, "more"],
  ["GET", "/root/a"],
  ["POST", "/root/a", { "~write": "bogus" }, "more"],
  ["POST", "/root/a", { "~type": "bogus" }, "more"],
  ["POST", "/root/a", { "~mode": "zzz", "~uid": "zzz" }, "more"],
  ["POST", "/root/new", { "~mode": "zzz", "~uid": "zzz" }, "more"],
  ["HEAD", "/root/new"],
  ["POST", "/root/l", symlink, "a"],
  ["HEAD", "/root/l"],
  ["GET", "/root/l"],
  ["POST", "/root/l", symlink, "b"],
  ["POST", "/root/l", {}, "through"],
  ["GET", "/root/a"],
  ["POST", "/root/a", symlink, "b"],
  ["POST", "/root/dl", symlink, "/nowhere/x"],
  ["GET", "/root/dl"],
  ["POST", "/root/dl", {}, "into nothing"],
  ["POST", "/root/rl", symlink, "../etc/hosts"],
  ["GET", "/root/rl"],
  ["POST", "/root/l3", { ...symlink, ...owned, "~type": "symlink" }, "/root/rl"],
  ["HEAD", "/root/l3"],
  ["GET", "/root/l3"],
  ["POST", "/root/loop", symlink, "/root/loop"],
  ["GET", "/root/loop"],
  ["GET", "/root/loop/x"],
  ["POST", "/root/loop", {}, "x"],
  ["POST", "/root/ein", symlink, ""],
  ["DELETE", "/root/none"],
  ["DELETE", "/root/d"],
  ["POST", "/root/d/", directory],
  ["POST", "/root/d/f", {}, "f"],
  ["DELETE", "/root/d"],
  ["DELETE", "/root/d", { "~force": "true" }],
  ["DELETE", "/root/l"],
  ["DELETE", "/"],
  ["DELETE", ""],
  ["PUT", "/root/a", {}, "x"],
  ["GET", "/root"],
];

/** What of an answer is the same whenever it is given. */
async function factsOf(response: Response) {
  const headers: Record<string, string> = {};
  for (const [name, value] of response.headers) {
    if (name === "date" || name === "transfer-encoding") continue;
    const time = /modified$/.test(name) && !value.includes("2023");
    const masked = value.replace(/boundary=.*/, "boundary=");
    headers[name] = time ? value.replace(/\d/g, "#").replace(/[A-Z][a-z]+/g, "Aaa") : masked;
  }
  // The body of this refusal is longer than LXD says it is, and so cannot be read.
  const unreadable = response.status === 416;
  if (unreadable) delete headers["content-length"];
  const text = await response.text().catch((error) => unreadable ? "" : Promise.reject(error));
  const body = unreadable ? "" : text.replaceAll(/^--[0-9a-f]{60}/gm, "--boundary");
  const listing = body.startsWith("{") ? JSON.parse(body) : body;
  if (Array.isArray(listing.metadata)) listing.metadata.sort();
  return { status: response.status, headers, body: listing };
}

/** Registers a test beside a real instance of each server. */
function besideTest(
  name: string,
  run: (shared: SharedServer, instance: string) => Promise<void>,
): void {
  serverTest(name, async (shared) => {
    using api = new Api(shared.socket);
    const instance = uniqueName("beside");
    const source = { type: "image", alias: imageAlias };
    await api.request("POST", "/1.0/instances", { body: { name: instance, source } });
    try {
      await run(shared, instance);
    } finally {
      await removeInstances(api, [instance]);
    }
  });
}

besideTest("The simulated files API answers as the real one", async (shared, instance) => {
  const { kind } = shared;
  const extensions = await readExtensions(shared);
  const files = seedFiles(["ls"], () => Date.now());
  const prefix = kind === "lxd" ? "X-LXD-" : "X-Incus-";
  using client = Deno.createHttpClient({
    proxy: { transport: "unix", path: shared.socket },
    poolMaxIdlePerHost: 0,
  });
  for (const [method, path, fields = {}, body] of questions) {
    const headers = Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name.replace("~", prefix), value]),
    );
    const url = `http://127.0.0.1/1.0/instances/${instance}/files?path=${encodeURIComponent(path)}`;
    const real = await factsOf(await fetch(url, { client, method, headers, body }));
    const stream = body === undefined ? null : new Response(body).body;
    const request = { method, path, headers: new Headers(headers), body: stream };
    const simulated = await factsOf(await answerFiles(files, request, { kind, extensions }));
    assertEquals(simulated, real, `${method} ${path} ${JSON.stringify(fields)}`);
  }
});

type Step = (sftp: Client) => Promise<unknown>;

async function text(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  return await new Response(stream).text();
}

async function put(sftp: Client, path: string, words: string, start?: number): Promise<void> {
  const writer = (await sftp.write(path, { start })).getWriter();
  await writer.write(new TextEncoder().encode(words));
  await writer.close();
}

const steps: Record<string, Step> = {
  "look at a file": (sftp) => sftp.stat("/etc/hosts"),
  "look at what is missing": (sftp) => sftp.stat("/none"),
  "look below a file": (sftp) => sftp.stat("/etc/hosts/x"),
  "look at a link": (sftp) => sftp.lstat("/bin/ls"),
  "make a directory": (sftp) => sftp.mkdir("/root/d", { mode: 0o1711 }),
  "look at the directory": (sftp) => sftp.stat("/root/d"),
  "make it again": (sftp) => sftp.mkdir("/root/d"),
  "make one in nothing": (sftp) => sftp.mkdir("/root/x/y"),
  "write a file": (sftp) => put(sftp, "/root/d/f", "0123456789"),
  "write into it": (sftp) => put(sftp, "/root/d/f", "ab", 12),
  "write into a directory": (sftp) => put(sftp, "/root/d", "ab"),
  "write in nothing": (sftp) => put(sftp, "/root/x/y", "ab"),
  "read a part": async (sftp) => await text(await sftp.read("/root/d/f", { start: 8, end: 13 })),
  "read a directory": async (sftp) => await text(await sftp.read("/root/d")),
  "read what is missing": async (sftp) => await text(await sftp.read("/root/none")),
  "list": (sftp) => sftp.list("/root/d"),
  "list a file": (sftp) => sftp.list("/root/d/f"),
  "list what is missing": (sftp) => sftp.list("/root/none"),
  "set everything": (sftp) =>
    sftp.setAttributes("/root/d/f", {
      mode: 0o4751,
      uid: 5,
      gid: 6,
      size: 3,
      modified: new Date(1_000_000_000_000),
    }),
  "look at it": (sftp) => sftp.stat("/root/d/f"),
  "set the mode of what is missing": (sftp) => sftp.setAttributes("/none", { mode: 0o600 }),
  "link": (sftp) => sftp.symlink("f", "/root/d/l"),
  "link again": (sftp) => sftp.symlink("f", "/root/d/l"),
  "read the link": (sftp) => sftp.readLink("/root/d/l"),
  "read a file as a link": (sftp) => sftp.readLink("/root/d/f"),
  "look through the link": async (sftp) => (await sftp.stat("/root/d/l")).size,
  "resolve": (sftp) => sftp.realPath("/root/d/../d/./l"),
  "remove a full directory": (sftp) => sftp.removeDirectory("/root/d"),
  "rename": (sftp) => sftp.rename("/root/d/f", "/root/g"),
  "rename what is missing": (sftp) => sftp.rename("/root/d/f", "/root/g"),
  "rename onto a directory": (sftp) => sftp.rename("/root/g", "/root/d"),
  "look through the link that leads nowhere": (sftp) => sftp.stat("/root/d/l"),
  "remove the link": (sftp) => sftp.remove("/root/d/l"),
  "remove what is missing": (sftp) => sftp.remove("/root/d/l"),
  "remove the directory": (sftp) => sftp.removeDirectory("/root/d"),
  "list at the end": async (sftp) => (await sftp.list("/root")).map(({ name }) => name),
};

/** What a step gives or says, without times that are now. */
async function outcomeOf(step: Step, sftp: Client): Promise<unknown> {
  const mask = (key: string, value: unknown) =>
    key === "accessed" || (key === "modified" && String(value) > "2024") ? "now" : value;
  try {
    return JSON.stringify(await step(sftp), mask);
  } catch (error) {
    if (error instanceof SftpError) return `${error.reason}: ${error.message}`;
    throw error;
  }
}

besideTest("The simulated SFTP server answers as the real one", async ({ socket }, instance) => {
  await using client = await connect({ socket });
  await using real = await client.instances.at(instance).sftp();
  const files = seedFiles(["ls"], () => Date.now());
  const [near, far] = bytePair();
  const serving = serveSftp(files, far);
  const channel = new SftpChannel({ ...near }, "simulator");
  await channel.greet();
  const simulated = new Sftp(channel);
  for (const [name, step] of Object.entries(steps)) {
    assertEquals(await outcomeOf(step, simulated), await outcomeOf(step, real), name);
  }
  await simulated.close();
  await serving;
});
