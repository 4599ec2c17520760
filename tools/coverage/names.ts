import type {
  AuthGroup,
  Backup,
  BearerIdentity,
  Certificate,
  Client,
  ClusterGroup,
  ClusterLink,
  ClusterMember,
  Identity,
  IdentityProviderGroup,
  Image,
  ImageAlias,
  Instance,
  InstanceSnapshot,
  Network,
  NetworkACL,
  NetworkAddressSet,
  NetworkForward,
  NetworkIntegration,
  NetworkLoadBalancer,
  NetworkLoadBalancerPool,
  NetworkPeer,
  NetworkZone,
  NetworkZoneRecord,
  OIDCSession,
  Operation,
  PlacementGroup,
  Profile,
  Project,
  Replicator,
  StorageBucket,
  StorageBucketKey,
  StoragePool,
  StorageVolume,
  StorageVolumeBitmap,
  StorageVolumeSnapshot,
  Warning,
} from "../../mod.ts";

/** What the methods of the table are called on and with. */
export interface Names {
  client: Client;
  other: Client;
  body: never;
  bytes: Uint8Array<ArrayBuffer>;
  change: () => void;
  command: string[];
  name: string;
  path: string;
  type: "custom";
  acl: NetworkACL;
  addressSet: NetworkAddressSet;
  alias: ImageAlias;
  authGroup: AuthGroup;
  backup: Backup<object>;
  bearer: BearerIdentity;
  bitmap: StorageVolumeBitmap;
  bucket: StorageBucket;
  bucketBackup: Backup<object>;
  certificate: Certificate;
  clusterGroup: ClusterGroup;
  clusterLink: ClusterLink;
  forward: NetworkForward;
  image: Image;
  instance: Instance;
  integration: NetworkIntegration;
  key: StorageBucketKey;
  loadBalancer: NetworkLoadBalancer;
  loadBalancerPool: NetworkLoadBalancerPool;
  member: ClusterMember;
  network: Network;
  oidc: Identity;
  operation: Operation;
  peer: NetworkPeer;
  placementGroup: PlacementGroup;
  pool: StoragePool;
  profile: Profile;
  project: Project;
  providerGroup: IdentityProviderGroup;
  record: NetworkZoneRecord;
  replicator: Replicator;
  session: OIDCSession;
  snapshot: InstanceSnapshot;
  tls: Identity;
  volume: StorageVolume;
  volumeBackup: Backup<object>;
  volumeSnapshot: StorageVolumeSnapshot;
  warning: Warning;
  zone: NetworkZone;
}

/** Names things of a client, none of which need exist. */
export function namesOf(client: Client, other: Client): Names {
  const name = "some";
  const network = client.networks.at(name);
  const instance = client.instances.at(name);
  const pool = client.storagePools.at(name);
  const volume = pool.volumes.at("custom", name);
  const bucket = pool.buckets.at(name);
  const zone = client.networkZones.at(name);
  const { identities, groups, identityProviderGroups, oidcSessions } = client.auth;
  return {
    client,
    other,
    body: { name, listen_address: name } as never,
    bytes: new Uint8Array(),
    change: () => {},
    command: ["true"],
    name,
    path: "/some",
    type: "custom",
    acl: client.networkAcls.at(name),
    addressSet: client.networkAddressSets.at(name),
    alias: client.images.aliases.at(name),
    authGroup: groups.at(name),
    backup: instance.backups.at(name),
    bearer: identities.bearer.at(name),
    bitmap: volume.bitmaps.at(name),
    bucket,
    bucketBackup: bucket.backups.at(name),
    certificate: client.certificates.at(name),
    clusterGroup: client.cluster.groups.at(name),
    clusterLink: client.cluster.links.at(name),
    forward: network.forwards.at(name),
    image: client.images.at(name),
    instance,
    integration: client.networkIntegrations.at(name),
    key: bucket.keys.at(name),
    loadBalancer: network.loadBalancers.at(name),
    loadBalancerPool: network.loadBalancerPools.at(name),
    member: client.cluster.members.at(name),
    network,
    oidc: identities.oidc.at(name),
    operation: client.operations.at(name),
    peer: network.peers.at(name),
    placementGroup: client.placementGroups.at(name),
    pool,
    profile: client.profiles.at(name),
    project: client.projects.at(name),
    providerGroup: identityProviderGroups.at(name),
    record: zone.records.at(name),
    replicator: client.replicators.at(name),
    session: oidcSessions.at(name),
    snapshot: instance.snapshots.at(name),
    tls: identities.tls.at(name),
    volume,
    volumeBackup: volume.backups.at(name),
    volumeSnapshot: volume.snapshots.at(name),
    warning: client.warnings.at(name),
    zone,
  };
}
