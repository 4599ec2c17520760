import type { CallOptions } from "../core/call.ts";
import { Collection, type Gettable, type ListOptions } from "../core/collection.ts";
import { Operation } from "../core/operation.ts";
import type { Session } from "../core/session.ts";
import type { OperationData } from "../types/mod.ts";

/**
 * The work that the server does in the background: `/1.0/operations`. It is named by its id, and
 * forgotten five seconds after its end.
 *
 * @example Wait for work that another program began
 * ```ts
 * import { connect } from "@lxkit/client";
 *
 * await using client = await connect();
 * for (const operation of await client.operations.list()) {
 *   if (operation.ended) continue;
 *   console.log(operation.data.description);
 *   await operation.wait();
 * }
 * ```
 */
export interface Operations extends Gettable<Operation> {
  /**
   * All of them, those that ended in the last five seconds included: `data.status` tells them apart. A list
   * over all projects needs the API extension `operations_get_query_all_projects`.
   */
  list(options?: ListOptions): Promise<Operation[]>;
}

/** Makes the collection. */
export function operations(session: Session): Operations {
  const path = "/1.0/operations";
  const all = new Collection<Operation, OperationData, never>(session, {
    word: "operation",
    path,
    key: "id",
    model: (session, { name, data }) => new Operation(session, data ?? { id: name }),
  });
  return {
    at: (id: string) => all.at(id),
    get: (id: string, options?: CallOptions) => all.get(id, options),
    exists: (id: string, options?: CallOptions) => all.exists(id, options),
    async list({ allProjects, signal, timeout }: ListOptions = {}) {
      if (allProjects) {
        session.require("operations_get_query_all_projects", "list the operations of all projects");
      }
      const query = { recursion: 1, "all-projects": allProjects || undefined };
      const byStatus = await session.get<Record<string, OperationData[]> | null>(path, {
        query,
        signal,
        timeout,
      });
      return Object.values(byStatus ?? {}).flat().map((data) => new Operation(session, data));
    },
  };
}
