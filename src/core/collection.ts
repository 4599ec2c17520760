import { NotFoundError, ProtocolError } from "../errors.ts";
import { type CallOptions, limited } from "./call.ts";
import { Model, type ModelInit, type ModelKind } from "./model.ts";
import { lastName, nameIn, type Query, segment } from "./path.ts";
import type { Session, SessionRequest } from "./session.ts";
import { type MutationOptions, type StepResult, Task } from "./task.ts";

/** Options of a list. */
export interface ListOptions extends CallOptions {
  /** Things of all projects rather than of the client's own. Default: false. */
  allProjects?: boolean;
}

/** Options of a list within one project that the server can filter. */
export interface FilterOptions extends CallOptions {
  /** The server's own filter language, such as `status eq Running and config.user.team eq web`. */
  filter?: string;
}

/** Options of a list that the server can filter. */
export interface FilteredListOptions extends ListOptions, FilterOptions {}

/** Options of a list whose things can carry more than their own data. */
export interface DetailedListOptions extends FilteredListOptions {
  /**
   * How much each one carries: 1 for its data, 2 for its state, snapshots and backups too, which costs
   * the server a look at each. Default: 1.
   */
  recursion?: 1 | 2;
}

/** A collection that can be listed. */
export interface Listable<M, Options extends CallOptions = ListOptions> {
  /** All of them with their data, in one request. */
  list(options?: Options): Promise<M[]>;
  /** Their names alone; one request, a second where the answer to the first is unclear. */
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
   * @throws {ApiError} when there is one of that name already: a {@linkcode ConflictError} where the server
   * says so by 409, which it does for some kinds of thing alone.
   */
  create(body: Body, options?: MutationOptions): Task<M>;
}

/** What a collection has to know of the things in it. */
export interface CollectionKind<M, Data> extends ModelKind {
  /** Makes the model of one thing. Default: a {@linkcode Model} of this kind. */
  readonly model?: (session: Session, init: ModelInit<Data>) => M;
  /**
   * What operations call such things among their resources, such as `instances`. By it a thing is
   * found that the server gave a name of its own.
   */
  readonly resource?: string;
  /** Names that stand for one of the server's choice. */
  readonly placeholders?: readonly string[];
  /** Query parameters that narrow the collection, such as the type of instance. */
  readonly query?: Query;
  /** The API extension that a list over all projects needs. */
  readonly allProjectsExtension?: string;
  /** The API extension that a filtered list needs. */
  readonly filterExtension?: string;
}

/** The things under one path, with every verb that collections have. Interfaces say which of them a kind offers. */
export class Collection<M, Data extends object, Body extends object>
  implements Listable<M, FilteredListOptions>, Gettable<M>, Creatable<M, Body> {
  readonly #session: Session;
  readonly #kind: CollectionKind<M, Data>;

  /** @ignore */
  constructor(session: Session, kind: CollectionKind<M, Data>) {
    this.#session = session;
    this.#kind = kind;
  }

  /** All of them with their data, in one request. */
  async list(options: DetailedListOptions = {}): Promise<M[]> {
    const { signal, timeout, recursion = 1 } = options;
    const all = await this.session.get<Data[] | null>(this.path, {
      signal,
      timeout,
      query: { recursion, ...this.#listQuery(options) },
    });
    return (all ?? []).map((data) => this.#modelOf(data));
  }

  /** Their names alone; one request, a second where the answer to the first is unclear. */
  async names(options: FilteredListOptions = {}): Promise<string[]> {
    const query = this.#listQuery(options);
    return await limited(options, `list ${this.path}`, async (signal) => {
      const urls = await this.session.get<string[] | null>(this.path, { signal, query });
      const names = (urls ?? []).map((url) => nameIn(url, this.#kind.path));
      if (!names.some((name) => name.includes("%"))) return names;
      // LXD 5.0.2 encodes names twice. A name that still looks encoded is told by the data alone.
      const request = { signal, query: { recursion: 1, ...query } };
      const all = await this.session.get<Data[] | null>(this.path, request);
      return (all ?? []).map((data) => this.#nameOf(data)!);
    });
  }

  /** Reads one of them. */
  async get(name: string, options: CallOptions = {}): Promise<M> {
    const answer = await this.session.send<Data>("GET", this.#pathOf(name), options);
    return this.#model(this.session, {
      name,
      data: answer.metadata as Data,
      etag: answer.etag,
    });
  }

  /** A handle on one of them without any request. */
  at(name: string): M {
    return this.#model(this.session, { name });
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
    const { placeholders = [] } = this.#kind;
    const given = this.#nameOf(body);
    const name = placeholders.includes(given ?? "") ? undefined : given;
    return this.add(name, { json: body }, options);
  }

  /**
   * Sends what makes one, and reads it when it stands; without a name it is found by the one that the
   * server gave it.
   *
   * @internal
   */
  protected add(
    name: string | undefined,
    request: SessionRequest,
    options: MutationOptions,
  ): Task<M> {
    const { word } = this.#kind;
    const what = name === undefined ? `create a new ${word}` : `create ${word} "${name}"`;
    return new Task(this.session, what, options, async (step, signal) => {
      if (name !== undefined) segment(name);
      // Not every server tells a name that it made up: then it is the one that was not there before.
      const before = name === undefined ? await this.names({ signal }) : [];
      const made = await step("POST", this.path, request);
      if (name !== undefined) return await this.get(name, { signal });
      const url = this.madeUrl(made);
      const after = url === undefined ? await this.names({ signal }) : [lastName(url)];
      const added = after.filter((it) => !before.includes(it));
      if (added.length === 1) return await this.get(added[0]!, { signal });
      throw new ProtocolError(
        `Cannot tell the name of the new ${word}: the server named none, and ${added.length} were added`,
      );
    });
  }

  /** @internal */
  protected get session(): Session {
    return this.#session;
  }

  /** @internal */
  protected get path(): string {
    const { path, word, extension } = this.#kind;
    if (extension !== undefined) {
      this.session.require(extension, `use ${/^[aeioO]/.test(word) ? "an" : "a"} ${word}`);
    }
    return path;
  }

  /**
   * The URL of a thing as the operation that made it tells it, where it does.
   *
   * @internal
   */
  protected madeUrl(made: StepResult<unknown>): string | undefined {
    return made.operation?.resources?.[this.#kind.resource ?? ""]?.[0];
  }

  #pathOf(name: string): string {
    return `${this.path}/${segment(name)}`;
  }

  #model(session: Session, init: ModelInit<Data>): M {
    // The interfaces of plain things name a part of what every model can do.
    return this.#kind.model?.(session, init) ?? new Model(session, this.#kind, init) as M;
  }

  #nameOf(data: object): string | undefined {
    return (data as Record<string, string | undefined>)[this.#kind.key ?? "name"];
  }

  #listQuery({ filter, allProjects }: DetailedListOptions): Query {
    const { filterExtension, allProjectsExtension, query, word } = this.#kind;
    if (filter !== undefined && filterExtension !== undefined) {
      this.session.require(filterExtension, `filter the list of every ${word}`);
    }
    if (allProjects && allProjectsExtension !== undefined) {
      this.session.require(allProjectsExtension, `list every ${word} of all projects`);
    }
    return { ...query, filter, "all-projects": allProjects || undefined };
  }

  /** The model of listed data, bound to the project that the data names. */
  #modelOf(data: Data): M {
    const { project } = data as { project?: string };
    const session = project ? this.session.scoped({ project }) : this.session;
    return this.#model(session, { name: this.#nameOf(data)!, data });
  }
}
