/** The words that strings are known to take; a string stays open for the next version's. */

const upDown = "up down".split(" ");
const operationClass = "task websocket token durable".split(" ");
const created = "Created Pending Errored Unknown Unavailable".split(" ");
const families = "inet inet6".split(" ");
const scopes = "local link global".split(" ");
const interfaceKinds = "broadcast loopback point-to-point".split(" ");
const instanceTypes = "container virtual-machine".split(" ");
const certificateTypes = "client server metrics".split(" ");
const volumeTypes = "custom container virtual-machine image".split(" ");
const contentTypes = "filesystem block iso".split(" ");
const roles = "admin read-only".split(" ");
const transports = "tcp udp".split(" ");
const warningStatus = "new acknowledged resolved".split(" ");
const methods = "tls oidc bearer".split(" ");
const volumesModes = "root all-exclusive".split(" ");
const replicaModes = "leader standby".split(" ");
const networkTypes = "bridge macvlan sriov ovn physical".split(" ");
const peerTypes = "local remote".split(" ");
const linkTypes = "bidirectional unidirectional public".split(" ");
const storageDrivers =
  "dir btrfs lvm lvmcluster zfs ceph cephfs cephobject linstor powerflex pure alletra truenas"
    .split(" ");

/** Words by `Definition.field`, or by the definition that names a string. */
export const knownWords: Record<string, readonly string[]> = {
  "Certificate.type": certificateTypes,
  "CertificatePut.type": certificateTypes,
  "CertificatesPost.type": certificateTypes,
  "ClusterLink.type": linkTypes,
  "ClusterLinksPost.type": linkTypes,
  "ClusterMember.status": ["Online", "Offline", "Evacuated", "Blocked"],
  "ClusterMemberStatePost.action": ["evacuate", "restore"],
  "ClusterMemberStatePost.mode": ["auto", "stop", "migrate", "live-migrate", "skip"],
  "Identity.authentication_method": methods,
  "IdentityInfo.authentication_method": methods,
  "ImageUpdateSource.protocol": ["simplestreams", "lxd", "incus", "oci"],
  "ImagesPost.format": ["unified", "split"],
  "InstanceConsolePost.type": ["console", "vga"],
  "InstanceDebugRepairPost.action": ["rebuild-config-volume"],
  "InstancePut.restore_disk_volumes_mode": volumesModes,
  "InstanceSnapshotsPost.disk_volumes_mode": volumesModes,
  "InstanceStateNetwork.state": upDown,
  "InstanceStateNetwork.type": interfaceKinds,
  "InstanceStateNetworkAddress.family": families,
  "InstanceStateNetworkAddress.scope": scopes,
  "InstanceStatePut.action": ["start", "stop", "restart", "freeze", "unfreeze"],
  "Network.status": created,
  "Network.type": [...networkTypes, "loopback", "vlan", "bond", "unknown"],
  "NetworkACLRule.action": ["allow", "allow-stateless", "reject", "drop"],
  "NetworkACLRule.protocol": ["tcp", "udp", "icmp4", "icmp6"],
  "NetworkACLRule.state": ["enabled", "disabled", "logged"],
  "NetworkForwardPort.protocol": transports,
  "NetworkIntegration.type": ["ovn"],
  "NetworkIntegrationsPost.type": ["ovn"],
  "NetworkLease.type": ["static", "dynamic", "gateway", "uplink"],
  "NetworkLoadBalancerPort.protocol": transports,
  "NetworkPeer.status": ["Created", "Pending", "Errored"],
  "NetworkPeer.type": peerTypes,
  "NetworkPeersPost.type": peerTypes,
  "NetworkState.state": upDown,
  "NetworkState.type": interfaceKinds,
  "NetworkStateAddress.family": families,
  "NetworkStateAddress.scope": scopes,
  "NetworksPost.type": networkTypes,
  "Operation.class": operationClass,
  "OperationFull.class": operationClass,
  "Project.replica_mode": replicaModes,
  "ProjectStatePut.replica_mode": replicaModes,
  "ReplicatorStatePut.action": ["start"],
  "Server.auth": ["trusted", "untrusted"],
  "ServerEnvironment.firewall": ["nftables", "xtables"],
  "ServerEnvironment.server": ["lxd", "incus"],
  "ServerEnvironment.server_event_mode": ["full-mesh", "hub-server", "hub-client"],
  "ServerUntrusted.auth": ["trusted", "untrusted"],
  "StorageBucketKey.role": roles,
  "StorageBucketKeyPut.role": roles,
  "StorageBucketKeysPost.role": roles,
  "StoragePool.driver": storageDrivers,
  "StoragePool.status": created,
  "StoragePoolsPost.driver": storageDrivers,
  "StorageVolume.content_type": contentTypes,
  "StorageVolume.type": volumeTypes,
  "StorageVolumeFull.content_type": contentTypes,
  "StorageVolumeFull.type": volumeTypes,
  "StorageVolumeSnapshot.content_type": contentTypes,
  "StorageVolumeSource.mode": ["pull", "push"],
  "StorageVolumeSource.type": ["copy", "migration"],
  "StorageVolumesPost.content_type": contentTypes,
  "StorageVolumesPost.type": volumeTypes,
  "Warning.severity": ["low", "moderate", "high"],
  "Warning.status": warningStatus,
  "WarningPut.status": warningStatus,
  InstanceType: instanceTypes,
};

/** The open union of the words that a field or named type is known to take, if any. */
export function wordsOf(key: string): string | undefined {
  if (knownWords[key] === undefined) return undefined;
  return [...knownWords[key].map((it) => `"${it}"`), "(string & Record<never, never>)"].join(" | ");
}
