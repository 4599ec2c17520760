/**
 * Where the work is done: a daemon with a running container, and a folder for files in memory.
 *
 * @module
 */

import { Api } from "../../tests/kit/api.ts";
import { type Daemon, type ServerKind, startDaemon } from "../../tests/kit/daemon.ts";
import { imageAlias } from "../../tests/kit/setup.ts";
import { command, type Contestant, type Program } from "./contestant.ts";
import { computedBy, installed, MIB } from "./measure.ts";

/** The name of the container. */
export const CONTAINER = "bench";

/** A daemon with a running container. */
export class Stage implements AsyncDisposable {
  /** The daemon's own API, for what is not measured. */
  readonly api: Api;
  /** A folder whose files are in memory, so that no disk is measured on this side. */
  readonly folder: string;
  readonly #daemon: Daemon;
  readonly #small: boolean;

  constructor(daemon: Daemon, folder: string, small: boolean) {
    this.#daemon = daemon;
    this.#small = small;
    this.folder = folder;
    this.api = new Api(daemon.socket);
  }

  /** Which server it is. */
  get kind(): ServerKind {
    return this.#daemon.kind;
  }

  /** The socket of the server. */
  get socket(): string {
    return this.#daemon.socket;
  }

  /** How long the server has computed so far, in milliseconds of the processor. */
  serverTime(): number {
    return computedBy(this.#daemon.pid);
  }

  /** The server and its version, for the head of a table. */
  async describe(): Promise<string> {
    const { environment } = await this.api.request("GET", "/1.0");
    return `${this.kind === "lxd" ? "LXD" : "Incus"} ${environment.server_version}`;
  }

  /** A size or a number of rounds, less where the run is a trial. */
  scaled(amount: number): number {
    return this.#small ? Math.ceil(amount / 8) : amount;
  }

  /** What the server's own command line is called. */
  get cliName(): string {
    return this.kind === "lxd" ? "lxc" : "incus";
  }

  /** A command of the server's own command line. */
  cliProgram(args: string[], stdin?: string): Program {
    const env = { [this.kind === "lxd" ? "LXD_DIR" : "INCUS_DIR"]: this.#daemon.home };
    return { argv: [this.cliName, ...args], env, stdin };
  }

  /** The server's own command line. */
  cli(args: string[], stdin?: string): Contestant {
    return command(this.cliName, this.cliProgram(args, stdin));
  }

  /** Runs a command in the container, unmeasured. */
  async run(command: string[]): Promise<void> {
    const body = { command, "record-output": true };
    const path = `/1.0/instances/${CONTAINER}/exec`;
    const { return: code } = await this.api.request("POST", path, { body });
    if (code !== 0) throw new Error(`Cannot run ${command.join(" ")}: it ended with ${code}`);
  }

  /** A command line of curl. */
  curlProgram(path: string, ...args: string[]): Program {
    const url = `http://127.0.0.1${path}`;
    return { argv: ["curl", "-sSf", "--unix-socket", this.socket, ...args, url] };
  }

  /** The name of a header field of the server. */
  header(name: string): string {
    return `x-${this.kind}-${name}`;
  }

  /** A file of random bytes in memory, of so many MiB. */
  async file(name: string, size: number): Promise<string> {
    const path = `${this.folder}/${name}`;
    using file = await Deno.open(path, { write: true, create: true });
    const writer = file.writable.getWriter();
    for (let left = size; left > 0; left--) await writer.write(randomBytes());
    return path;
  }

  /** Stops the daemon, and removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.api[Symbol.dispose]();
    await this.#daemon.stop();
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** A mebibyte that nothing makes smaller. */
function randomBytes(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(MIB);
  for (let at = 0; at < MIB; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
  return bytes;
}

/** Boots a daemon with a running container. */
export async function openStage(kind: ServerKind, small: boolean): Promise<Stage> {
  const name = kind === "lxd" ? "lxc" : "incus";
  if (!installed(name)) throw new Error(`Cannot measure: ${name} is not installed`);
  const folder = await Deno.makeTempDir({ dir: "/dev/shm", prefix: "lxkit-" });
  const daemon = await startDaemon(kind);
  const stage = new Stage(daemon, folder, small);
  const source = { type: "image", alias: imageAlias };
  await stage.api.request("POST", "/1.0/instances", { body: { name: CONTAINER, source } });
  const body = { action: "start" };
  await stage.api.request("PUT", `/1.0/instances/${CONTAINER}/state`, { body });
  return stage;
}
