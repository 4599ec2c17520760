/**
 * What the documents leave out, get wrong or say in two ways, each with its reason; and what a type
 * generator cannot know: which fields a request needs, which types are entities, which words a
 * string takes.
 */
import type { SpecName } from "./facts.ts";

const lxdMain: readonly SpecName[] = ["lxd_main"];
const everywhere: readonly SpecName[] = ["lxd_5_0_2", "lxd_main", "incus_6_0_4", "incus_main"];

/** One name for definitions that mean the same on both daemons, or whose name is wanted. */
export const definitionNames: Record<string, string> = {
  // LXD kept the older name of what Incus calls a storage volume's backup.
  StoragePoolVolumeBackup: "StorageVolumeBackup",
  StoragePoolVolumeBackupPost: "StorageVolumeBackupPost",
  StoragePoolVolumeBackupsPost: "StorageVolumeBackupsPost",
  // The same three levels of `/1.0/metadata/configuration` under two sets of names.
  MetadataConfigurationConfigKeys: "MetadataConfigGroup",
  MetadataConfigurationConfigKey: "MetadataConfigKey",
  // The entity is the alias; "aliases entry" is the name of a Go struct. The small pair inside an
  // image has to give its name up.
  ImageAlias: "ImageAliasInfo",
  ImageAliasesEntry: "ImageAlias",
  ImageAliasesEntryPut: "ImageAliasPut",
  ImageAliasesEntryPost: "ImageAliasPost",
  // What an image is made from is the source; `update_source` is where it is refreshed from.
  ImageSource: "ImageUpdateSource",
  // A reference to a definition that does not exist: the body is the one of IdentitiesTLSPost.
  IdentitiesPostTLS: "IdentitiesTLSPost",
};

/** Definitions that only name another type, as the type expressions that stand for them. */
export const inlined: Record<string, string> = {
  Access: "AccessEntry[]",
  ConfigMap: "map<string>",
  DevicesMap: "map<map<string>>",
  MetadataConfig: "map<map<MetadataConfigGroup>>",
  SourceType: "string",
  StatusCode: "int64",
};

/** Entities that have neither a PUT nor a POST definition of their own. */
export const entities: readonly string[] = ["Server", "Operation", "OIDCSession"];

/** Definitions that the naming rule would take for an entity, and which are none. */
export const nonEntities: readonly string[] = ["InstanceNVRAMVariable", "ClusterMemberJoinToken"];

/** Definitions that no operation refers to, and which servers send all the same. */
export const unmentioned: readonly string[] = [
  // The metadata of every answer that started background work.
  "Operation",
  // An operation with its children: `GET /1.0/operations/{id}?recursion=1`.
  "OperationFull",
  "Event",
  // Contents of the tokens that the client puts together for another client or server.
  "CertificateAddToken",
  "ClusterMemberJoinToken",
];

/** Definitions that requests reach too, and whose fields servers always fill. */
export const answersOnly: readonly string[] = [];

/** Definitions and fields that are missing from documents. */
export const additions: readonly {
  definition: string;
  specs: readonly SpecName[];
  fields: Record<string, string>;
}[] = [
  // Referred to by the paths of LXD main, defined nowhere in its document.
  {
    definition: "PlacementGroup",
    specs: lxdMain,
    fields: {
      name: "string",
      description: "string",
      config: "map<string>",
      project: "string",
      used_by: "string[]",
      access_entitlements: "string[]",
    },
  },
  {
    definition: "PlacementGroupPut",
    specs: lxdMain,
    fields: { description: "string", config: "map<string>" },
  },
  {
    definition: "PlacementGroupsPost",
    specs: lxdMain,
    fields: { name: "string", description: "string", config: "map<string>" },
  },
  { definition: "PlacementGroupPost", specs: lxdMain, fields: { name: "string" } },
  // Sent by every version and listed by none: the member that keeps the event's subject.
  { definition: "Event", specs: everywhere, fields: { location: "string" } },
];

/** Fields of the documents that servers neither send nor read. */
export const droppedFields: readonly string[] = [];

/** Types that are written by hand, by the definitions that they replace. */
export const shapes: Record<string, { name: string; file: string }> = {
  Event: { name: "ServerEvent", file: "events" },
  InstanceSource: { name: "InstanceSource", file: "sources" },
  ImagesPostSource: { name: "ImageSource", file: "sources" },
};

/** Files of the hand-written types that corrected types may speak of. */
export const shapeFiles: Record<string, string> = {
  ConfigMap: "config",
  DevicesMap: "devices",
  ImageSource: "sources",
  InstanceConfig: "config",
  InstanceSource: "sources",
  NetworkConfig: "config",
  ProjectConfig: "config",
  ServerConfig: "config",
  ServerEvent: "events",
  StoragePoolConfig: "config",
  StorageVolumeConfig: "config",
};

/** Configuration types by the definitions that carry them; others have free keys. */
const configTypes: readonly [RegExp, string][] = [
  [/^(Instance|Profile)/, "InstanceConfig"],
  [/^Project/, "ProjectConfig"],
  [/^Network(s?Post|Put)?$/, "NetworkConfig"],
  [/^StoragePool(s?Post|Put)?$/, "StoragePoolConfig"],
  [/^StorageVolume/, "StorageVolumeConfig"],
  [/^Server/, "ServerConfig"],
  [/./, "ConfigMap"],
];

/** A string whose known words completion offers, and which takes any other. */
const words = (...known: string[]): string =>
  [...known.map((it) => `"${it}"`), "(string & Record<never, never>)"].join(" | ");

const instanceStatus = words(
  "Running",
  "Stopped",
  "Frozen",
  "Error",
  "Starting",
  "Stopping",
  "Freezing",
  "Thawed",
  "Aborting",
  "Ready",
);
const operationStatus = words(
  "Pending",
  "Running",
  "Cancelling",
  "Success",
  "Failure",
  "Cancelled",
);
const stateAction = words("start", "stop", "restart", "freeze", "unfreeze");
const migrationMode = words("pull", "push");

/** Types of fields, by `Definition.field`, and of named types, that the documents do not tell. */
const corrected: Record<string, string> = {
  // A free object: what it holds depends on the operation.
  "Operation.metadata": "Record<string, unknown> | null",
  "OperationFull.metadata": "Record<string, unknown> | null",
  // Go writes null where it has no list or map.
  "Operation.resources": "Record<string, string[]> | null",
  "OperationFull.resources": "Record<string, string[]> | null",
  "InstanceFull.backups": "InstanceBackupData[] | null",
  "InstanceFull.snapshots": "InstanceSnapshotData[] | null",
  "InstanceFull.state": "InstanceState | null",
  "InstanceState.disk": "Record<string, InstanceStateDisk> | null",
  "InstanceState.network": "Record<string, InstanceStateNetwork> | null",
  // The documents know words only in their prose.
  "Instance.status": instanceStatus,
  "InstanceFull.status": instanceStatus,
  "InstanceState.status": instanceStatus,
  "InstanceStatePut.action": stateAction,
  "Operation.status": operationStatus,
  "OperationFull.status": operationStatus,
  "Operation.class": words("task", "websocket", "token"),
  "OperationFull.class": words("task", "websocket", "token", "durable"),
  InstanceType: words("container", "virtual-machine"),
  "StorageVolumeSource.type": words("copy", "migration"),
  "StorageVolumeSource.mode": migrationMode,
  // A part of the variable's contents, whose form depends on the variable.
  "InstanceNVRAMVariable.data": "unknown",
};

/** The type of a field that a correction decides. */
export function fieldTypes(key: string): string | undefined {
  const [definition = "", field] = key.split(".");
  if (corrected[key] !== undefined) return corrected[key];
  if (field === "config" || field === "expanded_config" || key === "InstancePost.Config") {
    return configTypes.find(([pattern]) => pattern.test(definition))![1];
  }
  if (/^(Instance|Profile)/.test(definition) && /^(expanded_)?devices$/i.test(field ?? "")) {
    return "DevicesMap";
  }
  return undefined;
}

/** Fields that a request cannot do without; all others of a request are optional. */
export const needed: Record<string, readonly string[]> = {
  AuthGroupPost: ["name"],
  AuthGroupsPost: ["name"],
  ClusterGroupPost: ["name"],
  ClusterGroupsPost: ["name"],
  ClusterLinkPost: ["name"],
  ClusterLinksPost: ["name"],
  ClusterMemberPost: ["server_name"],
  ClusterMemberStatePost: ["action"],
  ClusterMembersPost: ["server_name"],
  ClusterCertificatePut: ["cluster_certificate", "cluster_certificate_key"],
  ClusterMemberConfigKey: ["entity", "name", "key", "value"],
  IdentitiesBearerPost: ["name", "type"],
  IdentitiesTLSPost: ["name"],
  IdentityProviderGroupPost: ["name"],
  IdentityProviderGroupsPost: ["name"],
  ImageAliasInfo: ["name"],
  ImageAliasPost: ["name"],
  ImageAliasesPost: ["name", "target"],
  ImageExportPost: ["target"],
  ImageMetadata: ["architecture", "creation_date"],
  ImageMetadataTemplate: ["when", "template"],
  InstanceBackupPost: ["name"],
  InstanceDebugRepairPost: ["action"],
  InstanceExecPost: ["command"],
  InstancePortForwardPost: ["port"],
  InstancePostTarget: ["operation"],
  InstanceRebuildPost: ["source"],
  InstanceSnapshotsPost: ["name"],
  InstanceStatePut: ["action"],
  InstanceUEFIVariable: ["data", "attr"],
  InstanceUEFIVars: ["variables"],
  InstancesPost: ["source"],
  InstancesPut: ["state"],
  NetworkACLPost: ["name"],
  NetworkACLRule: ["action"],
  NetworkACLsPost: ["name"],
  NetworkAddressSetPost: ["name"],
  NetworkAddressSetsPost: ["name"],
  NetworkForwardPort: ["protocol", "listen_port", "target_address"],
  NetworkForwardsPost: ["listen_address"],
  NetworkIntegrationPost: ["name"],
  NetworkIntegrationsPost: ["name", "type"],
  NetworkLoadBalancerBackend: ["name", "target_address"],
  NetworkLoadBalancerPoolsPost: ["name"],
  NetworkLoadBalancerPort: ["protocol", "listen_port"],
  NetworkLoadBalancersPost: ["listen_address"],
  NetworkPeersPost: ["name"],
  NetworkPost: ["name"],
  NetworkZoneRecordEntry: ["type", "value"],
  NetworkZoneRecordsPost: ["name"],
  NetworkZonesPost: ["name"],
  NetworksPost: ["name"],
  Permission: ["entity_type", "url", "entitlement"],
  PlacementGroupPost: ["name"],
  PlacementGroupsPost: ["name"],
  ProfilePost: ["name"],
  ProfilesPost: ["name"],
  ProjectPost: ["name"],
  ProjectStatePut: ["replica_mode"],
  ProjectsPost: ["name"],
  ReplicatorPost: ["name"],
  ReplicatorStatePut: ["action"],
  ReplicatorsPost: ["name"],
  StorageBucketBackupPost: ["name"],
  StorageBucketKeysPost: ["name"],
  StorageBucketsPost: ["name"],
  StoragePoolsPost: ["name", "driver"],
  StorageVolumeBackupPost: ["name"],
  StorageVolumeBitmapsPost: ["name"],
  StorageVolumePost: ["name"],
  StorageVolumePostTarget: ["operation"],
  StorageVolumeSnapshotPost: ["name"],
  StorageVolumeSnapshotsPost: ["name"],
  StorageVolumesPost: ["name"],
  WarningPut: ["status"],
};

/** Names of path parameters by the segment before them; the second is for a second one. */
export const pathNames: Record<string, readonly string[]> = {
  aliases: ["alias"],
  backups: ["backup"],
  bearer: ["name"],
  bitmaps: ["bitmap"],
  buckets: ["bucket"],
  certificates: ["fingerprint"],
  "exec-output": ["filename"],
  forwards: ["listenAddress"],
  groups: ["group"],
  "identity-provider-groups": ["group"],
  images: ["fingerprint"],
  instances: ["name"],
  keys: ["key"],
  links: ["link"],
  "load-balancer-pools": ["pool"],
  "load-balancers": ["listenAddress"],
  logs: ["filename"],
  members: ["member"],
  "network-acls": ["name"],
  "network-address-sets": ["name"],
  "network-integrations": ["name"],
  "network-zones": ["zone"],
  networks: ["network"],
  nvram: ["guid", "variable"],
  oidc: ["name"],
  "oidc-sessions": ["id"],
  operations: ["id"],
  peers: ["peer"],
  "placement-groups": ["name"],
  profiles: ["name"],
  projects: ["name"],
  records: ["record"],
  replicators: ["name"],
  snapshots: ["snapshot"],
  "storage-pools": ["pool"],
  "storage-volumes": ["type"],
  tls: ["name"],
  volumes: ["type", "volume"],
  warnings: ["id"],
};

/** Bodies that documents leave out, or on which they differ, as type expressions. */
export const routeBodies: Record<string, string> = {
  "PATCH /1.0/instances/{name}/nvram": "map<map<InstanceNVRAMVariablePut>>",
  "POST /1.0/placement-groups/{name}": "PlacementGroupPost",
  // The older Incus document names the body of a snapshot here.
  "POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups/{backup}":
    "StorageVolumeBackupPost",
};

/** Query parameters that documents leave out or type wrongly, as TypeScript. */
export const routeQueries: Record<string, Record<string, string>> = {};
