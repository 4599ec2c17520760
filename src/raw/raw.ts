import { type Query, segment } from "../core/path.ts";
import type { Session } from "../core/session.ts";
import { type MutationOptions, Task } from "../core/task.ts";
import type { Routes } from "../types/mod.ts";
import { carry, type RawBody } from "./raw_body.ts";

/**
 * A method and a path of the API, names in braces, such as `GET /1.0/instances/{name}`. Those of
 * {@linkcode Routes} are known and typed; any other is sent as it is.
 */
// The intersection keeps the known ones apart from the pattern, so that editors offer them.
export type Route = keyof Routes | (keyof AllRoutes & Record<never, never>);

/** The HTTP methods that the servers know. */
export type RouteMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";

/** What a route that is not known takes and answers. */
export interface UnknownRoute {
  /** The names for the braces of the path. */
  path?: Record<string, string>;
  /** Query parameters. */
  query?: Query;
  /** The body. */
  body?: RawBody;
  /** The metadata of the answer. */
  metadata: unknown;
}

/** What every route takes and answers: {@linkcode Routes}, and all that may be beside it. */
export interface AllRoutes extends Routes {
  /** A route that is not known. */
  [route: `${RouteMethod} /${string}`]: UnknownRoute;
}

/** What every call of a route takes beside the route's own path, query and body. */
export interface RouteCallOptions extends MutationOptions {
  /** Header fields, such as `if-match`. */
  headers?: Record<string, string>;
}

/** The options of calling a route; the client's project and target are added to the query. */
export type RouteOptions<R extends Route> =
  & RouteCallOptions
  & Pick<AllRoutes[R], "path" | "query" | "body">;

/** The options of calling a route as arguments: they can be left out where nothing is needed. */
export type RouteArguments<R extends Route> = AllRoutes[R] extends
  { path: unknown } | { body: unknown } ? [options: RouteOptions<R>]
  : [options?: RouteOptions<R>];

/** What calling a route gives: a promise of what is read, a task for all else. */
export type RouteAnswer<R extends Route> = R extends `GET ${string}` | `HEAD ${string}`
  ? Promise<AllRoutes[R]["metadata"]>
  : Task<AllRoutes[R]["metadata"]>;

/** Sends a request to a route of any kind, known or not. */
export function callRoute(
  session: Session,
  route: Route,
  options: RouteCallOptions & Omit<UnknownRoute, "metadata"> = {},
): Promise<unknown> {
  const { path: names = {}, query, body, headers, ...limits } = options;
  const [method, path] = parse(route, names);
  const request = { query, headers, ...carry(body) };
  if (method === "GET" || method === "HEAD") {
    return session.receive(method, path, { ...request, ...limits });
  }
  return new Task(session, `${method} ${path}`, limits, async (step) => {
    const { operation, metadata } = await step(method, path, request);
    return operation ?? metadata;
  });
}

/** The method of a route, and its path with the names in place. */
function parse(route: string, names: Record<string, string>): [method: string, path: string] {
  const cannot = (reason: string) => new TypeError(`Cannot use the route "${route}": ${reason}`);
  const [, method, template] = /^(GET|HEAD|POST|PUT|PATCH|DELETE) \/(.*)$/.exec(route) ?? [];
  if (method === undefined || template === undefined) {
    throw cannot("it has to be a method and a path, such as GET /1.0/instances");
  }
  const unused = new Set(Object.keys(names));
  const parts = template === "" ? [] : template.split("/").map((part) => {
    const [, name] = /^\{(.+)\}$/.exec(part) ?? [];
    if (name === undefined) {
      if (part.includes("?")) throw cannot("give what follows the ? as its `query`");
      // What code pastes into a path would have to be encoded.
      if (/^\.*$|[^\w.~-]/.test(part)) throw cannot(`give "${part}" as a name in braces`);
      return part;
    }
    if (!unused.delete(name)) throw cannot(`its path needs "${name}"`);
    return segment(names[name]);
  });
  const [extra] = unused;
  if (extra !== undefined) throw cannot(`its path has no "${extra}"`);
  return [method, `/${parts.join("/")}`];
}
