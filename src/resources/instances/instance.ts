import type { Upgraded } from "../../connector.ts";
import { NotFoundError } from "../../errors.ts";
import type { CallOptions } from "../../core/call.ts";
import { Model, type ModelInit } from "../../core/model.ts";
import type { Session } from "../../core/session.ts";
import type { Sftp } from "../../core/sftp/sftp.ts";
import type { MutationOptions, Task } from "../../core/task.ts";
import { type Download, download, type DownloadOptions } from "../../core/transfer.ts";
import type {
  AccessEntry,
  InstanceBackupData,
  InstanceBackupsPost,
  InstanceData,
  InstancePortForwardPost,
  InstancePut,
  InstanceRebuildPost,
  InstanceSnapshotData,
  InstanceState,
  StorageVolumeBitmapsPost,
} from "../../types/mod.ts";
import { type Backups, backups } from "../backups.ts";
import type { ConsoleOptions, InstanceConsole, TextConsoleOptions, VgaConsole } from "./console.ts";
import {
  type CommandOutput,
  execCommand,
  type ExecOptions,
  spawnCommand,
  type SpawnOptions,
} from "./exec.ts";
import { Files } from "./files.ts";
import type { Image } from "../images/image.ts";
import { type ImagePublishPost, Images } from "../images/images.ts";
import type { AddressOptions } from "./address.ts";
import { copyInstance, type InstanceCopyOptions } from "./copy.ts";
import type {
  InstanceCopyTarget,
  InstanceCopyToOptions,
  InstanceMoveToOptions,
} from "./copy_to.ts";
import { InstanceDebug } from "./debug.ts";
import type { InstanceDeleteOptions } from "./delete.ts";
import { InstanceNvram, type InstanceUefiVariables, UefiVariablesDocument } from "./firmware.ts";
import { ConsoleLog, InstanceLogs } from "./logs.ts";
import { InstanceMetadata } from "./metadata.ts";
import { type InstanceMoveOptions, moveBody } from "./move.ts";
import { recordCommand, type RecordedCommand, type RecordOptions } from "./record.ts";
import {
  type InstanceSnapshots,
  instanceSnapshots,
  MULTI_VOLUME,
  type SnapshotRestoreOptions,
} from "./snapshots.ts";
import { type StartOptions, type StateAction, stateBody, type StopOptions } from "./state.ts";
import type { InstanceProcess } from "./process.ts";

/** The data of an instance, and what a list of recursion 2 adds to it. */
export interface InstanceDetails extends InstanceData {
  /** Its state when it was read; only of recursion 2, and null where it is not running. */
  state?: InstanceState | null;
  /** Its snapshots; only of recursion 2. */
  snapshots?: InstanceSnapshotData[] | null;
  /** Its backups; only of recursion 2. */
  backups?: InstanceBackupData[] | null;
}

/** Where in an instance a connection goes. */
export interface ForwardOptions extends CallOptions {
  /** The TCP port. */
  port: number;
  /** The IP address, as seen from inside. Default: `127.0.0.1`. */
  address?: string;
}

/** Options of opening the disks of an instance. */
export interface InstanceNbdOptions extends CallOptions {
  /**
   * Gives one more connection to the session that was opened before, which lasts as long as any of them.
   * Default: false.
   */
  reuse?: boolean;
}

/** A container or virtual machine. */
export class Instance extends Model<InstanceDetails, InstancePut> {
  /** @ignore */
  constructor(session: Session, init: ModelInit<InstanceDetails>) {
    super(session, { word: "instance", path: "/1.0/instances" }, init);
  }

  /** Its files. */
  get files(): Files {
    return new Files(this.session, this.path, { runs: true, sftpExtension: undefined });
  }

  /**
   * Opens its file system as one connection for many calls: `GET /1.0/instances/{name}/sftp`. It may
   * be running or stopped. Needs a runtime with raw sockets: not a browser.
   */
  async sftp(options: CallOptions = {}): Promise<Sftp> {
    const { openSftp } = await import("../../core/sftp/open.ts");
    return await openSftp(this.session, this.path, options);
  }

  /**
   * Connects to a TCP port inside of it, which sees the connection come from itself:
   * `POST /1.0/instances/{name}/port-forward`. It has to run. Resolves once the port has taken the connection;
   * `signal` ends it later, too. There is no end of one direction alone: a service that waits for the end of
   * what it is sent waits on. Needs a runtime with raw sockets, and the API extension
   * `instance_port_forward`, which Incus alone has.
   *
   * @example
   * ```ts
   * import { connect } from "@lxkit/client";
   *
   * await using client = await connect();
   * await using socket = await client.instances.at("web").forward({ port: 6379 });
   * const writer = socket.writable.getWriter();
   * await writer.write(new TextEncoder().encode("PING\r\n"));
   * for await (const chunk of socket.readable) {
   *   console.log(new TextDecoder().decode(chunk));
   *   break;
   * }
   * ```
   *
   * @throws {ApiError} when nothing listens there, or it does not run.
   */
  async forward(options: ForwardOptions): Promise<Upgraded> {
    this.session.require("instance_port_forward", `reach a port of ${this.label}`);
    const { port, address = "", ...limits } = options;
    const json: InstancePortForwardPost = { address, port };
    const request = { ...limits, method: "POST", json };
    return await this.session.upgrade(`${this.path}/port-forward`, "tcp", request);
  }

  /**
   * Opens all its disks as an NBD server, with an export for each, named as its device:
   * `GET /1.0/instances/{name}/nbd`. Running virtual machines only; of others, each volume has one of its own.
   * The bytes are those of the NBD protocol, for a client of it. Needs a runtime with raw sockets, and the API
   * extension `instance_nbd`, which Incus alone has.
   */
  async nbd(options: InstanceNbdOptions = {}): Promise<Upgraded> {
    this.session.require("instance_nbd", `open the disks of ${this.label}`);
    const { reuse, ...limits } = options;
    const query = reuse ? { reuse: 1 } : {};
    return await this.session.upgrade(`${this.path}/nbd`, "nbd", { ...limits, query });
  }

  /** Its snapshots. */
  get snapshots(): InstanceSnapshots {
    return instanceSnapshots(this.session, this);
  }

  /** Its backups. Need the API extension `container_backup`. */
  get backups(): Backups<InstanceBackupData, InstanceBackupsPost> {
    return backups(this.session, this.path, "container_backup");
  }

  /** Its log files: `/1.0/instances/{name}/logs`. */
  get logs(): InstanceLogs {
    return new InstanceLogs(this.session, this.path, `${this.path}/logs`);
  }

  /**
   * What commands wrote whose output the server keeps: `/1.0/instances/{name}/logs/exec-output`. LXD
   * 5.0 has it among `logs`.
   */
  get execOutput(): InstanceLogs {
    return new InstanceLogs(this.session, this.path, `${this.path}/logs/exec-output`);
  }

  /** What was written on its text console: `/1.0/instances/{name}/console`. */
  get consoleLog(): ConsoleLog {
    return new ConsoleLog(this.session, `${this.path}/console`);
  }

  /** What it has of its image's metadata, and its templates: `/1.0/instances/{name}/metadata`. */
  get metadata(): InstanceMetadata {
    return new InstanceMetadata(
      this.session,
      `${this.path}/metadata`,
      `the metadata of ${this.label}`,
    );
  }

  /** What helps when it is in trouble: `/1.0/instances/{name}/debug`. Incus only. */
  get debug(): InstanceDebug {
    return new InstanceDebug(this.session, `${this.path}/debug`, this.label);
  }

  /** Its firmware's variables on LXD; virtual machines only. */
  get uefiVariables(): InstanceUefiVariables {
    return new UefiVariablesDocument(this.session, this.name);
  }

  /** Its firmware's variables on Incus; virtual machines only. */
  get nvram(): InstanceNvram {
    return new InstanceNvram(this.session, this.name);
  }

  /** Its state now: processes, memory, disks, network: `GET /1.0/instances/{name}/state`. */
  async state(options: CallOptions = {}): Promise<InstanceState> {
    return await this.session.get(`${this.path}/state`, options);
  }

  /** Starts it: `PUT /1.0/instances/{name}/state`, as all of the next. */
  start(options: StartOptions = {}): Task<this> {
    return this.#change("start", options);
  }

  /**
   * Stops it: asks it to shut down and waits until it has, or with `force` pulls the plug. An
   * ephemeral instance is gone then.
   */
  stop(options: StopOptions = {}): Task<this> {
    return this.#change("stop", options);
  }

  /** Stops and starts it. */
  restart(options: StopOptions = {}): Task<this> {
    return this.#change("restart", options);
  }

  /** Halts all its processes where they stand. */
  freeze(options: MutationOptions = {}): Task<this> {
    return this.#change("freeze", options);
  }

  /** Lets its processes go on. */
  unfreeze(options: MutationOptions = {}): Task<this> {
    return this.#change("unfreeze", options);
  }

  /** Deletes it with its snapshots and backups: `DELETE /1.0/instances/{name}`. */
  override delete({ force = false, ...options }: InstanceDeleteOptions = {}): Task<void> {
    return this.mutate("delete", options, async (step, signal) => {
      if (force) {
        const { halt } = await import("./delete.ts");
        // Not a step: what the server accepts of this task is the delete.
        if (await halt(this.session, this.path, signal)) return;
      }
      await step("DELETE", this.path);
    });
  }

  /**
   * Makes its root disk anew, from an image or empty: `POST /1.0/instances/{name}/rebuild`. It has to
   * be stopped. Needs the API extension `instances_rebuild`.
   */
  rebuild(source: InstanceRebuildPost["source"], options: MutationOptions = {}): Task<this> {
    this.session.require("instances_rebuild", `rebuild ${this.label}`);
    return this.mutate("rebuild", options, async (step, signal) => {
      await step("POST", `${this.path}/rebuild`, { json: { source } });
      return await this.refresh({ signal });
    });
  }

  /**
   * Brings it back to one of its snapshots: `PUT /1.0/instances/{name}`. One that runs is stopped
   * and started again.
   */
  restore(snapshot: string, options: SnapshotRestoreOptions = {}): Task<this> {
    const { stateful, diskOnly, diskVolumes } = options;
    const what = `restore ${this.label}`;
    if (diskOnly) this.session.require("instance_snapshot_disk_only_restore", what);
    if (diskVolumes !== undefined) this.session.require(MULTI_VOLUME, what);
    const json: InstancePut = {
      restore: snapshot,
      stateful,
      disk_only: diskOnly,
      restore_disk_volumes_mode: diskVolumes,
    };
    return this.mutate("restore", options, async (step, signal) => {
      await step("PUT", this.path, { json });
      return await this.refresh({ signal });
    });
  }

  /**
   * Makes another instance of it on the same server, or brings one up to date: `POST /1.0/instances`.
   *
   * @example
   * ```ts
   * import { connect } from "@lxkit/client";
   *
   * await using client = await connect();
   * const web = client.instances.at("web");
   * await web.copy("web-test", { instanceOnly: true, config: { "limits.cpu": "1" }, start: true });
   * ```
   *
   * @throws {OperationError} when the server fails to make it, as when there is one of that name already.
   */
  copy(name: string, options: InstanceCopyOptions = {}): Task<Instance> {
    return copyInstance(this.session, this, this.name, name, options);
  }

  /**
   * Moves it to another storage pool, project or cluster member: `POST /1.0/instances/{name}`. Gives
   * a handle on it where it is then. Unless it is moved `live`, it has to be stopped.
   *
   * @throws {TypeError} when no place is given.
   */
  move(options: InstanceMoveOptions): Task<Instance> {
    const { project, target } = options;
    const json = moveBody(this.session, this.name, options);
    return this.mutate("move", options, async (step, signal) => {
      await step("POST", this.path, { json, query: target === undefined ? {} : { target } });
      const session = project === undefined ? this.session : this.session.scoped({ project });
      return await new Instance(session, { name: json.name! }).refresh({ signal });
    });
  }

  /**
   * Copies it to another server, or brings a copy there up to date, and gives the copy. One that runs is
   * copied as its disk is meanwhile; `live` takes its memory, too, where the source server has CRIU. Incus
   * takes instances from LXD; LXD 5.0.2 refuses the snapshots of Incus 6.0.4. What fails leaves the source
   * as it is. A pull that is aborted may come to its end on the target nevertheless.
   *
   * @example
   * ```ts
   * import { connect } from "@lxkit/client";
   *
   * await using here = await connect();
   * await using there = await connect({ url: "https://10.0.0.5:8443" });
   * const copy = await here.instances.at("web").copyTo(there.project("ci"), { name: "web-test" });
   * await copy.start();
   * ```
   *
   * @throws {TransferError} when a server fails to send or to take it; `side` tells which.
   * @throws {ConnectionError} when the mode that was chosen needs a server to listen that does not.
   */
  copyTo(target: InstanceCopyTarget, options: InstanceCopyToOptions = {}): Task<Instance> {
    return this.#transfer(target, options, false);
  }

  /**
   * Moves it to another server: copies it, and deletes it here once it stands there. It has to be
   * stopped, unless it is moved `live`. It keeps the addresses of its network devices.
   *
   * @throws {TypeError} when it runs, or is protected against being deleted.
   * @throws {TransferError} as `copyTo`, and when it stands there, but cannot be deleted here.
   * @throws {ConnectionError} as `copyTo`.
   */
  moveTo(target: InstanceCopyTarget, options: InstanceMoveToOptions = {}): Task<Instance> {
    return this.#transfer(target, options, true);
  }

  /**
   * Makes an image of it: `POST /1.0/images`. It has to be stopped.
   *
   * @example
   * ```ts
   * import { connect } from "@lxkit/client";
   *
   * await using client = await connect();
   * await client.instances.at("web").publish({ aliases: [{ name: "golden" }] });
   * ```
   *
   * @throws {OperationError} when the server fails to make it, as when there is the same image already.
   */
  publish(body: ImagePublishPost = {}, options: MutationOptions = {}): Task<Image> {
    const source = { type: "instance", name: this.name } as const;
    return new Images(this.session).create({ ...body, source }, options);
  }

  /**
   * Runs a command to its end and collects what it writes: `POST /1.0/instances/{name}/exec`. A code
   * other than 0 is a result, no error. An abort or a timeout kills the command.
   *
   * @example
   * ```ts
   * import { connect } from "@lxkit/client";
   *
   * await using client = await connect();
   * const { code, stdoutText } = await client.instances.at("web").exec(["uname", "-a"]);
   * console.log(code, stdoutText);
   * ```
   *
   * @throws {TruncatedError} when the connection ends before the output does.
   * @throws {OperationError} when the server cannot start it.
   */
  async exec(command: readonly string[], options: ExecOptions = {}): Promise<CommandOutput> {
    return await execCommand(this.session, this.path, this.label, command, options);
  }

  /**
   * Starts a command and gives its streams: `POST /1.0/instances/{name}/exec`. Resolves once the
   * server has all connections of it.
   *
   * @example
   * ```ts
   * import { connect } from "@lxkit/client";
   *
   * await using client = await connect();
   * await using process = await client.instances.at("web").spawn(["tail", "-f", "/var/log/messages"]);
   * for await (const chunk of process.stdout) console.log(new TextDecoder().decode(chunk));
   * ```
   */
  async spawn(command: readonly string[], options: SpawnOptions = {}): Promise<InstanceProcess> {
    return await spawnCommand(this.session, this.path, command, options);
  }

  /**
   * Runs a command to its end without a connection to it: `POST /1.0/instances/{name}/exec`. The server
   * keeps its output as logs; containers only.
   */
  record(command: readonly string[], options: RecordOptions = {}): Task<RecordedCommand> {
    return recordCommand(this.session, `${this.path}/exec`, command, options);
  }

  /**
   * Attaches to its text console: `POST /1.0/instances/{name}/console`. It has to run. Needs the API
   * extension `console`.
   *
   * @example
   * ```ts
   * import { connect } from "@lxkit/client";
   *
   * await using client = await connect();
   * await using terminal = await client.instances.at("web").console();
   * const writer = terminal.writable.getWriter();
   * await writer.write(new TextEncoder().encode("root\r"));
   * ```
   *
   * @throws {ApiError} when others are attached to it, on Incus; see `force`.
   */
  async console(options: TextConsoleOptions = {}): Promise<InstanceConsole> {
    const { attachConsole } = await import("./console.ts");
    const label = `the console of ${this.label}`;
    return await attachConsole(this.session, `${this.path}/console`, label, options);
  }

  /**
   * Attaches to its graphical console: `POST /1.0/instances/{name}/console`. Virtual machines only.
   * Needs the API extension `console_vga_type`.
   */
  async vga(options: ConsoleOptions = {}): Promise<VgaConsole> {
    const { attachVga } = await import("./console.ts");
    const label = `the graphical console of ${this.label}`;
    return await attachVga(this.session, `${this.path}/console`, label, options);
  }

  /**
   * Downloads a picture of its graphical console, in PNG: `GET /1.0/instances/{name}/console`. Virtual
   * machines only. Needs the API extension `instance_console_screenshot`, which Incus alone has.
   */
  async screenshot(options: DownloadOptions = {}): Promise<Download> {
    const what = `take a picture of ${this.label}`;
    this.session.require("instance_console_screenshot", what);
    return await download(this.session, `${this.path}/console`, what, options, {
      query: { type: "vga" },
    });
  }

  /**
   * Starts a record of which blocks of its disks change: `POST /1.0/instances/{name}/bitmaps`. Virtual
   * machines only. Needs the API extension `storage_volume_nbd`, which recent Incus alone has.
   */
  createBitmap(body: StorageVolumeBitmapsPost, options: MutationOptions = {}): Task<void> {
    this.session.require("storage_volume_nbd", `create a bitmap of ${this.label}`);
    return this.mutate("create a bitmap of", options, async (step) => {
      await step("POST", `${this.path}/bitmaps`, { json: body });
    });
  }

  /**
   * Who may do what with it: `GET /1.0/instances/{name}/access`. Needs the API extension
   * `instance_access`, which Incus alone has.
   */
  async access(options: CallOptions = {}): Promise<AccessEntry[]> {
    this.session.require("instance_access", `read who has access to ${this.label}`);
    return await this.session.get<AccessEntry[] | null>(`${this.path}/access`, options) ?? [];
  }

  /**
   * Waits until it has an address that others can reach it by, and gives the first one. Looks at its
   * state once a second; of a virtual machine the server may know none before its agent runs.
   *
   * @example
   * ```ts
   * import { connect } from "@lxkit/client";
   *
   * await using client = await connect();
   * const web = await client.instances.at("web").start();
   * console.log(await web.waitForAddress({ timeout: 60_000 }));
   * ```
   *
   * @throws {TypeError} when it does not run.
   * @throws {TimeoutError} when it has none within the `timeout`.
   */
  async waitForAddress(options: AddressOptions = {}): Promise<string> {
    const { waitForAddress } = await import("./address.ts");
    return await waitForAddress(this, options);
  }

  #transfer(
    { instances }: InstanceCopyTarget,
    options: InstanceCopyToOptions,
    move: boolean,
  ): Task<Instance> {
    const { session, path, name } = this;
    return instances.receive({ session, path, name, origin: this, move }, options);
  }

  #change(action: StateAction, options: StopOptions): Task<this> {
    return this.mutate(action, options, async (step, signal) => {
      await step("PUT", `${this.path}/state`, { json: stateBody(action, options) });
      return await this.refresh({ signal }).catch((error) => {
        // An ephemeral instance goes with its stop.
        if (error instanceof NotFoundError && action === "stop") return this;
        throw error;
      });
    });
  }
}
