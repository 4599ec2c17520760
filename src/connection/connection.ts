import type { Connector } from "../connector.ts";
import type { Dialect } from "../core/dialect.ts";
import { type EventsOptions, EventStream } from "../core/events.ts";
import { path } from "../core/path.ts";
import type { Scope, Session } from "../core/session.ts";
import { type ApiNode, apiNode } from "../raw/api_node.ts";
import { callRoute, type Route, type RouteAnswer, type RouteArguments } from "../raw/raw.ts";
import {
  type CommandOutput,
  execCommand,
  type ExecOptions,
  spawnCommand,
  type SpawnOptions,
} from "../resources/instances/exec.ts";
import type { InstanceProcess } from "../resources/instances/process.ts";

/**
 * A connection to one LXD or Incus server: its routes, events and commands. Made by
 * {@linkcode openConnection}; a {@linkcode Client} is one with models of all that the server has.
 *
 * Scopes such as `connection.project("ci")` share the connection: closing one closes all.
 */
export class Connection implements AsyncDisposable {
  /** The whole API as an untyped tree, from `/1.0` down. */
  readonly api: ApiNode;
  readonly #session: Session;

  /** @ignore */
  constructor(session: Session) {
    this.#session = session;
    this.api = apiNode(session, "/1.0");
  }

  /** @internal */
  protected get session(): Session {
    return this.#session;
  }

  /** Which of the two daemons it is. */
  get dialect(): Dialect {
    return this.#session.facts.dialect;
  }

  /** Where in the server calls go. */
  get scope(): Readonly<Scope> {
    return this.#session.scope;
  }

  /** The way to the server. */
  get connector(): Connector {
    return this.#session.connector;
  }

  /** Whether the server offers an API extension. */
  hasExtension(name: string): boolean {
    return this.#session.facts.extensions.has(name);
  }

  /** The same connection, for another project. */
  project(name: string): Connection {
    return new Connection(this.#session.scoped({ project: name }));
  }

  /** The same connection, for calls that one cluster member is to answer. */
  target(member: string): Connection {
    return new Connection(this.#session.scoped({ target: member }));
  }

  /**
   * Calls a route of the API by its method and path, typed by {@linkcode Routes}: what this package
   * has no method for, and what it has one for as well. A route of a newer server that is not known
   * yet takes anything and gives `unknown`. No API extension is asked for; what the server lacks it
   * answers with 404.
   *
   * `GET` and `HEAD` give a promise: of the metadata where the server answers with JSON, of the plain
   * `Response`, whose body is the caller's to read, where it answers with anything else. All other
   * methods give a {@linkcode Task}: of the metadata where the server finished at once, else of the
   * operation as it ended. One that waits for websockets, as that of a command does, ends with them:
   * take it from `accepted` or by `detach()`.
   *
   * @example
   * ```ts
   * import { connect } from "@lxkit/client";
   *
   * await using client = await connect();
   * const web = await client.raw("GET /1.0/instances/{name}", { path: { name: "web" } });
   * const body = { ...web, description: "the web server" };
   * await client.raw("PUT /1.0/instances/{name}", { path: { name: "web" }, body });
   * ```
   *
   * @throws {TypeError} when the route is no method and path, or the names do not fit it.
   * @throws {NotFoundError} when the thing does not exist, or the server has no such route.
   */
  raw<R extends Route>(route: R, ...[options]: RouteArguments<R>): RouteAnswer<R> {
    return callRoute(this.#session, route, options) as RouteAnswer<R>;
  }

  /**
   * Runs a command in an instance to its end and gives all that it wrote, as `exec()` of an
   * {@linkcode Instance} does: `POST /1.0/instances/{name}/exec`.
   *
   * @throws {TruncatedError} when the connection ends before the output does.
   * @throws {OperationError} when the server cannot start it.
   */
  async exec(
    instance: string,
    command: readonly string[],
    options: ExecOptions = {},
  ): Promise<CommandOutput> {
    const label = `instance "${instance}"`;
    return await execCommand(
      this.#session,
      path`/1.0/instances/${instance}`,
      label,
      command,
      options,
    );
  }

  /**
   * Starts a command in an instance and gives its streams, as `spawn()` of an {@linkcode Instance} does:
   * `POST /1.0/instances/{name}/exec`.
   */
  async spawn(
    instance: string,
    command: readonly string[],
    options: SpawnOptions = {},
  ): Promise<InstanceProcess> {
    return await spawnCommand(this.#session, path`/1.0/instances/${instance}`, command, options);
  }

  /** The server's events as they come: see {@linkcode EventStream}. */
  events(options: EventsOptions = {}): EventStream {
    return new EventStream(this.#session, options);
  }

  /** Closes the connection, with all that still goes on over it. */
  close(): void {
    this.#session.connector.close();
  }

  /** Closes the connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
