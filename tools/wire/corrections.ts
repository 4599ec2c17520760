/**
 * What the documents leave out, get wrong or say in two ways, each with its reason; and what a type
 * generator cannot know: which fields a request needs, which types are entities, which words a
 * string takes.
 */
import type { AnswerFact, SpecName } from "./facts.ts";
import { wordsOf } from "./words.ts";

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
  // Incus 6.0.4 sends these, and its own document has the rest alone.
  {
    definition: "MetadataConfigKey",
    specs: ["incus_6_0_4"],
    fields: {
      default: "string",
      initialvaluedesc: "string",
      required: "string",
      resource: "string",
    },
  },
  // Sent by every version and listed by none: the member that keeps the event's subject.
  { definition: "Event", specs: everywhere, fields: { location: "string" } },
];

/** Types that are written by hand, by the definitions that they replace. */
export const shapes: Record<string, { name: string; file: string }> = {
  Event: { name: "ServerEvent", file: "events" },
  InstanceSource: { name: "InstanceSource", file: "sources" },
  ImagesPostSource: { name: "ImageSource", file: "sources" },
};

/** Files of the hand-written types that corrected types may speak of. */
export const shapeFiles: Record<string, string> = {
  ConfigMap: "config_map",
  DevicesMap: "devices",
  DiskDevice: "disk_device",
  ImageSource: "sources",
  InstanceConfig: "instance_config",
  InstanceSource: "sources",
  InstanceStatus: "status",
  NetworkConfig: "network_config",
  NicDevice: "nic_device",
  OperationStatus: "status",
  ProjectConfig: "project_config",
  ServerConfig: "server_config",
  ServerEvent: "events",
  StoragePoolConfig: "storage_config",
  StorageVolumeConfig: "storage_config",
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

/** Types of fields, by `Definition.field`, and of named types, that the documents do not tell. */
export const correctedTypes: Record<string, string> = {
  // A free object: what it holds depends on the operation.
  "Operation.metadata": "Record<string, unknown>",
  "OperationFull.metadata": "Record<string, unknown>",
  // The documents have a bare string here and the named type elsewhere.
  "Image.type": "InstanceType",
  "ImageAlias.type": "InstanceType",
  "ImageAliasesPost.type": "InstanceType",
  "Instance.type": "InstanceType",
  "InstanceFull.type": "InstanceType",
  // The words of the status codes, which the documents do not list.
  "Instance.status": "InstanceStatus",
  "InstanceFull.status": "InstanceStatus",
  "InstanceState.status": "InstanceStatus",
  "Operation.status": "OperationStatus",
  "OperationFull.status": "OperationStatus",
  // Told to be numbers; Go writes a byte slice as base64.
  "InstanceNVRAMVariable.binary": "string",
};

/** The type of a field that a correction decides. */
export function fieldTypes(key: string): string | undefined {
  const [definition = "", field] = key.split(".");
  const known = correctedTypes[key] ?? wordsOf(key);
  if (known !== undefined) return known;
  if (field === "config" || field === "expanded_config" || key === "InstancePost.Config") {
    return configTypes.find(([pattern]) => pattern.test(definition))![1];
  }
  if (/^(Instance|Profile)/.test(definition) && /^(expanded_)?devices$/i.test(field ?? "")) {
    return "DevicesMap";
  }
  return undefined;
}

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

/** Query parameters that documents leave out or type wrongly, as TypeScript; empty to drop one. */
export const routeQueries: Record<string, Record<string, string>> = {
  // LXD reads `entity-type`; one of its two entries has another spelling.
  "GET /1.0/auth/permissions": { entityType: "" },
  // Incus takes nothing but a number here.
  "DELETE /1.0/cluster/members/{member}": { force: "number" },
  "GET /1.0/instances": { fields: "string", "instance-type": "InstanceType" },
  "GET /1.0/instances/{name}": { fields: "string" },
  // Moves the instance to a member of the cluster.
  "POST /1.0/instances/{name}": { target: "string" },
  "GET /1.0/instances/{name}/sftp": { project: "string" },
  "GET /1.0/operations/{id}": { recursion: "number" },
  "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/sftp": { project: "string" },
};

/** Metadata of answers that documents leave out or get wrong, as type expressions. */
export const routeMetadata: Record<string, readonly string[]> = {
  // A token where one was asked for; the other cluster's certificate for a public link.
  "POST /1.0/auth/identities/tls": ["CertificateAddToken"],
  "POST /1.0/cluster/links": ["CertificateAddToken", "ClusterLinkCertificate"],
  // A list of names for a directory; the bytes for a file.
  "GET /1.0/instances/{name}/files": ["string[]"],
  "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/files": ["string[]"],
  // The list of names without `path`; the template's bytes with it.
  "GET /1.0/instances/{name}/metadata/templates": ["string[]"],
  // One document has the text of the answer instead of its parts.
  "GET /1.0/metadata/configuration": ["MetadataConfiguration"],
  // By status in both forms.
  "GET /1.0/operations": ["map<string[]>", "map<Operation[]>"],
  "GET /1.0/operations/{id}": ["Operation", "OperationFull"],
};

/** How answers come where documents leave it out or get it wrong. */
export const routeKinds: Record<string, readonly AnswerFact["kind"][]> = {
  "DELETE /1.0/auth/identities/bearer/{name}/token": ["sync"],
  "POST /1.0/auth/identities/tls": ["sync"],
  "POST /1.0/cluster/links": ["sync"],
  "GET /1.0/events": ["upgrade"],
  "GET /1.0/instances/{name}/files": ["raw", "sync"],
  "GET /1.0/instances/{name}/metadata/templates": ["raw", "sync"],
  "GET /1.0/operations/{id}/websocket": ["upgrade"],
  "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/files": ["raw", "sync"],
};
