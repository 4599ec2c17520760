import type { InstanceConsolePost, InstanceExecPost } from "../../../types/instances.ts";
import type { Clock } from "../clock.ts";
import { ConsoleSession, GuestConsole } from "./console.ts";
import { ExecSession } from "./exec_session.ts";
import { answerFiles, type FilesRequest, type FilesServer } from "./files_api.ts";
import type { GuestFiles } from "./files/guest_files.ts";
import { seedFiles } from "./files/seed.ts";
import { devices } from "./process/devices.ts";
import { type GuestInterface, Kernel } from "./process/kernel.ts";
import { Descriptor } from "./process/open_file.ts";
import { applets } from "./programs/applets.ts";
import { Programs } from "./programs/finder.ts";
import type { ScriptedCommand } from "./programs/scripted.ts";
import type { GuestSession } from "./session.ts";
import { serveSftp } from "./sftp/sftp_server.ts";
import type { ByteDuplex } from "./socket.ts";

/** What a simulated instance has inside when it comes to be. */
export interface GuestOptions {
  /** The time that goes by in it. */
  clock: Clock;
  /** Its name for itself. Default: none. */
  hostname?: string;
  /** Its files. Default: those of a small image. */
  files?: GuestFiles;
  /** Commands beside the built-in ones; the first that matches is run, before any other. */
  commands?: readonly ScriptedCommand[];
}

/** What is inside a simulated instance, whether it runs or not. */
export class Guest {
  /** The console. */
  readonly console: GuestConsole = new GuestConsole();
  readonly #kernel: Kernel;

  /** The inside of a new instance. */
  constructor({ clock, hostname = "", files, commands }: GuestOptions) {
    const own = files ?? seedFiles(Object.keys(applets), () => clock.now());
    this.#kernel = new Kernel(clock, new Programs(commands), own, hostname);
  }

  /** Its files. */
  get files(): GuestFiles {
    return this.#kernel.files;
  }

  /** Another tree takes the place of the files, as when a snapshot is restored. */
  set files(files: GuestFiles) {
    this.#kernel.files = files;
  }

  /** Its name for itself. */
  get hostname(): string {
    return this.#kernel.hostname;
  }

  /** It goes by another name. */
  set hostname(name: string) {
    this.#kernel.hostname = name;
  }

  /** Its network interfaces. */
  get interfaces(): Map<string, GuestInterface> {
    return this.#kernel.interfaces;
  }

  /** How many processes run. */
  get processes(): number {
    return this.#kernel.processes.length;
  }

  /** Starts its first process. */
  start(): void {
    this.#kernel.console = this.console.start();
    // What the first process starts waits for its end alone: no clock goes by it.
    for (const argv of [["init"], ["/bin/sleep", "86400"]]) {
      const descriptors = new Map(
        [0, 1, 2].map((number) => [number, new Descriptor(devices.null!)]),
      );
      const start = { argv, environment: new Map(), cwd: "/", uid: 0, gid: 0, descriptors };
      this.#kernel.start(start, (process) => process.exited);
    }
  }

  /** Kills all that runs, and ends whoever is attached. */
  stop(): void {
    this.#kernel.killAll();
    this.#kernel.frozen = false;
    this.#kernel.console = undefined;
    this.console.stop();
  }

  /** Lets all that runs stand still. */
  freeze(): void {
    this.#kernel.frozen = true;
  }

  /** Lets it go on. */
  unfreeze(): void {
    this.#kernel.frozen = false;
  }

  /** Runs a command for an operation. Its environment is as in the request. */
  exec(request: InstanceExecPost): GuestSession {
    return new ExecSession(this.#kernel, request);
  }

  /** Attaches a client to the console. */
  attachConsole(request: InstanceConsolePost): GuestSession {
    return new ConsoleSession(this.console, request);
  }

  /** Answers a request to the `files` path. */
  answerFiles(request: FilesRequest, server: FilesServer): Promise<Response> {
    return answerFiles(this.files, request, server);
  }

  /** Serves its files over SFTP until the client goes. */
  serveSftp(connection: ByteDuplex): Promise<void> {
    return serveSftp(this.files, connection);
  }
}
