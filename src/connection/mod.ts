/**
 * A connection without models of what a server has: the typed routes of its API, events and commands, by a
 * connector that the caller chooses. A fraction of the whole package: for pages that are to be small, and for
 * scripts that are to start fast. Types that it does not export are those of the main entry: `import type` of
 * them loads nothing.
 *
 * @example
 * ```ts
 * import { openConnection } from "@lxkit/client/connection";
 * import { findLocalDaemon } from "@lxkit/client/deno";
 *
 * await using connection = await openConnection(await findLocalDaemon());
 * for (const url of await connection.raw("GET /1.0/instances")) console.log(url);
 * console.log((await connection.exec("web", ["uname"])).stdoutText);
 * ```
 *
 * @module
 */

export { Connection } from "./connection.ts";
export { type ConnectionOptions, openConnection } from "./open_connection.ts";
export * from "../errors.ts";
