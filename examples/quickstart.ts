/**
 * The whole way of a container: create, start, run commands, move files, stop, delete, with the
 * server's events printed as they come.
 *
 *     deno run -A examples/quickstart.ts
 *
 * Runs against the local LXD or Incus, or against a simulated Incus where there is none. Takes the first
 * container image that the server has, else a small one from the public image server.
 *
 * @module
 */
// deno-lint-ignore-file no-console

import {
  type Client,
  connect,
  ConnectionError,
  type EventStream,
  type InstanceSource,
} from "../mod.ts";
import { Simulator } from "../src/testing/mod.ts";

async function main(signal: AbortSignal): Promise<void> {
  await using client = await open(signal);
  const { server, server_version } = client.server.data.environment ?? {};
  console.log(`Connected to ${server} ${server_version} at ${client.connector.address}`);

  await using events = client.events({ types: ["lifecycle"] });
  await events.opened;
  const printing = printEvents(events);
  // What ends it too early is thrown below, after the container is gone.
  printing.catch(() => {});

  const name = `quickstart-${crypto.randomUUID().slice(0, 8)}`;
  try {
    await work(client, name, signal);
  } finally {
    await remove(client, name);
    await events.close();
  }
  await printing;
}

/** Connects to the local server, or to a simulated one where nothing listens. */
async function open(signal: AbortSignal): Promise<Client> {
  try {
    return await connect({ signal });
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    if (error.reason !== "socket-missing" && error.reason !== "refused") throw error;
    console.log(
      `This runs on a simulated Incus: no LXD or Incus listens at ${error.address}; install one, as ` +
        'with "apt install incus && incus admin init --minimal", or name the directory of one that ' +
        "runs in INCUS_DIR or LXD_DIR",
    );
    return await connect({ connector: new Simulator(), signal });
  }
}

async function work(client: Client, name: string, signal: AbortSignal): Promise<void> {
  console.log(`Creating and starting ${name}`);
  const source = await findImage(client);
  const creating = client.instances.create({ name, source, start: true }, {
    onProgress: ({ text }) => console.log(`  ${text}`),
  });
  // The server can stop a download. What it cannot stop is waited for, to be deleted after.
  signal.addEventListener("abort", () => creating.cancel().catch(() => {}));
  const instance = await creating;
  console.log(`It is ${instance.data.status}`);

  const told = await instance.exec(["uname", "-a"], { signal });
  console.log(`uname: code ${told.code}, ${told.stdoutText.trim()}`);

  const failing = ["sh", "-c", "echo 'no such luck' >&2; exit 3"];
  const failed = await instance.exec(failing, { signal });
  console.log(`sh: code ${failed.code}, ${failed.stderrText.trim()}`);

  await instance.files.write("/tmp/hello", "Hello from outside\n", { mode: 0o600, signal });
  await instance.exec(["sh", "-c", "echo 'Hello from inside' >>/tmp/hello"], { signal });
  const text = await instance.files.readText("/tmp/hello", { signal });
  console.log(`/tmp/hello: ${text.trim().replace("\n", ", ")}`);
}

/** An image that the server has, or one that it can fetch. */
async function findImage(client: Client): Promise<InstanceSource> {
  const images = await client.images.list();
  const image = images.find(({ data }) => data.type === "container");
  if (image) return { type: "image", fingerprint: image.fingerprint };
  const server = client.dialect === "incus"
    ? "https://images.linuxcontainers.org"
    : "https://images.lxd.canonical.com";
  return { type: "image", protocol: "simplestreams", server, alias: "alpine/edge" };
}

/** Stops and deletes the instance, if it came to be. */
async function remove(client: Client, name: string): Promise<void> {
  if (!(await client.instances.exists(name))) return;
  const instance = await client.instances.get(name);
  if (instance.data.status !== "Stopped") await instance.stop({ force: true });
  await instance.delete();
  console.log(`${name} is stopped and deleted`);
}

async function printEvents(events: EventStream): Promise<void> {
  for await (const event of events) {
    if (event.type !== "lifecycle") continue;
    console.log(`  event: ${event.metadata.action} ${event.metadata.source}`);
  }
}

/** What a person can do about an error. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const bare = /no root device|no storage pool/i.test(error.message);
  const hint = 'set the server up first, with "incus admin init --minimal" or "lxd init --auto"';
  return bare ? `${error.message}; ${hint}` : error.message;
}

const stop = new AbortController();
Deno.addSignalListener("SIGINT", () => stop.abort(new Error("Interrupted")));
try {
  await main(stop.signal);
} catch (error) {
  console.error(explain(error));
  Deno.exitCode = 1;
}
