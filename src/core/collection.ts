import { NotFoundError } from "../errors.ts";
import type { CallOptions } from "./call.ts";
import type { ModelInit, ModelKind } from "./model.ts";
import { nameIn, type Query, segment } from "./path.ts";
import type { Session } from "./session.ts";
import { type MutationOptions, Task } from "./task.ts";

/** Options of a list. */
export interface ListOptions extends CallOptions {
  /** Things of all projects rather than of the client's own. Default: false. */
  allProjects?: boolean;
}

/** Options of a list that the server can filter. */
export interface FilteredListOptions extends ListOptions {
  /**
   * The server's own filter language, such as `status eq Running and config.user.team eq web`. Needs
   * the API extension `api_filtering`.
   */
  filter?: string;
}

/** A collection that can be listed. */
export interface Listable<M, Options extends CallOptions = ListOptions> {
  /** All of them with their data, in one request. */
  list(options?: Options): Promise<M[]>;
  /** Their names alone, in one request. */
  names(options?: Options): Promise<string[]>;
}

/** A collection whose things can be had by name. */
export interface Gettable<M> {
  /**
   * Reads one of them.
   *
   * @throws {NotFoundError} when there is none of that name.
   */
  get(name: string, options?: CallOptions): Promise<M>;
  /** A handle on one of them without any request; it may not exist. */
  at(name: string): M;
  /** Whether there is one of that name. */
  exists(name: string, options?: CallOptions): Promise<boolean>;
}

/** A collection that things can be added to. */
export interface Creatable<M, Body> {
  /**
   * Makes one; resolves when it stands.
   *
   * @throws {ConflictError} when there is one of that name already.
   */
  create(body: Body, options?: MutationOptions): Task<M>;
}

/** What a collection has to know of the things in it. */
export interface CollectionKind<M, Data> extends ModelKind {
  /** Makes the model of one thing. */
  readonly model: (session: Session, init: ModelInit<Data>) => M;
  /** Query parameters that narrow the collection, such as the type of instance. */
  readonly query?: Query;
}

/** What every thing in a collection tells of itself. */
export interface Named {
  /** Its name. */
  name: string;
  /** The project that it lives in, where it lives in one. */
  project?: string;
}

/** The things under one path, with every verb that collections have. Interfaces say which of them a kind offers. */
export class Collection<M, Data extends Named, Body extends { name?: string }>
  implements Listable<M, FilteredListOptions>, Gettable<M>, Creatable<M, Body> {
  /** The connection and scope that it was got by. */
  protected readonly session: Session;
  /** What is known of its things. */
  protected readonly kind: CollectionKind<M, Data>;

  /** @ignore */
  constructor(session: Session, kind: CollectionKind<M, Data>) {
    this.session = session;
    this.kind = kind;
  }

  /** All of them with their data, in one request. */
  async list(options: FilteredListOptions & { recursion?: number } = {}): Promise<M[]> {
    const { signal, timeout, recursion = 1 } = options;
    const all = await this.session.get<Data[] | null>(this.kind.path, {
      signal,
      timeout,
      query: { recursion, ...this.#listQuery(options) },
    });
    return (all ?? []).map((data) => this.#modelOf(data));
  }

  /** Their names alone, in one request. */
  async names(options: FilteredListOptions = {}): Promise<string[]> {
    const { signal, timeout } = options;
    const urls = await this.session.get<string[] | null>(this.kind.path, {
      signal,
      timeout,
      query: this.#listQuery(options),
    });
    return (urls ?? []).map((url) => nameIn(url, this.kind.path));
  }

  /** Reads one of them. */
  async get(name: string, options: CallOptions = {}): Promise<M> {
    const answer = await this.session.send<Data>("GET", this.#pathOf(name), options);
    return this.kind.model(this.session, {
      name,
      data: answer.metadata as Data,
      etag: answer.etag,
    });
  }

  /** A handle on one of them without any request. */
  at(name: string): M {
    return this.kind.model(this.session, { name });
  }

  /** Whether there is one of that name. */
  async exists(name: string, options: CallOptions = {}): Promise<boolean> {
    try {
      await this.session.send("GET", this.#pathOf(name), options);
      return true;
    } catch (error) {
      if (error instanceof NotFoundError) return false;
      throw error;
    }
  }

  /** Makes one; resolves when it stands. */
  create(body: Body, options: MutationOptions = {}): Task<M> {
    const what = `create ${this.kind.word} "${body.name}"`;
    return new Task(this.session, what, options, async (step, signal) => {
      await step("POST", this.kind.path, { json: body });
      return await this.get(body.name!, { signal });
    });
  }

  #pathOf(name: string): string {
    return `${this.kind.path}/${segment(name)}`;
  }

  #listQuery(options: FilteredListOptions): Query {
    if (options.filter !== undefined) this.session.require("api_filtering", "filter a list");
    return {
      ...this.kind.query,
      filter: options.filter,
      "all-projects": options.allProjects || undefined,
    };
  }

  /** The model of listed data, bound to the project that the data names. */
  #modelOf(data: Data): M {
    const session = data.project ? this.session.scoped({ project: data.project }) : this.session;
    return this.kind.model(session, { name: data.name, data });
  }
}
