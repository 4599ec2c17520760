import { Connection } from "./connection/connection.ts";
import type { Scope, Session } from "./core/session.ts";
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
 * A connection to one LXD or Incus server, with models of all that it has. Made by {@linkcode connect}.
 *
 * Scopes such as `client.project("ci")` share the connection: closing one closes all.
 */
export class Client extends Connection {
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

  /** @ignore */
  constructor(session: Session, server: ServerData) {
    super(session);
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
  }

  /** The same connection, for another project. */
  override project(name: string): Client {
    return this.#scoped({ project: name });
  }

  /** The same connection, for calls that one cluster member is to answer. */
  override target(member: string): Client {
    return this.#scoped({ target: member });
  }

  #scoped(scope: Scope): Client {
    return new Client(this.session.scoped(scope), this.server.data);
  }
}
