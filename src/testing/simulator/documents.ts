import type { Call } from "./call.ts";
import { checkEtag } from "./etag.ts";
import { parseFilter } from "./filter.ts";
import { notFound } from "./refusal.ts";
import { created, done, sync } from "./reply.ts";
import type { Handler, Route } from "./router.ts";
import type { SimulatedServer } from "./server.ts";

/** What is done to a document. */
type Change = "Creating" | "Updating" | "Renaming" | "Deleting";

/** What every document has. */
export interface Document {
  /** Its name; the last part of its path. */
  name: string;
  /** The project that it lies in; `default` where it belongs to none. */
  project: string;
}

/** A kind of plain resource: what the daemons do with each in its own way. */
export interface DocumentKind<T extends Document> {
  /** The path of the collection; parts in braces are found in the call. */
  path: string;
  /** The API extension without which it is unknown. */
  extension?: string;
  /** What lifecycle events are named after, such as `profile`; none are told without it. */
  event?: string;
  /** The fields that can be changed, with what stands for one that was left out. */
  fields: Partial<T>;
  /** Those of them that are maps, and of which a PATCH changes the keys that it names. */
  maps?: readonly (keyof T & string)[];
  /** Those of them that a PATCH empties where it leaves them out. */
  emptied?: readonly (keyof T & string)[];
  /** Whether a single document comes with an ETag. Default: true. */
  tagged?: boolean;
  /** Whether a change looks at the ETag that it goes under. Default: true. */
  guarded?: boolean;
  /**
   * The API extension that has changes answered with operations, what they then are called after, and
   * which changes these are. Default: all.
   */
  background?: { extension: string; noun: string; only?: Change };
  /** The documents that a call is about, by name. */
  shelf(call: Call): Map<string, T>;
  /** Those of all projects, where they can be listed. */
  everywhere?(): Iterable<T>;
  /** As the API tells it; its own fields by default. */
  view?(document: T, call: Call): object;
  /** What is said where there is none of the name. */
  missing(call: Call): string;
  /** The fields that a body of the wire names; the same by default. */
  read?(body: Partial<T>): Partial<T>;
  /** Makes what the body asks for, or refuses it. */
  create?(call: Call): T | Promise<T>;
  /** Looks at what is to be changed, or refuses it. */
  change?(document: T, fields: Partial<T>, call: Call): void;
  /** Looks at whether it may have that name, or refuses it. */
  rename?(document: T, name: string, call: Call): void;
  /** What is done once it has another name. */
  renamed?(document: T, before: string, call: Call): void;
  /** Looks at whether it may go, or refuses it. */
  remove?(document: T, call: Call): void;
  /** Verbs of its own, in place of the plain ones. */
  verbs?: Partial<Record<"list" | "post" | "put" | "rename" | "delete", Handler>>;
}

/** The routes of a kind: the collection and the single document. */
export function documentRoutes<T extends Document>(
  server: SimulatedServer,
  kind: DocumentKind<T>,
): Route[] {
  return new DocumentHandlers(server, kind).routes();
}

/** The path of a document in its collection. */
export function pathOf(collection: string, { name, project }: Document): string {
  const path = `${collection}/${encodeURIComponent(name)}`;
  return project === "default" ? path : `${path}?project=${encodeURIComponent(project)}`;
}

/** The document of a name. */
export function findDocument<T extends Document>(kind: DocumentKind<T>, call: Call): T {
  const found = kind.shelf(call).get(call.param("name"));
  if (!found) throw notFound(kind.missing(call));
  return found;
}

class DocumentHandlers<T extends Document> {
  readonly #server: SimulatedServer;
  readonly #kind: DocumentKind<T>;

  constructor(server: SimulatedServer, kind: DocumentKind<T>) {
    this.#server = server;
    this.#kind = kind;
  }

  routes(): Route[] {
    const { path, extension, create, rename, verbs = {} } = this.#kind;
    const list: Handler = verbs.list ?? ((call) => this.#list(call));
    const post = verbs.post ?? (create && ((call: Call) => this.#create(call)));
    const moving = verbs.rename ?? (rename && ((call: Call) => this.#rename(call)));
    return [
      { path, extension, methods: { GET: list, ...post && { POST: post } } },
      {
        path: `${path}/{name}`,
        extension,
        methods: {
          GET: (call) => this.#get(call),
          PUT: verbs.put ?? ((call) => this.#change(call, true)),
          PATCH: (call) => this.#change(call, false),
          DELETE: verbs.delete ?? ((call) => this.#remove(call)),
          ...moving && { POST: moving },
        },
      },
    ];
  }

  #collectionOf(call: Call): string {
    return this.#kind.path.replace(/\{(.+?)\}/g, (_, name) => encodeURIComponent(call.param(name)));
  }

  #view(document: T, call: Call): object {
    return this.#kind.view?.(document, call) ?? document;
  }

  #list(call: Call): Promise<Response> {
    const { everywhere, shelf } = this.#kind;
    const all = everywhere && call.allProjects ? [...everywhere()] : [...shelf(call).values()];
    all.sort((a, b) => a.name < b.name ? -1 : 1);
    const filter = call.query.get("filter");
    const wanted = filter ? parseFilter(filter) : () => true;
    const found = all.map((document) => ({ document, view: this.#view(document, call) }))
      .filter(({ view }) => wanted(view));
    if (call.recursion > 0) return sync(found.map(({ view }) => view));
    return sync(found.map(({ document }) => pathOf(this.#collectionOf(call), document)));
  }

  #get(call: Call): Promise<Response> {
    const document = findDocument(this.#kind, call);
    const etag = this.#kind.tagged === false ? undefined : this.#tagged(document);
    return sync(this.#view(document, call), { etag });
  }

  async #create(call: Call): Promise<Response> {
    const document = await this.#kind.create!(call);
    const path = pathOf(this.#collectionOf(call), document);
    return this.#settle(call, "Creating", document, () => {
      this.#kind.shelf(call).set(document.name, document);
      this.#tell(document, "created", path);
      return created(path);
    });
  }

  async #change(call: Call, whole: boolean): Promise<Response> {
    const document = findDocument(this.#kind, call);
    if (this.#kind.guarded !== false) await checkEtag(call.headers, this.#tagged(document));
    const sent = await call.json<Partial<T>>(`${this.#kind.event ?? ""}Put`);
    const body = this.#kind.read?.(sent) ?? sent;
    const fields = whole ? this.#replaced(body) : this.#merged(document, body);
    this.#kind.change?.(document, fields, call);
    return this.#settle(call, "Updating", document, () => {
      Object.assign(document, fields);
      this.#tell(document, "updated", pathOf(this.#collectionOf(call), document));
      return done();
    });
  }

  async #rename(call: Call): Promise<Response> {
    const document = findDocument(this.#kind, call);
    const { name } = await call.json<{ name: string }>(`${this.#kind.event ?? ""}Post`);
    this.#kind.rename!(document, name, call);
    return this.#settle(call, "Renaming", document, () => {
      const before = document.name;
      const shelf = this.#kind.shelf(call);
      shelf.delete(before);
      document.name = name;
      shelf.set(name, document);
      this.#kind.renamed?.(document, before, call);
      const path = pathOf(this.#collectionOf(call), document);
      this.#tell(document, "renamed", path, { old_name: before });
      return created(path);
    });
  }

  #remove(call: Call): Response | Promise<Response> {
    const document = findDocument(this.#kind, call);
    this.#kind.remove?.(document, call);
    return this.#settle(call, "Deleting", document, () => {
      this.#kind.shelf(call).delete(document.name);
      this.#tell(document, "deleted", pathOf(this.#collectionOf(call), document));
      return done();
    });
  }

  /** Does it at once, or in the background where the server has come so far. */
  #settle(
    call: Call,
    doing: Change,
    document: T,
    work: () => Promise<Response>,
  ): Response | Promise<Response> {
    const { background } = this.#kind;
    if (!background || (background.only ?? doing) !== doing) return work();
    const description = `${doing} ${background.noun}`;
    const metadata = { entity_url: pathOf(this.#collectionOf(call), document) };
    return this.#server.operations.settle(
      call,
      background.extension,
      { description, metadata },
      work,
    );
  }

  #tell({ project, name }: T, what: string, path: string, context?: object): void {
    const { event } = this.#kind;
    if (!event) return;
    this.#server.lifecycle(`${event}-${what}`, path, { project, name, context });
  }

  #tagged(document: T): unknown {
    const { fields } = this.#kind;
    return Object.keys(fields).map((field) => document[field as keyof T]);
  }

  #replaced(body: Partial<T>): Partial<T> {
    const { fields } = this.#kind;
    return Object.fromEntries(
      Object.entries(fields).map(([field, none]) => [
        field,
        body[field as keyof T] ?? structuredClone(none),
      ]),
    ) as Partial<T>;
  }

  #merged(document: T, body: Partial<T>): Partial<T> {
    const { fields, maps = ["config"], emptied = [] } = this.#kind;
    return Object.fromEntries(
      Object.keys(fields).map((field) => {
        const old = document[field as keyof T];
        const given = body[field as keyof T];
        if (given === undefined || given === null) {
          const empty = (emptied as readonly string[]).includes(field);
          return [field, empty ? structuredClone(fields[field as keyof T]) : old];
        }
        return [field, (maps as readonly string[]).includes(field) ? { ...old, ...given } : given];
      }),
    ) as Partial<T>;
  }
}
