/** Which generated file a definition goes to: the first pattern that fits. */
export const families: readonly { file: string; about: string; pattern: RegExp }[] = [
  { file: "server", about: "the server and its settings", pattern: /^Server/ },
  { file: "metadata", about: "the configuration keys that a server knows", pattern: /^Metadata/ },
  { file: "resources", about: "the hardware of a server", pattern: /^Resources/ },
  {
    file: "instance_snapshots",
    about: "snapshots and backups of instances",
    pattern: /^(InstanceSnapshot|InstanceBackup|BackupTarget)/,
  },
  { file: "instance_state", about: "what instances are doing", pattern: /^InstanceState/ },
  { file: "instances", about: "instances", pattern: /^Instance/ },
  { file: "images", about: "images and their aliases", pattern: /^Image/ },
  { file: "network_acls", about: "network ACLs and address sets", pattern: /^Network(ACL|Addr)/ },
  {
    file: "network_forwards",
    about: "network forwards and load balancers",
    pattern: /^Network(Forward|LoadBalancer)/,
  },
  {
    file: "network_peers",
    about: "network peers and integrations",
    pattern: /^Network(Peer|Integration)/,
  },
  { file: "network_zones", about: "network zones and their records", pattern: /^NetworkZone/ },
  { file: "networks", about: "networks", pattern: /^Network/ },
  { file: "storage_buckets", about: "storage buckets", pattern: /^StorageBucket/ },
  { file: "storage_volumes", about: "storage volumes", pattern: /^StorageVolume/ },
  { file: "storage_pools", about: "storage pools", pattern: /^StoragePool/ },
  { file: "profiles", about: "profiles", pattern: /^Profile/ },
  { file: "projects", about: "projects", pattern: /^Project/ },
  { file: "placement_groups", about: "placement groups", pattern: /^PlacementGroup/ },
  { file: "replicators", about: "replicators", pattern: /^Replicator/ },
  { file: "certificates", about: "trusted certificates", pattern: /^Certificate/ },
  { file: "cluster", about: "the cluster, its members, groups and links", pattern: /^Cluster/ },
  {
    file: "auth",
    about: "identities, their groups and what they may do",
    pattern: /^(Access|Auth|Identit|OIDC|Permission)/,
  },
  { file: "operations", about: "operations", pattern: /^Operation/ },
  { file: "warnings", about: "warnings", pattern: /^Warning/ },
];

/** The generated file of a definition. */
export function fileOf(definition: string): string {
  const family = families.find(({ pattern }) => pattern.test(definition));
  if (family === undefined) throw new Error(`Cannot place "${definition}": no family fits`);
  return family.file;
}
