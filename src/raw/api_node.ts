import type { CallOptions } from "../core/call.ts";
import { type Query, segment } from "../core/path.ts";
import type { Session } from "../core/session.ts";
import { carry, type RawBody } from "./raw_body.ts";

/** Options of a raw request. */
export interface RawOptions extends CallOptions {
  /** Query parameters. The client's project and target are added where they are not given. */
  query?: Query;
  /** Header fields, such as `if-match`. */
  headers?: Record<string, string>;
}

/** The requests that can be sent to a path. Each gives the plain response, whatever its status. */
export interface ApiVerbs {
  /** Sends a `GET`. */
  get(options?: RawOptions): Promise<Response>;
  /** Sends a `POST`. */
  post(body?: RawBody, options?: RawOptions): Promise<Response>;
  /** Sends a `PUT`. */
  put(body?: RawBody, options?: RawOptions): Promise<Response>;
  /** Sends a `PATCH`. */
  patch(body?: RawBody, options?: RawOptions): Promise<Response>;
  /** Sends a `DELETE`. */
  delete(options?: RawOptions): Promise<Response>;
}

/**
 * A path of the API as a tree: each part of the URL is an attribute, an item or a call, as in
 * `api.instances["web"].state.get()`. A call takes any name, also one that is a verb here, such as
 * `api.instances("get")`, and needs no `!` under `noUncheckedIndexedAccess`. Names are encoded; "",
 * "." and ".." are refused.
 *
 * @example
 * ```ts
 * import { connect } from "@lxkit/client";
 *
 * await using client = await connect();
 * const response = await client.api("storage-pools")("default")("resources").get();
 * console.log(response.status, await response.json());
 * ```
 */
export type ApiNode =
  & ApiVerbs
  & { readonly [segment: string]: ApiNode }
  & ((segment: string) => ApiNode);

/** The tree below a path. */
export function apiNode(session: Session, path: string): ApiNode {
  const verbs: ApiVerbs = {
    get: (options) => session.fetch("GET", path, options),
    post: (body, options) => session.fetch("POST", path, { ...options, ...carry(body) }),
    put: (body, options) => session.fetch("PUT", path, { ...options, ...carry(body) }),
    patch: (body, options) => session.fetch("PATCH", path, { ...options, ...carry(body) }),
    delete: (options) => session.fetch("DELETE", path, options),
  };
  const child = (name: string) => apiNode(session, `${path}/${segment(name)}`);
  return new Proxy(child, {
    get(_, key) {
      // A promise that is resolved with a node looks for `then`; a node is none.
      if (typeof key === "symbol" || key === "then") return undefined;
      return Object.hasOwn(verbs, key) ? verbs[key as keyof ApiVerbs] : child(key);
    },
  }) as ApiNode;
}
