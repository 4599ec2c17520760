import {
  Collection,
  type FilterOptions,
  type Gettable,
  type Listable,
} from "../core/collection.ts";
import type { Readable } from "../core/document.ts";
import { Model, type Named, type Removable } from "../core/model.ts";
import type { Session } from "../core/session.ts";
import type { MutationOptions, Task } from "../core/task.ts";
import type { WarningData, WarningPut } from "../types/mod.ts";

/** Something that the server found to be amiss, named by its UUID: `/1.0/warnings/{id}`. */
export interface Warning extends Named, Readable<WarningData>, Removable {
  /** Takes note of it: its status becomes `acknowledged`: `PATCH /1.0/warnings/{id}`. */
  acknowledge(options?: MutationOptions): Task<this>;
  /** Gives it another status, such as `new` again: `PUT /1.0/warnings/{id}`. The server asks for no ETag. */
  setStatus(status: WarningPut["status"], options?: MutationOptions): Task<this>;
}

/**
 * The warnings of the server and of all its projects, or of `client.project`: `/1.0/warnings`. Needs the API
 * extension `warnings`.
 */
export interface Warnings extends Listable<Warning, FilterOptions>, Gettable<Warning> {}

const KIND = { word: "warning", path: "/1.0/warnings", key: "uuid", extension: "warnings" };

class WarningModel extends Model<WarningData, WarningPut> implements Warning {
  acknowledge(options: MutationOptions = {}): Task<this> {
    return this.patch({ status: "acknowledged" }, options);
  }

  setStatus(status: WarningPut["status"], options: MutationOptions = {}): Task<this> {
    return this.edit((it) => {
      it.status = status;
    }, options);
  }
}

/** Makes the collection. */
export function warnings(session: Session): Warnings {
  return new Collection<Warning, WarningData, never>(session, {
    ...KIND,
    model: (session, init) => new WarningModel(session, KIND, init),
  });
}
