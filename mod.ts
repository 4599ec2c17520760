/**
 * A client for the REST APIs of LXD and Incus.
 *
 * ```ts
 * import { connect } from "@lxkit/client";
 *
 * await using client = await connect();
 * const web = await client.instances.create({
 *   name: "web",
 *   start: true,
 *   source: { type: "image", alias: "debian/12" },
 * });
 * const { code, stdoutText } = await web.exec(["uname", "-a"]);
 * console.log(code, stdoutText);
 * ```
 *
 * @module
 */

export * from "./src/connect.ts";
export * from "./src/join.ts";
export type { OpenOptions } from "./src/open.ts";
export type { RemoteOptions } from "./src/remote_connector.ts";
export { Client } from "./src/client.ts";
export type { Connection } from "./src/connection/connection.ts";
export * from "./src/errors.ts";
export type * from "./src/connector.ts";
export type { CallOptions } from "./src/core/call.ts";
export type {
  Collection,
  Creatable,
  DetailedListOptions,
  FilteredListOptions,
  FilterOptions,
  Gettable,
  Listable,
  ListOptions,
} from "./src/core/collection.ts";
export type { CopyMode } from "./src/core/copy_mode.ts";
export type { Dialect } from "./src/core/dialect.ts";
export type { Document, Editable, Readable, Replaceable } from "./src/core/document.ts";
export {
  type EventGap,
  type EventsOptions,
  EventStream,
  type EventType,
} from "./src/core/events.ts";
export type { TreeEntries } from "./src/core/tree/copy.ts";
export type {
  DownloadedEntry,
  FileType,
  TreeAttributes,
  TreeEntry,
} from "./src/core/tree/entry.ts";
export type { TreeOptions, TreeSummary, TreeWay } from "./src/core/tree/options.ts";
export type { Metric, MetricSample, MetricType } from "./src/core/metrics.ts";
export type { Model, Named, Removable, Renamable } from "./src/core/model.ts";
export { Operation, type OperationSocketOptions } from "./src/core/operation.ts";
export type { Query } from "./src/core/path.ts";
export type { Progress } from "./src/core/progress.ts";
export type { Scope } from "./src/core/session.ts";
export type {
  Sftp,
  SftpAttributes,
  SftpEntry,
  SftpInfo,
  SftpWriteOptions,
} from "./src/core/sftp/sftp.ts";
export type { SftpRange } from "./src/core/sftp/transfer.ts";
export type { Signal } from "./src/core/signals.ts";
export type { Bytes, ByteSource } from "./src/core/streams.ts";
export { type MutationOptions, Task } from "./src/core/task.ts";
export type { IssuedToken } from "./src/core/token.ts";
export type { Download, DownloadOptions } from "./src/core/transfer.ts";
export type { ApiNode, ApiVerbs, RawOptions } from "./src/raw/api_node.ts";
export type {
  AllRoutes,
  Route,
  RouteAnswer,
  RouteArguments,
  RouteCallOptions,
  RouteMethod,
  RouteOptions,
  UnknownRoute,
} from "./src/raw/raw.ts";
export type { RawBody } from "./src/raw/raw_body.ts";
export type { Auth, PermissionListOptions } from "./src/resources/access/auth.ts";
export type {
  AuthGroup,
  AuthGroups,
  IdentityProviderGroup,
  IdentityProviderGroups,
} from "./src/resources/access/groups.ts";
export type {
  BearerIdentities,
  BearerIdentity,
  Identities,
  Identity,
  OIDCIdentities,
  TLSIdentities,
} from "./src/resources/access/identities.ts";
export type {
  OIDCSession,
  OIDCSessionListOptions,
  OIDCSessions,
} from "./src/resources/access/sessions.ts";
export type { Backup, Backups } from "./src/resources/backups.ts";
export type {
  Certificate,
  CertificateCreatePost,
  Certificates,
  CertificateTokenPost,
} from "./src/resources/access/certificates.ts";
export type { Cluster } from "./src/resources/cluster/cluster.ts";
export type { ClusterGroup, ClusterGroups } from "./src/resources/cluster/groups.ts";
export type { ClusterLink, ClusterLinks } from "./src/resources/cluster/links.ts";
export type {
  ClusterMember,
  ClusterMemberDeleteOptions,
  ClusterMemberEvacuateOptions,
  ClusterMemberRestoreOptions,
  ClusterMembers,
} from "./src/resources/cluster/members.ts";
export {
  type CommandOptions,
  CommandOutput,
  type ExecOptions,
  type SpawnOptions,
} from "./src/resources/instances/exec.ts";
export type {
  ConsoleOptions,
  InstanceConsole,
  TextConsoleOptions,
  VgaConsole,
} from "./src/resources/instances/console.ts";
export type { Files } from "./src/resources/instances/files.ts";
export type {
  FileInfo,
  MkdirOptions,
  OpenFile,
  OwnershipOptions,
  RemoveOptions,
  WriteOptions,
} from "./src/resources/instances/file_info.ts";
export type { TreeSink, TreeSource } from "./src/resources/instances/trees/trees.ts";
export type { Image, ImageCopyTarget } from "./src/resources/images/image.ts";
export type { ImageAlias, ImageAliases } from "./src/resources/images/aliases.ts";
export type { ImageCopyOptions } from "./src/resources/images/copy.ts";
export type { ImageExportOptions, ImageFile } from "./src/resources/images/export.ts";
export type { ImageSecret } from "./src/resources/images/secret.ts";
export type {
  ImageUpload,
  ImageUploadFields,
  SplitImageUpload,
  UnifiedImageUpload,
} from "./src/resources/images/upload.ts";
export type {
  ImageCreatePost,
  ImageGetOptions,
  ImagePublishPost,
  Images,
} from "./src/resources/images/images.ts";
export type * from "./src/resources/instances/instance.ts";
export type { AddressOptions } from "./src/resources/instances/address.ts";
export type { InstanceCopyOptions } from "./src/resources/instances/copy.ts";
export type { InstanceDeleteOptions } from "./src/resources/instances/delete.ts";
export type {
  InstanceCopyTarget,
  InstanceCopyToOptions,
  InstanceMoveToOptions,
} from "./src/resources/instances/copy_to.ts";
export type { InstanceDebug, MemoryDumpOptions } from "./src/resources/instances/debug.ts";
export type {
  InstanceNvram,
  InstanceUefiVariables,
  NvramVariable,
  NvramWriteOptions,
} from "./src/resources/instances/firmware.ts";
export type { InstanceImportOptions } from "./src/resources/instances/import.ts";
export type { ConsoleLog, InstanceLogs } from "./src/resources/instances/logs.ts";
export type { InstanceMetadata, InstanceTemplates } from "./src/resources/instances/metadata.ts";
export type { InstanceMoveOptions } from "./src/resources/instances/move.ts";
export type { RecordedCommand, RecordOptions } from "./src/resources/instances/record.ts";
export type {
  InstanceSnapshot,
  InstanceSnapshotCreatePost,
  InstanceSnapshots,
  SnapshotDeleteOptions,
  SnapshotRestoreOptions,
} from "./src/resources/instances/snapshots.ts";
export type { StartOptions, StateAction, StopOptions } from "./src/resources/instances/state.ts";
export type * from "./src/resources/instances/instances.ts";
export type { NetworkACL, NetworkACLs } from "./src/resources/networks/acls.ts";
export type {
  NetworkAddressSet,
  NetworkAddressSets,
} from "./src/resources/networks/address_sets.ts";
export type { NetworkAllocationList } from "./src/resources/networks/allocations.ts";
export type { NetworkForward, NetworkForwards } from "./src/resources/networks/forwards.ts";
export type {
  NetworkIntegration,
  NetworkIntegrations,
} from "./src/resources/networks/integrations.ts";
export type {
  NetworkLoadBalancer,
  NetworkLoadBalancerPool,
  NetworkLoadBalancerPools,
  NetworkLoadBalancers,
} from "./src/resources/networks/load_balancers.ts";
export type { NetworkPeer, NetworkPeers } from "./src/resources/networks/peers.ts";
export type {
  NetworkZone,
  NetworkZoneRecord,
  NetworkZoneRecords,
  NetworkZones,
} from "./src/resources/networks/zones.ts";
export type { Network, Networks } from "./src/resources/networks/networks.ts";
export type { Operations } from "./src/resources/operations.ts";
export type { PlacementGroup, PlacementGroups } from "./src/resources/cluster/placement_groups.ts";
export type { BinarySource } from "./src/resources/images/multipart_writer.ts";
export type {
  InstanceProcess,
  ProcessStatus,
  TerminalSize,
} from "./src/resources/instances/process.ts";
export type { Profile, Profiles } from "./src/resources/profiles.ts";
export type {
  Project,
  ProjectDeleteOptions,
  Projects,
  ProjectStateOptions,
} from "./src/resources/projects.ts";
export type { Replicator, Replicators } from "./src/resources/cluster/replicators.ts";
export type { Server } from "./src/resources/server.ts";
export type {
  StorageBucket,
  StorageBucketDetails,
  StorageBucketImportOptions,
  StorageBucketKey,
  StorageBucketKeys,
  StorageBuckets,
} from "./src/resources/storage/buckets.ts";
export type { StoragePool, StoragePools } from "./src/resources/storage/pools.ts";
export type {
  StorageVolume,
  StorageVolumeAddress,
  StorageVolumeBitmap,
  StorageVolumeBitmaps,
  StorageVolumeDetails,
  StorageVolumeNbdOptions,
  StorageVolumeType,
} from "./src/resources/storage/volume.ts";
export type {
  StorageVolumeCopyOptions,
  StorageVolumeMoveOptions,
  StorageVolumePlace,
} from "./src/resources/storage/volume_place.ts";
export type {
  StorageVolumeCopyTarget,
  StorageVolumeCopyToOptions,
  StorageVolumeMoveToOptions,
} from "./src/resources/storage/volume_copy_to.ts";
export type {
  StorageVolumeSnapshot,
  StorageVolumeSnapshots,
} from "./src/resources/storage/volume_snapshots.ts";
export type {
  AllStorageVolumes,
  CustomStorageVolumes,
  StorageVolumeImportOptions,
  StorageVolumeListOptions,
  StorageVolumes,
  StorageVolumesOfType,
} from "./src/resources/storage/volumes.ts";
export type { Warning, Warnings } from "./src/resources/warnings.ts";
export type * from "./src/types/mod.ts";
