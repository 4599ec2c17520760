import type { Call } from "../call.ts";
import { type Document, documentRoutes, pathOf } from "../documents.ts";
import { NETWORK_OPERATIONS } from "../extensions.ts";
import { badRequest, failed, notFound } from "../refusal.ts";
import type { Route } from "../router.ts";
import type { SimulatedServer } from "../server.ts";
import { Shelf } from "../shelf.ts";

/** A DNS record of a network zone. */
interface RecordRecord extends Document {
  description: string;
  config: Record<string, string>;
  entries: { type: string; ttl?: number; value: string }[];
}

/** A network zone. */
interface ZoneRecord extends Document {
  description: string;
  config: Record<string, string>;
  records: Map<string, RecordRecord>;
}

/** The network zones of a simulated server. */
export class Zones {
  readonly #server: SimulatedServer;
  readonly #all = new Shelf<ZoneRecord>();

  /** None yet. */
  constructor(server: SimulatedServer) {
    this.#server = server;
  }

  /** The paths of those of a project. */
  pathsIn(project: string): string[] {
    return [...this.#all.in(project).values()].map((it) => pathOf("/1.0/network-zones", it));
  }

  /** Forgets those of a project. */
  drop(project: string): void {
    this.#all.drop(project);
  }

  /** What answers under `/1.0/network-zones`. */
  routes(): Route[] {
    const server = this.#server;
    return [
      ...documentRoutes<ZoneRecord>(server, {
        path: "/1.0/network-zones",
        event: "network-zone",
        fields: { description: "", config: {} },
        background: { extension: NETWORK_OPERATIONS, noun: "network zone" },
        shelf: ({ project }) => this.#shelf(project),
        everywhere: () => this.#all.all(),
        view: ({ description, config, name, project }, call) => ({
          description,
          config,
          name,
          used_by: [],
          // Incus leaves the project of a single zone empty.
          ...server.extensions.has("network_zones_all_projects") && {
            project: call.params.name === undefined ? project : "",
          },
        }),
        missing: () => "Network zone not found",
        create: async (call) => {
          const body = await call.json<ZoneRecord>("NetworkZonesPost");
          const { name, description = "", config = {} } = body;
          if (!name) throw failed("Name is required");
          if (this.#shelf(call.project).has(name)) {
            throw badRequest("The network zone already exists");
          }
          const project = this.#owner(call.project);
          return { name, project, description, config, records: new Map() };
        },
      }),
      ...this.#recordRoutes(),
    ];
  }

  #recordRoutes(): Route[] {
    const server = this.#server;
    return documentRoutes<RecordRecord>(server, {
      path: "/1.0/network-zones/{zone}/records",
      event: "network-zone-record",
      fields: { description: "", entries: [], config: {} },
      background: { extension: NETWORK_OPERATIONS, noun: "network zone record" },
      shelf: (call) => this.#zoneOf(call).records,
      view: ({ description, entries, config, name }) => ({ description, entries, config, name }),
      missing: () => "Network zone record not found",
      create: async (call) => {
        const body = await call.json<RecordRecord>("NetworkZoneRecordsPost");
        const { name, description = "", config = {}, entries = [] } = body;
        const { records, project } = this.#zoneOf(call);
        if (records.has(name)) {
          const columns = server.dialect === "lxd"
            ? "networks_zones_records.name"
            : "networks_zones_records.network_zone_id, networks_zones_records.name";
          throw failed(`UNIQUE constraint failed: ${columns}`);
        }
        return { name, project, description, config, entries };
      },
    });
  }

  #zoneOf(call: Call): ZoneRecord {
    const zone = this.#shelf(call.project).get(call.param("zone"));
    if (!zone) throw notFound("Network zone not found");
    return zone;
  }

  #owner(project: string): string {
    return this.#server.modules.projects.owner(project, "features.networks.zones");
  }

  #shelf(project: string): Map<string, ZoneRecord> {
    return this.#all.in(this.#owner(project));
  }
}
