import type { Call } from "../call.ts";
import { badRequest, failed, notFound } from "../refusal.ts";
import { created, done, sync } from "../reply.ts";
import type { Route } from "../router.ts";
import type { SimulatedServer } from "../server.ts";
import { issueToken } from "../access/token.ts";

/** What is kept of a cluster member. */
interface Member {
  name: string;
  description: string;
  config: Record<string, string>;
  roles: string[];
  failureDomain: string;
  groups: string[];
  evacuated: boolean;
}

/** A group of cluster members. */
interface Group {
  name: string;
  description: string;
  members: string[];
}

/** The cluster that a simulated server is part of, if it is. */
export class Cluster {
  readonly #server: SimulatedServer;
  readonly #members = new Map<string, Member>();
  readonly #groups = new Map<string, Group>();

  /** With the members of the server. */
  constructor(server: SimulatedServer) {
    this.#server = server;
    const { members } = server;
    members.forEach((name, index) => {
      this.#members.set(name, {
        name,
        description: "",
        config: {},
        roles: index === 0 ? ["database-leader", "database"] : ["database"],
        failureDomain: "default",
        groups: ["default"],
        evacuated: false,
      });
    });
    const description = "Default cluster group";
    this.#groups.set("default", { name: "default", description, members: [...members] });
  }

  /** What answers under `/1.0/cluster`. */
  routes(): Route[] {
    const members = "/1.0/cluster/members";
    const groups = "/1.0/cluster/groups";
    return [
      { path: "/1.0/cluster", methods: { GET: () => this.#get() } },
      {
        path: members,
        methods: { GET: (call) => this.#list(call), POST: (call) => this.#invite(call) },
      },
      {
        path: `${members}/{name}`,
        methods: {
          GET: (call) => {
            const member = this.#member(call);
            return sync(this.#view(member), { etag: tagOf(member) });
          },
          PUT: (call) => this.#change(call),
          PATCH: (call) => this.#change(call),
        },
      },
      { path: `${members}/{name}/state`, methods: { POST: (call) => this.#setState(call) } },
      {
        path: groups,
        methods: {
          GET: (call) => {
            this.#checkGroups();
            const all = [...this.#groups.values()];
            const told = call.recursion > 0;
            return sync(told ? all : all.map(({ name }) => `${groups}/${name}`));
          },
          POST: (call) => this.#createGroup(call),
        },
      },
      {
        path: `${groups}/{name}`,
        methods: {
          GET: (call) => {
            const group = this.#group(call);
            return sync(group, { etag: [group.description, group.members] });
          },
          PUT: async (call) => {
            const group = this.#group(call);
            const { description = "", members = [] } = await call.json<Group>("ClusterGroupPut");
            Object.assign(group, { description, members });
            return await done();
          },
          DELETE: (call) => {
            const { name } = this.#group(call);
            if (name === "default") throw badRequest("The default cluster group can't be deleted");
            this.#groups.delete(name);
            return done();
          },
        },
      },
    ];
  }

  #get(): Promise<Response> {
    const clustered = this.#members.size > 0;
    const pool = {
      entity: "storage-pool",
      name: "default",
      key: "source",
      value: "",
      description: '"source" property for storage pool "default"',
    };
    const server_name = this.#server.members[0] ?? "";
    const view = { server_name, enabled: clustered, member_config: [pool] };
    return sync(view, { etag: view });
  }

  #checkClustered(): void {
    if (this.#members.size === 0) throw failed("Server is not clustered");
  }

  #checkGroups(): void {
    if (this.#members.size === 0) throw badRequest("This server is not clustered");
  }

  #member(call: Call): Member {
    this.#checkClustered();
    const member = this.#members.get(call.param("name"));
    if (!member) throw notFound("Cluster member not found");
    return member;
  }

  #group(call: Call): Group {
    this.#checkGroups();
    const group = this.#groups.get(call.param("name"));
    if (!group) throw notFound("Cluster group not found");
    return group;
  }

  #list(call: Call): Promise<Response> {
    this.#checkClustered();
    const all = [...this.#members.values()];
    return sync(
      call.recursion > 0
        ? all.map((it) => this.#view(it))
        : all.map(({ name }) => `/1.0/cluster/members/${name}`),
    );
  }

  #view(member: Member): object {
    const { name, description, config, roles, failureDomain, groups, evacuated } = member;
    const index = this.#server.members.indexOf(name);
    return {
      roles,
      failure_domain: failureDomain,
      description,
      config,
      groups,
      server_name: name,
      url: `https://10.0.0.${index + 1}:8443`,
      database: roles.includes("database"),
      status: evacuated ? "Evacuated" : "Online",
      message: evacuated ? "Unavailable due to maintenance" : "Fully operational",
      architecture: "x86_64",
    };
  }

  async #change(call: Call): Promise<Response> {
    const member = this.#member(call);
    const body = await call.json<Partial<Member> & { failure_domain?: string }>("ClusterMemberPut");
    const { description, config, roles, failure_domain, groups } = body;
    if (description !== undefined) member.description = description;
    if (config) member.config = call.method === "PATCH" ? { ...member.config, ...config } : config;
    if (roles) member.roles = roles;
    if (failure_domain !== undefined) member.failureDomain = failure_domain;
    if (groups) member.groups = groups;
    return await done();
  }

  async #invite(call: Call): Promise<Response> {
    this.#checkClustered();
    const { server_name } = await call.json<{ server_name: string }>("ClusterMembersPost");
    return issueToken(this.#server, call, { serverName: server_name });
  }

  async #setState(call: Call): Promise<Response> {
    const member = this.#member(call);
    const { action } = await call.json<{ action: string }>("ClusterMemberStatePost");
    if (action !== "evacuate" && action !== "restore") {
      throw badRequest(`Unknown action "${action}"`);
    }
    const evacuate = action === "evacuate";
    return this.#server.operations.begin(call, {
      description: evacuate ? "Evacuating cluster member" : "Restoring cluster member",
      run: () => {
        member.evacuated = evacuate;
        if (evacuate) this.#moveAway(member.name);
        return Promise.resolve();
      },
    });
  }

  #moveAway(from: string): void {
    const target = [...this.#members.values()].find((it) => it.name !== from && !it.evacuated);
    if (!target) return;
    for (const instance of this.#server.modules.instances.all()) {
      if (instance.location === from) instance.location = target.name;
    }
  }

  async #createGroup(call: Call): Promise<Response> {
    this.#checkGroups();
    const { name, description = "", members = [] } = await call.json<Group>("ClusterGroupsPost");
    if (this.#groups.has(name)) throw badRequest("This cluster group already exists");
    this.#groups.set(name, { name, description, members });
    return await created(`/1.0/cluster/groups/${name}`);
  }
}

function tagOf({ description, config, roles, failureDomain, groups }: Member): unknown {
  return [description, config, roles, failureDomain, groups];
}
