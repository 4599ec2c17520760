import { type Document, documentRoutes, pathOf } from "../documents.ts";
import { NETWORK_OPERATIONS } from "../extensions.ts";
import { badRequest, conflict, failed } from "../refusal.ts";
import type { Route } from "../router.ts";
import type { SimulatedServer } from "../server.ts";
import { Shelf } from "../shelf.ts";

/** A rule of a network ACL. */
interface Rule {
  action: string;
}

/** A network ACL. */
interface AclRecord extends Document {
  description: string;
  egress: Rule[];
  ingress: Rule[];
  config: Record<string, string>;
}

/** The network ACLs of a simulated server. */
export class Acls {
  readonly #server: SimulatedServer;
  readonly #owner: (project: string) => string;
  readonly #all = new Shelf<AclRecord>();

  /** None yet. `owner` tells the project whose networks a project works with. */
  constructor(server: SimulatedServer, owner: (project: string) => string) {
    this.#server = server;
    this.#owner = owner;
  }

  /** The paths of those of a project. */
  pathsIn(project: string): string[] {
    return [...this.#all.in(project).values()].map((it) => pathOf("/1.0/network-acls", it));
  }

  /** Forgets those of a project. */
  drop(project: string): void {
    this.#all.drop(project);
  }

  /** What answers under `/1.0/network-acls`. */
  routes(): Route[] {
    const server = this.#server;
    const shelf = (project: string) => this.#all.in(this.#owner(project));
    return [
      ...documentRoutes<AclRecord>(server, {
        path: "/1.0/network-acls",
        event: "network-acl",
        fields: { description: "", egress: [], ingress: [], config: {} },
        emptied: ["egress", "ingress"],
        background: { extension: NETWORK_OPERATIONS, noun: "network ACL" },
        shelf: ({ project }) => shelf(project),
        everywhere: () => this.#all.all(),
        view: ({ name, description, egress, ingress, config, project }) => ({
          name,
          description,
          egress,
          ingress,
          config,
          used_by: [],
          ...server.extensions.has("network_acls_all_projects") && { project },
        }),
        missing: () => "Network ACL not found",
        create: async (call) => {
          const body = await call.json<AclRecord>("NetworkACLsPost");
          const { name, description = "", egress = [], ingress = [], config = {} } = body;
          checkName(name);
          if (shelf(call.project).has(name)) throw badRequest("The network ACL already exists");
          this.#check(ingress, egress);
          return { name, project: this.#owner(call.project), description, egress, ingress, config };
        },
        change: (_, fields) => this.#check(fields.ingress ?? [], fields.egress ?? []),
        rename: (_, name, { project }) => {
          checkName(name);
          if (shelf(project).has(name)) throw conflict("An ACL by that name exists already");
        },
      }),
      {
        path: "/1.0/network-acls/{name}/log",
        methods: {
          GET: () => {
            throw failed("Only OVN log entries may be retrieved at this time");
          },
        },
      },
    ];
  }

  #check(ingress: readonly Rule[], egress: readonly Rule[]): void {
    const actions = this.#server.extensions.has("network_acl_stateless")
      ? ["allow", "allow-stateless", "drop", "reject"]
      : ["allow", "drop", "reject"];
    for (const [direction, rules] of Object.entries({ ingress, egress })) {
      rules.forEach(({ action }, index) => {
        if (actions.includes(action)) return;
        throw failed(
          `Invalid ${direction} rule ${index}: Action must be one of: ${actions.join(", ")}`,
        );
      });
    }
  }
}

function checkName(name: string): void {
  if (!name) throw failed("Name is required");
  if (!/^[a-zA-Z0-9-]+$/.test(name)) {
    throw failed("Name can only contain alphanumeric and hyphen characters");
  }
}
