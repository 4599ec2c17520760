import type { CallOptions } from "../../core/call.ts";
import { Collection, type Creatable, type Gettable, type Listable } from "../../core/collection.ts";
import { Model, type ModelInit } from "../../core/model.ts";
import type { Session } from "../../core/session.ts";
import type { MutationOptions, Task } from "../../core/task.ts";
import type {
  ReplicatorData,
  ReplicatorPut,
  ReplicatorsPost,
  ReplicatorState,
  ReplicatorStatePut,
} from "../../types/mod.ts";

const KIND = { word: "replicator", path: "/1.0/replicators", extension: "replicators" } as const;

/** A job that copies a project's instances to another cluster: `/1.0/replicators/{name}`. */
export class Replicator extends Model<ReplicatorData, ReplicatorPut> {
  /** @ignore */
  constructor(session: Session, init: ModelInit<ReplicatorData>) {
    super(session, KIND, init);
  }

  /** What it is doing now: `GET /1.0/replicators/{name}/state`. */
  async state(options: CallOptions = {}): Promise<ReplicatorState> {
    return await this.session.get(`${this.path}/state`, options);
  }

  /** Copies the instances to the other cluster: `PUT /1.0/replicators/{name}/state`. */
  run(options: MutationOptions = {}): Task<this> {
    return this.#act("start", "run", options);
  }

  /** Copies the instances back from the other cluster: `PUT /1.0/replicators/{name}/state`. */
  restore(options: MutationOptions = {}): Task<this> {
    return this.#act("restore", "restore from", options);
  }

  #act(action: ReplicatorStatePut["action"], verb: string, options: MutationOptions): Task<this> {
    return this.mutate(verb, options, async (step, signal) => {
      await step("PUT", `${this.path}/state`, { json: { action } });
      return await this.refresh({ signal });
    });
  }
}

/**
 * The replicators of a project: `/1.0/replicators`. LXD alone has them; needs the API extension
 * `replicators`.
 */
export interface Replicators
  extends Listable<Replicator>, Gettable<Replicator>, Creatable<Replicator, ReplicatorsPost> {}

/** Makes the collection. */
export function replicators(session: Session): Replicators {
  return new Collection<Replicator, ReplicatorData, ReplicatorsPost>(session, {
    ...KIND,
    model: (session, init) => new Replicator(session, init),
  });
}
