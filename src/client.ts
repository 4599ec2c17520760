import type { Connector } from "./connector.ts";
import { type EventsOptions, EventStream } from "./core/events.ts";
import type { Dialect } from "./core/dialect.ts";
import type { Scope, Session } from "./core/session.ts";
import { type ApiNode, apiNode } from "./raw/api_node.ts";
import { callRoute, type Route, type RouteAnswer, type RouteArguments } from "./raw/raw.ts";
import { Auth } from "./resources/access/auth.ts";
import { CertificateCollection, type Certificates } from "./resources/access/certificates.ts";
import { type Cluster, ClusterDocument } from "./resources/cluster/cluster.ts";
import { Images } from "./resources/images/images.ts";
import { InstanceCollection, Instances } from "./resources/instances/instances.ts";
import { type NetworkACLs, networkACLs } from "./resources/networks/acls.ts";
import { type NetworkAddressSets, networkAddressSets } from "./resources/networks/address_sets.ts";
import {
  type NetworkAllocationList,
  networkAllocations,
} from "./resources/networks/allocations.ts";
import {
  type NetworkIntegrations,
  networkIntegrations,
} from "./resources/networks/integrations.ts";
import { type NetworkZones, networkZones } from "./resources/networks/zones.ts";
import { type Networks, networks } from "./resources/networks/networks.ts";
import { type Operations, operations } from "./resources/operations.ts";
import { type PlacementGroups, placementGroups } from "./resources/cluster/placement_groups.ts";
import { type Profiles, profiles } from "./resources/profiles.ts";
import { type Projects, projects } from "./resources/projects.ts";
import { type Replicators, replicators } from "./resources/cluster/replicators.ts";
import { type Server, ServerDocument } from "./resources/server.ts";
import { type StoragePools, storagePools } from "./resources/storage/pools.ts";
import { type AllStorageVolumes, storageVolumes } from "./resources/storage/volumes.ts";
import { type Warnings, warnings } from "./resources/warnings.ts";
import type { ServerData } from "./types/mod.ts";

/**
 * A connection to one LXD or Incus server. Made by {@linkcode connect}.
 *
 * Scopes such as `client.project("ci")` share the connection: closing one closes all.
 */
export class Client implements AsyncDisposable {
  /** The server itself. */
  readonly server: Server;
  /** All instances of the project. */
  readonly instances: Instances;
  /** The containers among the instances. */
  readonly containers: InstanceCollection;
  /** The virtual machines among the instances. */
  readonly virtualMachines: InstanceCollection;
  /** The images of the project. */
  readonly images: Images;
  /** The profiles of the project. */
  readonly profiles: Profiles;
  /** The projects of the server. */
  readonly projects: Projects;
  /** The networks of the project, and the interfaces that the server sees. */
  readonly networks: Networks;
  /** The lists of rules for the traffic of networks and instances. */
  readonly networkAcls: NetworkACLs;
  /** The DNS zones that the server answers for. */
  readonly networkZones: NetworkZones;
  /** The sets of addresses that the rules of ACLs can name. Incus only. */
  readonly networkAddressSets: NetworkAddressSets;
  /** The connections to other systems' networks. Incus only. */
  readonly networkIntegrations: NetworkIntegrations;
  /** The addresses in use on the networks of the project. */
  readonly networkAllocations: NetworkAllocationList;
  /** The storage pools of the server, with their volumes and buckets. */
  readonly storagePools: StoragePools;
  /** The volumes of the project in all storage pools. LXD only. */
  readonly storageVolumes: AllStorageVolumes;
  /** The cluster that the server is part of, or may become part of. */
  readonly cluster: Cluster;
  /** The rules of the project for which cluster members instances are placed on. LXD only. */
  readonly placementGroups: PlacementGroups;
  /** The jobs that copy the project's instances to other clusters. LXD only. */
  readonly replicators: Replicators;
  /** Who may do what on the server. LXD only. */
  readonly auth: Auth;
  /** The work that the server does in the background. */
  readonly operations: Operations;
  /** What the server found to be amiss. */
  readonly warnings: Warnings;
  /** The certificates that the server trusts. */
  readonly certificates: Certificates;
  /** The whole API as an untyped tree, from `/1.0` down. */
  readonly api: ApiNode;
  readonly #session: Session;

  /** @ignore */
  constructor(session: Session, server: ServerData) {
    this.#session = session;
    this.server = new ServerDocument(session, { data: server });
    this.instances = new Instances(session);
    this.containers = new InstanceCollection(session, "container");
    this.virtualMachines = new InstanceCollection(session, "virtual-machine");
    this.images = new Images(session);
    this.profiles = profiles(session);
    this.projects = projects(session);
    this.networks = networks(session);
    this.networkAcls = networkACLs(session);
    this.networkZones = networkZones(session);
    this.networkAddressSets = networkAddressSets(session);
    this.networkIntegrations = networkIntegrations(session);
    this.networkAllocations = networkAllocations(session);
    this.storagePools = storagePools(session);
    this.storageVolumes = storageVolumes(session);
    this.cluster = new ClusterDocument(session);
    this.placementGroups = placementGroups(session);
    this.replicators = replicators(session);
    this.auth = new Auth(session);
    this.operations = operations(session);
    this.warnings = warnings(session);
    this.certificates = new CertificateCollection(session);
    this.api = apiNode(session, "/1.0");
  }

  /** Which of the two daemons it is. */
  get dialect(): Dialect {
    return this.#session.facts.dialect;
  }

  /** Where in the server calls go. */
  get scope(): Readonly<Scope> {
    return this.#session.scope;
  }

  /** The way to the server. */
  get connector(): Connector {
    return this.#session.connector;
  }

  /** Whether the server offers an API extension. */
  hasExtension(name: string): boolean {
    return this.#session.facts.extensions.has(name);
  }

  /** The same connection, for another project. */
  project(name: string): Client {
    return this.#scoped({ project: name });
  }

  /** The same connection, for calls that one cluster member is to answer. */
  target(member: string): Client {
    return this.#scoped({ target: member });
  }

  /**
   * Calls a route of the API by its method and path, typed by {@linkcode Routes}: what this package
   * has no method for, and what it has one for as well. A route of a newer server that is not known
   * yet takes anything and gives `unknown`. No API extension is asked for; what the server lacks it
   * answers with 404.
   *
   * `GET` and `HEAD` give a promise: of the metadata where the server answers with JSON, of the plain
   * `Response`, whose body is the caller's to read, where it answers with anything else. All other
   * methods give a {@linkcode Task}: of the metadata where the server finished at once, else of the
   * operation as it ended. One that waits for websockets, as that of a command does, ends with them:
   * take it from `accepted` or by `detach()`.
   *
   * @example
   * ```ts
   * import { connect } from "@lxkit/client";
   *
   * await using client = await connect();
   * const web = await client.raw("GET /1.0/instances/{name}", { path: { name: "web" } });
   * const body = { ...web, description: "the web server" };
   * await client.raw("PUT /1.0/instances/{name}", { path: { name: "web" }, body });
   * ```
   *
   * @throws {TypeError} when the route is no method and path, or the names do not fit it.
   * @throws {NotFoundError} when the thing does not exist, or the server has no such route.
   */
  raw<R extends Route>(route: R, ...[options]: RouteArguments<R>): RouteAnswer<R> {
    return callRoute(this.#session, route, options) as RouteAnswer<R>;
  }

  /** The server's events as they come: see {@linkcode EventStream}. */
  events(options: EventsOptions = {}): EventStream {
    return new EventStream(this.#session, options);
  }

  /** Closes the connection, with all that still goes on over it. */
  close(): void {
    this.#session.connector.close();
  }

  /** Closes the connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #scoped(scope: Scope): Client {
    return new Client(this.#session.scoped(scope), this.server.data);
  }
}
