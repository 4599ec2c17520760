import type { Call } from "../call.ts";
import { type Document, type DocumentKind, documentRoutes, pathOf } from "../documents.ts";
import type { InstanceRecord } from "../instances/record.ts";
import { expanded } from "../instances/views.ts";
import { NETWORK_OPERATIONS } from "../extensions.ts";
import { badRequest, conflict, failed, notFound } from "../refusal.ts";
import { sync } from "../reply.ts";
import type { Route } from "../router.ts";
import type { SimulatedServer } from "../server.ts";
import { Shelf } from "../shelf.ts";
import { Acls } from "./acls.ts";
import { addressesOf, type GuestAddress, leasesOf } from "./addresses.ts";
import { type ForwardRecord, forwardRoutes } from "./forwards.ts";
import { integrationRoutes } from "./integrations.ts";
import { Zones } from "./zones.ts";

/** A managed network. */
export interface NetworkRecord extends Document {
  type: string;
  description: string;
  config: Record<string, string>;
  forwards: Map<string, ForwardRecord>;
}

const TYPES = ["bridge", "ovn", "physical", "macvlan", "sriov"];

/** The networks of a simulated server. */
export class Networks {
  readonly #server: SimulatedServer;
  readonly #all = new Shelf<NetworkRecord>();
  readonly #acls: Acls;
  readonly #zones: Zones;
  readonly #kind: DocumentKind<NetworkRecord>;

  /** No managed network yet. */
  constructor(server: SimulatedServer) {
    this.#server = server;
    this.#acls = new Acls(server, (project) => this.owner(project));
    this.#zones = new Zones(server);
    this.#kind = this.#makeKind();
  }

  /** The project whose networks a project works with. */
  owner(project: string): string {
    return this.#server.modules.projects.owner(project, "features.networks");
  }

  /** The managed network of a name, as a project sees it. */
  find(project: string, name: string): NetworkRecord | undefined {
    return this.#all.in(this.owner(project)).get(name);
  }

  /** The paths of those of a project. */
  pathsIn(project: string): string[] {
    return [...this.#all.in(project).values()].map((it) => pathOf("/1.0/networks", it))
      .concat(this.#acls.pathsIn(project), this.#zones.pathsIn(project));
  }

  /** Forgets those of a project. */
  drop(project: string): void {
    this.#all.drop(project);
    this.#acls.drop(project);
    this.#zones.drop(project);
  }

  /** The addresses that a network gives an instance on one of its devices. */
  addressesOf(instance: InstanceRecord, device: string): GuestAddress[] {
    const { expanded_devices } = expanded(this.#server, instance, instance.project);
    const name = expanded_devices[device]?.network ?? expanded_devices[device]?.parent ?? "";
    const network = this.find(instance.project, name);
    return network ? addressesOf(network, instance, device, expanded_devices[device]!) : [];
  }

  /** What answers for networks and what belongs to them. */
  routes(): Route[] {
    return [
      ...documentRoutes(this.#server, this.#kind),
      { path: "/1.0/networks/{name}/state", methods: { GET: (call) => this.#state(call) } },
      {
        path: "/1.0/networks/{name}/leases",
        methods: {
          GET: (call) => {
            const network = this.#managed(call, "name");
            return sync(leasesOf(this.#server, network, this.#users(network)));
          },
        },
      },
      ...forwardRoutes(this.#server, (call) => this.#managed(call, "network")),
      ...this.#unsupportedRoutes(),
      ...this.#acls.routes(),
      ...this.#zones.routes(),
      ...integrationRoutes(this.#server),
      {
        path: "/1.0/network-allocations",
        extension: "network_allocations",
        methods: { GET: (call) => this.#allocations(call) },
      },
    ];
  }

  #makeKind(): DocumentKind<NetworkRecord> {
    return {
      path: "/1.0/networks",
      event: "network",
      fields: { description: "", config: {} },
      background: { extension: NETWORK_OPERATIONS, noun: "network" },
      shelf: (call) => this.#shelf(call),
      everywhere: () => [loopback("default"), ...this.#all.all()],
      view: (network) => this.#view(network),
      missing: ({ method }) =>
        method === "GET" ? "Network not found" : "Failed loading network: Network not found",
      create: (call) => this.#create(call),
      rename: (network, name) => {
        checkName(name);
        if (this.#users(network).length > 0) throw badRequest("Network is currently in use");
        if (this.find(network.project, name)) throw conflict(`Network "${name}" already exists`);
      },
      remove: (network) => {
        if (this.#users(network).length > 0) throw badRequest("The network is currently in use");
      },
    };
  }

  /** Interfaces that are not managed are among those that are read. */
  #shelf(call: Call): Map<string, NetworkRecord> {
    const shelf = this.#all.in(this.owner(call.project));
    if (call.method !== "GET") return shelf;
    const own = loopback(call.project);
    return new Map([[own.name, own], ...shelf]);
  }

  #managed(call: Call, param: string): NetworkRecord {
    const network = this.find(call.project, call.param(param));
    if (!network) throw notFound("Failed loading network: Network not found");
    return network;
  }

  async #create(call: Call): Promise<NetworkRecord> {
    const body = await call.json<NetworkRecord>("NetworksPost", { type: "string" });
    const { name, type = "bridge", description = "", config = {} } = body;
    if (!name) throw badRequest("No name provided");
    checkName(name);
    if (!TYPES.includes(type)) throw badRequest("Unknown driver");
    if (this.find(call.project, name)) {
      throw this.#server.dialect === "lxd"
        ? badRequest("The network already exists")
        : conflict(`Network "${name}" already exists`);
    }
    const project = this.owner(call.project);
    return {
      name,
      project,
      type,
      description,
      config: withSubnets(name, config),
      forwards: new Map(),
    };
  }

  #view(network: NetworkRecord): object {
    const { config, description, name, type, project } = network;
    const managed = type !== "loopback";
    const users = this.#users(network);
    const none = managed && this.#server.dialect === "lxd" && users.length === 0;
    return {
      config,
      description,
      name,
      type,
      used_by: none ? null : users.map((it) => pathOf("/1.0/instances", it)),
      managed,
      status: managed ? "Created" : "",
      locations: managed ? [this.#server.location] : null,
      ...this.#server.extensions.has("networks_all_projects") && { project },
    };
  }

  #users({ name, project }: NetworkRecord): InstanceRecord[] {
    return this.#server.modules.instances.all().filter((instance) => {
      if (this.owner(instance.project) !== project) return false;
      const { expanded_devices } = expanded(this.#server, instance, instance.project);
      return Object.values(expanded_devices)
        .some((it) => it.type === "nic" && (it.network === name || it.parent === name));
    });
  }

  #state(call: Call): Promise<Response> {
    const name = call.param("name");
    const network = this.#shelf(call).get(name);
    if (!network) throw notFound(`Network interface "${name}" not found`);
    const managed = network.type !== "loopback";
    const [address, netmask] = (network.config["ipv4.address"] ?? "").split("/");
    const own = netmask ? [{ family: "inet", address, netmask, scope: "global" }] : [];
    const bridge = {
      id: "8000.00163e000001",
      stp: false,
      forward_delay: 1500,
      vlan_default: 1,
      vlan_filtering: false,
      upper_devices: [],
    };
    return sync({
      addresses: managed ? own : [
        { family: "inet", address: "127.0.0.1", netmask: "8", scope: "local" },
        { family: "inet6", address: "::1", netmask: "128", scope: "local" },
      ],
      counters: { bytes_received: 0, bytes_sent: 0, packets_received: 0, packets_sent: 0 },
      hwaddr: managed ? "00:16:3e:00:00:01" : "",
      mtu: managed ? 1500 : 65536,
      state: "up",
      type: managed ? "broadcast" : "loopback",
      bond: null,
      bridge: network.type === "bridge" ? bridge : null,
      vlan: null,
      ovn: null,
    });
  }

  #allocations(call: Call): Promise<Response> {
    const all = call.allProjects
      ? [...this.#all.all()]
      : [...this.#all.in(this.owner(call.project)).values()];
    return sync(
      all.flatMap((network) =>
        ["ipv4.address", "ipv6.address"]
          .map((key) => network.config[key] ?? "none")
          .filter((address) => address !== "none")
          .map((addresses) => ({
            addresses,
            used_by: pathOf("/1.0/networks", network),
            type: "network",
            nat: network.config["ipv4.nat"] === "true",
            hwaddr: "",
            network: network.name,
          }))
      ),
    );
  }

  /** What bridges have none of. */
  #unsupportedRoutes(): Route[] {
    const refuse = (what: string) => (call: Call): never => {
      const { type } = this.#managed(call, "network");
      throw badRequest(`Network driver "${type}" does not support ${what}`);
    };
    const routes = (part: string, what: string, extension?: string): Route[] => {
      const path = `/1.0/networks/{network}/${part}`;
      const no = refuse(what);
      return [
        { path, extension, methods: { GET: no, POST: no } },
        { path: `${path}/{name}`, extension, methods: { GET: no, PUT: no, PATCH: no, DELETE: no } },
        { path: `${path}/{name}/state`, extension, methods: { GET: no } },
      ];
    };
    return [
      ...routes("peers", "peering"),
      ...routes("load-balancers", "load balancers", "network_load_balancer"),
    ];
  }
}

function loopback(project: string): NetworkRecord {
  const none = { description: "", config: {}, forwards: new Map() };
  return { name: "lo", project, type: "loopback", ...none };
}

function checkName(name: string): void {
  if (name.length < 2) throw badRequest("Network interface is too short (minimum 2 characters)");
  if (name.length > 15) throw badRequest("Network interface is too long (maximum 15 characters)");
  if (!/^[-_a-zA-Z0-9.]+$/.test(name)) {
    throw badRequest("Network interface contains invalid characters");
  }
}

const KNOWN = /^(ipv4|ipv6|bridge|dns|user|raw|security|bgp|tunnel|volatile|fan|maas|ovn)\./;

/** A network without an address gets one, as the daemons choose them. */
function withSubnets(
  name: string,
  config: Record<string, string>,
): Record<string, string> {
  const unknown = Object.keys(config).find((key) => !KNOWN.test(key) && key !== "network");
  if (unknown !== undefined) {
    throw failed(`Invalid option for network "${name}" option "${unknown}"`);
  }
  return {
    "ipv4.address": "10.86.35.1/24",
    "ipv6.address": "none",
    ...config["ipv4.address"] === undefined && { "ipv4.nat": "true" },
    ...config,
  };
}
