import { Document, type DocumentInit } from "./document.ts";
import { segment } from "./path.ts";
import type { Session } from "./session.ts";
import type { MutationOptions, Task } from "./task.ts";

/** Something that has a name in its collection. */
export interface Named {
  /** Its name, unique in its collection; what identifies it where it has no name, such as a fingerprint. */
  readonly name: string;
}

/** Something that can take another name. */
export interface Renamable {
  /** Gives it another name; this object has the new name then. */
  rename(name: string, options?: MutationOptions): Task<this>;
}

/** Something that can be deleted. */
export interface Removable {
  /** Deletes it. */
  delete(options?: MutationOptions): Task<void>;
}

/** What a model is made of. */
export interface ModelInit<Data> extends DocumentInit<Data> {
  /** Its name. */
  name: string;
}

/** Where the things of one kind live, and their name in messages. */
export interface ModelKind {
  /** What one of them is called, such as `storage pool`. */
  readonly word: string;
  /** The path of the collection, such as `/1.0/profiles`. */
  readonly path: string;
  /** The field by which things are named. Default: `name`. */
  readonly key?: string;
  /** The API extension that the server needs to know such things at all. */
  readonly extension?: string;
  /** The fields that the servers empty where a `PATCH` leaves them out. Default: none. */
  readonly emptied?: readonly string[];
  /**
   * The fields of which servers make something else where a `PATCH` has them; true where no `PATCH` is to be
   * trusted. Default: none.
   */
  readonly rewritten?: readonly string[] | true;
}

/** One thing by its name, with every verb that things have. Interfaces say which of them a kind offers. */
export class Model<Data extends object, Put extends object = Data> extends Document<Data, Put>
  implements Named, Renamable, Removable {
  /** Its name, unique in its collection. */
  readonly name: string;
  readonly #kind: ModelKind;

  /** @ignore */
  constructor(session: Session, kind: ModelKind, init: ModelInit<Data>) {
    super(session, init);
    segment(init.name);
    this.#kind = kind;
    this.name = init.name;
  }

  /** Its kind and name, for messages. */
  protected override get label(): string {
    return `${this.#kind.word} "${this.name}"`;
  }

  /** Its path on the server. */
  protected override get path(): string {
    const { extension } = this.#kind;
    if (extension !== undefined) this.session.require(extension, `use ${this.label}`);
    return `${this.#kind.path}/${segment(this.name)}`;
  }

  /** @internal */
  protected override get emptied(): readonly string[] {
    return this.#kind.emptied ?? [];
  }

  /** @internal */
  protected override get rewritten(): readonly string[] | true {
    return this.#kind.rewritten ?? [];
  }

  /** What `JSON.stringify` writes: the data where it was read, else the name alone. */
  toJSON(): Data | { name: string } {
    return this.known ? this.data : { name: this.name };
  }

  /** Gives it another name. */
  rename(name: string, options: MutationOptions = {}): Task<this> {
    segment(name);
    return this.mutate(`rename to "${name}"`, options, async (step, signal) => {
      await step("POST", this.path, { json: { [this.#kind.key ?? "name"]: name } });
      (this as { name: string }).name = name;
      return this.known ? await this.refresh({ signal }) : this;
    });
  }

  /** Deletes it. */
  delete(options: MutationOptions = {}): Task<void> {
    return this.mutate("delete", options, async (step) => {
      await step("DELETE", this.path);
    });
  }
}
