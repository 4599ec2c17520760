import { ProtocolError } from "../errors.ts";
import { Collection } from "../core/collection.ts";
import { lastName, segment } from "../core/path.ts";
import type { Session } from "../core/session.ts";
import { type MutationOptions, type StepResult, Task } from "../core/task.ts";
import type { InstancesPost, InstanceStatePut, InstanceType } from "../types/mod.ts";
import { Instance, type InstanceDetails } from "./instance.ts";

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
      resource: "instances",
      allProjectsExtension: "instance_all_projects",
      filterExtension: "api_filtering",
    });
    this.#type = type;
  }

  /**
   * Makes one, and resolves when it stands: `POST /1.0/instances`. Without a `name` the server makes
   * one up. With `start` it is started, too.
   *
   * @throws {ConflictError} when there is one of that name already.
   * @throws {OperationError} when the server fails to make it; with `start`, it may exist nevertheless.
   */
  override create(body: InstancesPost, options: InstanceCreateOptions = {}): Task<Instance> {
    const what = body.name === undefined ? "create an instance" : `create instance "${body.name}"`;
    return new Task(this.session, what, options, async (step, signal) => {
      const { start, ...rest } = body;
      const startsItself = this.session.facts.extensions.has("instance_create_start");
      const made = await step("POST", PATH, {
        json: { type: this.#type, ...startsItself ? body : rest },
        query: options.target === undefined ? undefined : { target: options.target },
      });
      const instance = this.at(body.name ?? this.#madeName(made));
      if (start && !startsItself) {
        await step("PUT", `${PATH}/${segment(instance.name)}/state`, { json: { action: "start" } });
      }
      return await instance.refresh({ signal });
    });
  }

  /** The name that the server made up. */
  #madeName(made: StepResult<unknown>): string {
    const url = this.madeUrl(made);
    if (url !== undefined) return lastName(url);
    throw new ProtocolError("Cannot tell the name of the new instance: the server named none");
  }
}

/** All instances of a project, containers and virtual machines. */
export class Instances extends InstanceCollection {
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
