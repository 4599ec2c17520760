import { Collection } from "../../core/collection.ts";
import type { Session } from "../../core/session.ts";
import type { ByteSource } from "../../core/streams.ts";
import { type MutationOptions, Task } from "../../core/task.ts";
import { uploadOf } from "../../core/transfer.ts";
import type { InstancesPost, InstanceStatePut, InstanceType } from "../../types/mod.ts";
import { Instance, type InstanceDetails } from "./instance.ts";
import { createInstance, madeName } from "./create.ts";
import { type InstanceCopyToOptions, type InstanceTransfer, receiveInstance } from "./copy_to.ts";
import { importHeaders, type InstanceImportOptions } from "./import.ts";

/** Options of creating an instance. */
export interface InstanceCreateOptions extends MutationOptions {
  /** The cluster member that it is to live on. Default: the server's choice. */
  target?: string;
}

const PATH = "/1.0/instances";

/** The instances of one type, or of both. */
export class InstanceCollection extends Collection<Instance, InstanceDetails, InstancesPost> {
  readonly #type: InstanceType | undefined;

  /** @ignore */
  constructor(session: Session, type?: InstanceType) {
    super(session, {
      word: "instance",
      path: PATH,
      model: (session, init) => new Instance(session, init),
      query: { "instance-type": type },
      allProjectsExtension: "instance_all_projects",
      filterExtension: "api_filtering",
    });
    this.#type = type;
  }

  /**
   * Makes one, and resolves when it stands: `POST /1.0/instances`. Without a `name` the server makes
   * one up. With `start` it is started, too. A copy has the profiles that the body names; LXD 5.0.2
   * gives it no others, Incus those of its source.
   *
   * @throws {OperationError} when the server fails to make it, as where there is one of that name
   * already; with `start`, it may exist nevertheless.
   */
  override create(body: InstancesPost, options: InstanceCreateOptions = {}): Task<Instance> {
    const what = body.name === undefined ? "create an instance" : `create instance "${body.name}"`;
    return new Task(this.session, what, options, async (step, signal) => {
      const json = { type: this.#type, ...body };
      const name = await createInstance(this.session, step, json, options.target);
      return await this.at(name).refresh({ signal });
    });
  }
}

/** All instances of a project, containers and virtual machines. */
export class Instances extends InstanceCollection {
  /**
   * Makes one of a backup: `POST /1.0/instances`. A stream is sent as it is read. Needs the API
   * extension `container_backup`.
   *
   * @example
   * ```ts
   * import { connect } from "@lxkit/client";
   *
   * await using client = await connect();
   * const { readable } = await client.instances.at("web").backups.at("backup0").export();
   * await client.instances.importBackup(readable, { name: "web2" });
   * ```
   *
   * @throws {ApiError} when there is one of that name already.
   */
  importBackup(data: ByteSource, options: InstanceImportOptions = {}): Task<Instance> {
    const { name, target, onProgress } = options;
    const what = name === undefined ? "import an instance" : `import instance "${name}"`;
    this.session.require("container_backup", what);
    const headers = importHeaders(this.session, options);
    return new Task(this.session, what, options, async (step, signal) => {
      const made = await step("POST", PATH, {
        ...uploadOf(this.session, data, onProgress),
        headers,
        query: target === undefined ? {} : { target },
      });
      return await this.get(madeName(made), { signal });
    });
  }

  /** @ignore */
  receive(transfer: InstanceTransfer, options: InstanceCopyToOptions): Task<Instance> {
    return receiveInstance(this.session, transfer, options);
  }

  /**
   * Changes the state of all instances of the project at once: `PUT /1.0/instances`. Needs the API
   * extension `instance_bulk_state_change`.
   */
  setState(state: InstanceStatePut, options: MutationOptions = {}): Task<void> {
    const what = `${state.action} all instances`;
    this.session.require("instance_bulk_state_change", what);
    return new Task(this.session, what, options, async (step) => {
      await step("PUT", PATH, { json: { state } });
    });
  }
}
