/**
 * Private daemons for tests: booted in a folder of their own, thrown away afterwards.
 *
 * @module
 */

import { Api } from "./api.ts";
import { findProcesses, unmountAll } from "./leftovers.ts";
import { addBridge, addImage, addStorage, openHttps, stopInstances } from "./setup.ts";

/** The two servers. */
export type ServerKind = "lxd" | "incus";

/** All servers that the kit can boot. */
export const serverKinds: readonly ServerKind[] = ["lxd", "incus"];

/** What a daemon is to have beyond the storage pool, the image and HTTPS. */
export interface DaemonOptions {
  /** Whether it has a managed bridge; false by default. */
  bridge?: boolean;
  /** Whether it has HTTPS alone, as what joins a cluster must be empty; false by default. */
  empty?: boolean;
}

const programs = {
  lxd: { command: "lxd", variable: "LXD_DIR" },
  incus: { command: "/usr/libexec/incus/incusd", variable: "INCUS_DIR" },
} as const;

const delay = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

async function waitFor(what: string, limit: number, done: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + limit;
  while (!(await done())) {
    if (performance.now() > end) throw new Error(`Cannot ${what}: it took over ${limit} ms`);
    await delay(50);
  }
}

/** A running daemon with a storage pool `default`, the image `busybox` and HTTPS on loopback. */
export class Daemon implements AsyncDisposable {
  /** Which server it is. */
  readonly kind: ServerKind;
  /** The folder that all of it lies in; removed by `stop`. */
  readonly directory: string;
  /** The daemon's own folder, as in `LXD_DIR` or `INCUS_DIR`. */
  readonly home: string;
  /** Its Unix socket. */
  readonly socket: string;
  /** The debug log, every request included. Outside of `directory` when the test runner keeps logs. */
  readonly log: string;
  /** The port of 127.0.0.1 that its HTTPS listens on. */
  httpsPort = 0;
  /** The name of its managed bridge, where one was asked for. */
  bridge?: string;
  #process?: Deno.ChildProcess;
  #stopped = false;

  /** Use `startDaemon`. */
  constructor(kind: ServerKind, directory: string, log: string) {
    this.kind = kind;
    this.directory = directory;
    this.home = `${directory}/d`;
    this.socket = `${this.home}/unix.socket`;
    this.log = log;
  }

  /** The process id of the daemon. */
  get pid(): number {
    if (!this.#process) throw new Error(`Cannot name the process of ${this.kind}: it does not run`);
    return this.#process.pid;
  }

  /** Boots the process and waits until it answers. */
  async boot(): Promise<void> {
    const { command, variable } = programs[this.kind];
    // In a session of its own: Ctrl-C must reach the test, which then stops the daemon in order.
    const process = new Deno.Command("sh", {
      args: ["-c", 'exec "$0" --group root --debug >>"$1" 2>&1', command, this.log],
      env: { [variable]: this.home },
      stdin: "null",
      detached: true,
    }).spawn();
    this.#process = process;
    process.status.then(() => {
      if (this.#process === process) this.#process = undefined;
    });
    using api = new Api(this.socket);
    await waitFor(`start ${this.kind}`, 60_000, async () => {
      if (this.#process) return await api.isReady();
      throw new Error(`Cannot start ${this.kind}: ${await this.#lastWords()}`);
    });
  }

  /** Gives the daemon what every daemon of the kit has. */
  async setUp(options: DaemonOptions): Promise<void> {
    using api = new Api(this.socket);
    if (!options.empty) {
      await addStorage(api);
      await addImage(api);
    }
    this.httpsPort = await openHttps(api);
    if (options.bridge) this.bridge = await addBridge(api);
  }

  /**
   * Sends a signal, `SIGKILL` by default, and waits for the end of the process where the signal ends it.
   * Containers go on running. `SIGSTOP` blocks the daemon until `SIGCONT`.
   */
  async kill(signal: Deno.Signal = "SIGKILL"): Promise<void> {
    const process = this.#process;
    if (!process) throw new Error(`Cannot send ${signal} to ${this.kind}: it does not run`);
    process.kill(signal);
    if (signal === "SIGSTOP" || signal === "SIGCONT") return;
    await process.status;
  }

  /** Ends the process if it still runs and boots it again; containers go on running. */
  async restart(): Promise<void> {
    if (this.#process) await this.kill("SIGTERM");
    await this.boot();
  }

  /** Stops all containers and the daemon, and removes every trace but a log that is kept. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    try {
      if (!this.#process) await this.boot();
      this.#process?.kill("SIGCONT");
      using api = new Api(this.socket);
      await stopInstances(api);
    } finally {
      await this.discard();
    }
  }

  /** Ends the daemon and all that belongs to it in whatever state they are, and removes the folder. */
  async discard(): Promise<void> {
    this.#stopped = true;
    const process = this.#process;
    if (process) {
      // SIGPWR also takes bridges and mounts down, SIGTERM would leave them.
      const overdue = setTimeout(() => process.kill("SIGKILL"), 30_000);
      await this.kill("SIGPWR");
      clearTimeout(overdue);
    }
    await stopProcesses(this.directory);
    await unmountAll(this.directory);
    await Deno.remove(this.directory, { recursive: true });
  }

  async #lastWords(): Promise<string> {
    const lines = (await Deno.readTextFile(this.log)).trim().split("\n");
    return lines.findLast((line) => /error|fatal/i.test(line)) ?? "it ended without a word";
  }

  /** The same as `stop`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** Stops a daemon that a test run started and, being killed itself, left behind in its folder. */
export async function stopLeftDaemon(directory: string, log: string): Promise<void> {
  const kind = await Deno.readTextFile(`${directory}/kind`) as ServerKind;
  for (const { pid, command } of await findProcesses(directory)) {
    if (command.startsWith(`${programs[kind].command} --group`)) Deno.kill(pid, "SIGKILL");
  }
  await new Daemon(kind, directory, log).stop();
}

async function stopProcesses(directory: string): Promise<void> {
  let left = await findProcesses(directory);
  for (let rounds = 100; left.length && rounds; rounds--) {
    await delay(50);
    left = await findProcesses(directory);
  }
  for (const { pid } of left) Deno.kill(pid, "SIGKILL");
}

/** Why a daemon of this kind cannot be booted here, or undefined when it can. */
export function findObstacle(kind: ServerKind): string | undefined {
  if (Deno.build.os !== "linux") return `${kind} runs on Linux only`;
  if (Deno.uid() !== 0) return `${kind} needs root`;
  for (const command of [programs[kind].command, "busybox", "tar", "umount"]) {
    const args = ["-c", 'command -v "$0"', command];
    const { success } = new Deno.Command("sh", { args, stdout: "null" }).outputSync();
    if (!success) return `${command} is not installed`;
  }
}

/**
 * Boots a private daemon.
 *
 * @example
 * ```ts
 * await using daemon = await startDaemon("incus");
 * await daemon.kill();
 * ```
 */
export async function startDaemon(kind: ServerKind, options: DaemonOptions = {}): Promise<Daemon> {
  // The test runner names a folder of its own: there it finds what a killed test left, and the logs.
  const parent = Deno.env.get("LXKIT_TEST_DIRECTORY");
  // Short: the path of a Unix socket holds 107 bytes.
  const directory = await Deno.makeTempDir({ dir: parent, prefix: parent ? "" : "lxkit-" });
  // The root of an unprivileged container must reach its root file system through it.
  await Deno.chmod(directory, 0o711);
  const log = parent
    ? `${parent}/logs/${kind}-${directory.slice(parent.length + 1)}.log`
    : `${directory}/log`;
  const daemon = new Daemon(kind, directory, log);
  await Deno.writeTextFile(`${directory}/kind`, kind);
  try {
    await daemon.boot();
    await daemon.setUp(options);
    return daemon;
  } catch (error) {
    await daemon.discard();
    throw error;
  }
}
