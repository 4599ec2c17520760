import type { ListOptions } from "../../core/collection.ts";
import type { Session } from "../../core/session.ts";
import type { NetworkAllocations } from "../../types/mod.ts";

/** The addresses in use on the networks of a project: `/1.0/network-allocations`. */
export interface NetworkAllocationList {
  /** All of them: `GET /1.0/network-allocations`. Needs the API extension `network_allocations`. */
  list(options?: ListOptions): Promise<NetworkAllocations[]>;
}

/** Makes the list. */
export function networkAllocations(session: Session): NetworkAllocationList {
  return {
    async list({ allProjects, signal, timeout } = {}) {
      session.require("network_allocations", "list the network allocations");
      const query = { "all-projects": allProjects || undefined };
      const path = "/1.0/network-allocations";
      return await session.get<NetworkAllocations[] | null>(path, { query, signal, timeout }) ?? [];
    },
  };
}
