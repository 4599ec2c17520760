import { OperationError, PreconditionFailedError } from "../errors.ts";
import { type CallOptions, delay } from "./call.ts";
import type { Session } from "./session.ts";
import { type MutationOptions, type Step, Task } from "./task.ts";
import { inTurn } from "./turns.ts";

/** Something whose data can be read. */
export interface Readable<Data> {
  /**
   * Its data as last read, in the wire's own form, fields that this package does not know included.
   *
   * @throws {TypeError} when it was never read: call `refresh()` first.
   */
  readonly data: Data;
  /** Reads its data anew. */
  refresh(options?: CallOptions): Promise<this>;
}

/** Something whose writable part can be written as a whole. */
export interface Replaceable<Put> {
  /**
   * Reads it, lets `change` alter the data in place, and writes it back with `PUT` under the ETag that
   * was read: when others changed it in between, all is read and changed anew. So `change` may run
   * several times. What the server never sends, such as `restore`, is there to be set and not to be
   * read.
   *
   * The servers check an ETag and write in two steps, so two writes at the very same moment can both
   * pass. Those of one process never meet; of two processes one can still overwrite the other.
   *
   * @throws {PreconditionFailedError} when others changed it thirty times in between.
   */
  edit(
    change: (data: Required<Put>) => void | Promise<void>,
    options?: MutationOptions,
  ): Task<this>;
  /**
   * Writes `data` as it stands with `PUT`, under the ETag that it was read with.
   *
   * @throws {PreconditionFailedError} when it was changed since it was read.
   * @throws {TypeError} when it came from a list, which carries no ETags: use `edit`.
   */
  save(options?: MutationOptions): Task<this>;
}

/** Something whose writable part can be changed. */
export interface Editable<Put> extends Replaceable<Put> {
  /**
   * Changes the given fields alone: sends them with `PATCH`, and the server merges maps such as `config`. Where
   * servers make something else of it, the thing is read, changed and written back with `PUT`, as by `edit`.
   * LXD 5.0.2 and Incus 6.0.4 empty an instance's description where it is not among the fields.
   */
  patch(fields: Partial<Put>, options?: MutationOptions): Task<this>;
}

/** Data that was read already. */
export interface DocumentInit<Data> {
  /** The data. */
  data?: Data;
  /** The version of that data. */
  etag?: string;
}

const EDIT_ATTEMPTS = 30;
const EDIT_PAUSE_MS = 20;

/** Data at one path of the server that can be read and changed. */
export abstract class Document<Data extends object, Put extends object = Data>
  implements Readable<Data>, Editable<Put> {
  readonly #session: Session;
  #data: Data | undefined;
  #etag: string | undefined;

  /** @ignore */
  constructor(session: Session, init: DocumentInit<Data>) {
    this.#session = session;
    this.#data = init.data;
    this.#etag = init.etag;
  }

  /** @internal */
  protected get session(): Session {
    return this.#session;
  }

  /** What it is, for messages. */
  protected abstract get label(): string;

  /** Its path on the server. */
  protected abstract get path(): string;

  /** Whether its data was read. */
  protected get known(): boolean {
    return this.#data !== undefined;
  }

  /**
   * The fields that the servers empty where a `PATCH` leaves them out.
   *
   * @internal
   */
  protected get emptied(): readonly string[] {
    return [];
  }

  /**
   * The fields of which servers make something else where a `PATCH` has them; true where no `PATCH` is to be
   * trusted.
   *
   * @internal
   */
  protected get rewritten(): readonly string[] | true {
    return [];
  }

  /** Its data as last read, in the wire's own form, fields that this package does not know included. */
  get data(): Data {
    if (this.#data) return this.#data;
    throw new TypeError(
      `Cannot give the data of ${this.label}: it was never read. Call refresh() first, or get() in place of at()`,
    );
  }

  /** Reads its data anew. */
  async refresh(options: CallOptions = {}): Promise<this> {
    const answer = await this.session.send<Data>("GET", this.path, options);
    this.#data = answer.metadata as Data;
    this.#etag = answer.etag;
    return this;
  }

  /** Reads it, changes it, and writes it back, again and again until nobody else changed it in between. */
  edit(
    change: (data: Required<Put>) => void | Promise<void>,
    options: MutationOptions = {},
  ): Task<this> {
    return this.mutate(
      "edit",
      options,
      (step, signal) =>
        this.#rewrite("PUT", step, signal, async () => {
          const draft = structuredClone(this.data);
          await change(draft as unknown as Required<Put>);
          return draft;
        }),
    );
  }

  /** Sends the given fields alone. */
  patch(fields: Partial<Put>, options: MutationOptions = {}): Task<this> {
    const given: Record<string, unknown> = fields;
    const { rewritten } = this;
    if (rewritten === true || rewritten.some((field) => given[field] !== undefined)) {
      return this.edit((data) => merge(data, given), options);
    }
    return this.mutate("change", options, async (step, signal) => {
      const kept = this.emptied.filter((field) => given[field] === undefined);
      if (kept.length > 0) {
        return await this.#rewrite("PATCH", step, signal, () => {
          const data = this.data as Record<string, unknown>;
          return { ...given, ...Object.fromEntries(kept.map((field) => [field, data[field]])) };
        });
      }
      await step("PATCH", this.path, { json: fields });
      return await this.refresh({ signal });
    });
  }

  /** Writes `data` as it stands, under the ETag that it was read with. */
  save(options: MutationOptions = {}): Task<this> {
    return this.mutate("save", options, (step, signal) => {
      const { data } = this;
      if (this.#etag !== undefined) return this.#write("PUT", step, signal, data);
      throw new TypeError(
        `Cannot save ${this.label}: its data came without an ETag, as from a list. Use edit(), or get() it first`,
      );
    });
  }

  /**
   * Starts a mutation of it; `verb` is for messages.
   *
   * @internal
   */
  protected mutate<T>(
    verb: string,
    options: MutationOptions,
    run: (step: Step, signal: AbortSignal | undefined) => Promise<T>,
  ): Task<T> {
    return new Task(this.session, `${verb} ${this.label}`, options, run);
  }

  /** Reads it and writes what comes of it, again and again until nobody else changed it in between. */
  async #rewrite(
    method: string,
    step: Step,
    signal: AbortSignal | undefined,
    make: () => object | Promise<object>,
  ): Promise<this> {
    for (let attempt = 1;; attempt++) {
      await this.refresh({ signal });
      const body = await make();
      try {
        return await this.#write(method, step, signal, body);
      } catch (error) {
        if (!isOutrun(error) || attempt === EDIT_ATTEMPTS) throw error;
        await delay(Math.random() * EDIT_PAUSE_MS * Math.min(attempt, 10), signal);
      }
    }
  }

  async #write(
    method: string,
    step: Step,
    signal: AbortSignal | undefined,
    data: object,
  ): Promise<this> {
    const { connector, scope } = this.session;
    const { project = "default", target } = scope;
    const key = [connector.address, project, target, this.path].join(" ");
    const headers: Record<string, string> = {};
    if (this.#etag !== undefined) headers["if-match"] = this.#etag;
    await inTurn(key, signal, () => step(method, this.path, { json: data, headers }));
    return await this.refresh({ signal });
  }
}

/** Puts fields into data, maps into maps. */
function merge(data: Record<string, unknown>, fields: Record<string, unknown>): void {
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const old = data[field];
    data[field] = isMap(old) && isMap(value) ? { ...old, ...value } : value;
  }
}

function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a write failed because of another one, so that it is worth trying anew. */
function isOutrun(error: unknown): boolean {
  if (error instanceof PreconditionFailedError) return true;
  // LXD can let two writes to an instance past the ETag, and then fails the operation of one.
  return error instanceof OperationError &&
    error.operation.err.includes("matching non-reusable operation");
}
