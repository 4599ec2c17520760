import { type Document, documentRoutes } from "../documents.ts";
import { badRequest } from "../refusal.ts";
import type { Route } from "../router.ts";
import type { SimulatedServer } from "../server.ts";

/** A network integration. */
interface IntegrationRecord extends Document {
  type: string;
  description: string;
  config: Record<string, string>;
}

/** What answers under `/1.0/network-integrations`. */
export function integrationRoutes(server: SimulatedServer): Route[] {
  const all = new Map<string, IntegrationRecord>();
  return documentRoutes<IntegrationRecord>(server, {
    path: "/1.0/network-integrations",
    extension: "network_integrations",
    event: "network-integration",
    fields: { description: "", config: {} },
    shelf: () => all,
    view: ({ config, description, name, type }) => ({
      config,
      description,
      name,
      type,
      used_by: [],
    }),
    missing: () => "Network integration not found",
    create: async (call) => {
      const body = await call.json<IntegrationRecord>("NetworkIntegrationsPost");
      const { name, type, description = "", config = {} } = body;
      if (!name) throw badRequest("No name provided");
      if (all.has(name)) throw badRequest("Network integration already exists");
      return { name, project: "default", type, description, config };
    },
    rename: (_, name) => {
      if (all.has(name)) throw badRequest(`Network integration "${name}" already exists`);
    },
  });
}
