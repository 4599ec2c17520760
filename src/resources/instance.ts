import { NotFoundError } from "../errors.ts";
import { type CallOptions, limited } from "../core/call.ts";
import { Model, type ModelInit } from "../core/model.ts";
import type { Session } from "../core/session.ts";
import type { MutationOptions, Task } from "../core/task.ts";
import type {
  InstanceBackupData,
  InstanceBackupsPost,
  InstanceData,
  InstancePut,
  InstanceRebuildPost,
  InstanceSnapshotData,
  InstanceState,
  InstanceStatePut,
} from "../types/mod.ts";
import { type Backups, backups } from "./backups.ts";
import { type CommandOutput, type ExecOptions, runToEnd, type SpawnOptions } from "./exec.ts";
import { Files } from "./files.ts";
import type { Image } from "./image.ts";
import { type ImagePublishPost, Images } from "./images.ts";
import type { InstanceProcess } from "./process.ts";
import { startProcess } from "./process_start.ts";

/** The data of an instance, and what a list of recursion 2 adds to it. */
export interface InstanceDetails extends InstanceData {
  /** Its state when it was read; only of recursion 2, and null where it is not running. */
  state?: InstanceState | null;
  /** Its snapshots; only of recursion 2. */
  snapshots?: InstanceSnapshotData[] | null;
  /** Its backups; only of recursion 2. */
  backups?: InstanceBackupData[] | null;
}

/** Options of starting and freezing. */
export interface StartOptions extends MutationOptions {
  /** Restores the memory that a stateful stop kept. Default: false. */
  stateful?: boolean;
}

/** Options of stopping and restarting. */
export interface StopOptions extends MutationOptions {
  /** Stops it at once, as by pulling the plug, in place of asking it to shut down. Default: false. */
  force?: boolean;
  /** Keeps the memory on disk, for a stateful start; needs CRIU or a virtual machine. Default: false. */
  stateful?: boolean;
  /**
   * How long it may take to shut down before the server gives up, in milliseconds, rounded up to
   * seconds. Default: no limit.
   */
  gracePeriod?: number;
}

/** The verbs of `PUT /1.0/instances/{name}/state`. */
export type StateAction = "start" | "stop" | "restart" | "freeze" | "unfreeze";

/** A container or virtual machine. */
export class Instance extends Model<InstanceDetails, InstancePut> {
  /** @ignore */
  constructor(session: Session, init: ModelInit<InstanceDetails>) {
    super(session, { word: "instance", path: "/1.0/instances" }, init);
  }

  /** Its files. */
  get files(): Files {
    return new Files(this.session, `${this.path}/files`);
  }

  /** Its backups. Need the API extension `container_backup`. */
  get backups(): Backups<InstanceBackupData, InstanceBackupsPost> {
    return backups(this.session, this.path, "container_backup");
  }

  /** Its state now: processes, memory, disks, network: `GET /1.0/instances/{name}/state`. */
  async state(options: CallOptions = {}): Promise<InstanceState> {
    return await this.session.get(`${this.path}/state`, options);
  }

  /** Starts it. */
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
    const what = `run "${command[0]}" in ${this.label}`;
    return await limited(options, what, async (signal) => {
      const process = await this.spawn(command, { ...options, timeout: undefined, signal });
      try {
        return await runToEnd(process, options.stdin);
      } finally {
        await process[Symbol.asyncDispose]();
      }
    });
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
  spawn(command: readonly string[], options: SpawnOptions = {}): Promise<InstanceProcess> {
    return startProcess(this.session, `${this.path}/exec`, command, options);
  }

  #change(action: StateAction, options: StopOptions): Task<this> {
    const state: InstanceStatePut = {
      action,
      force: options.force,
      stateful: options.stateful,
      timeout: options.gracePeriod === undefined
        ? undefined
        : Math.ceil(options.gracePeriod / 1000),
    };
    return this.mutate(action, options, async (step, signal) => {
      await step("PUT", `${this.path}/state`, { json: state });
      return await this.refresh({ signal }).catch((error) => {
        // An ephemeral instance goes with its stop.
        if (error instanceof NotFoundError && action === "stop") return this;
        throw error;
      });
    });
  }
}
