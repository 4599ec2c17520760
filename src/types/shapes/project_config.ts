/**
 * Configuration of projects by key. Values are strings: `true` and `false`, numbers, sizes with
 * units such as `GiB`; further keys are allowed. Free keys are under `user.`.
 */
export interface ProjectConfig {
  /** Program that compresses backups; default the server's setting. */
  "backups.compression_algorithm"?: string;
  /** Whether the project has its own images; default `false`, `true` on creation. */
  "features.images"?: string;
  /** Whether the project has its own networks; default `false`. */
  "features.networks"?: string;
  /** Whether the project has its own network zones; default `false`. Not in LXD 5.0.2. */
  "features.networks.zones"?: string;
  /** Whether the project has its own profiles; default `false`, `true` on creation. */
  "features.profiles"?: string;
  /**
   * Whether the project has its own buckets; default `false`, `true` on creation. Not in LXD 5.0.2.
   */
  "features.storage.buckets"?: string;
  /** Whether the project has its own volumes; default `false`, `true` on creation. */
  "features.storage.volumes"?: string;
  /** Whether images that the server fetched are kept up to date. */
  "images.auto_update_cached"?: string;
  /** Hours between looks for newer images; `0` for never. */
  "images.auto_update_interval"?: string;
  /** Program that compresses images; default the server's setting. */
  "images.compression_algorithm"?: string;
  /** Architecture of images where members differ. */
  "images.default_architecture"?: string;
  /** Days until an image that the server fetched and nobody used is dropped. */
  "images.remote_cache_expiry"?: string;
  /** How many containers there may be. */
  "limits.containers"?: string;
  /** Sum of the processors of all instances. */
  "limits.cpu"?: string;
  /** Sum of the disk space of all instances, volumes and images. */
  "limits.disk"?: string;
  /** How many instances there may be. */
  "limits.instances"?: string;
  /** Sum of the memory of all instances. */
  "limits.memory"?: string;
  /** How many networks there may be. */
  "limits.networks"?: string;
  /** Sum of the processes of all instances. */
  "limits.processes"?: string;
  /** How many virtual machines there may be. */
  "limits.virtual-machines"?: string;
  /** Template of hardware addresses. Incus only, not in Incus 6.0.4. */
  "network.hwaddr_pattern"?: string;
  /** Cluster link that may replicate to the project. LXD only, not in LXD 5.0.2. */
  "replica.cluster"?: string;
  /** Whether the restrictions below apply; default `false`. */
  restricted?: string;
  /** Whether backups are `block` (default) or `allow`. */
  "restricted.backups"?: string;
  /** Cluster groups that instances may be placed on, by commas. */
  "restricted.cluster.groups"?: string;
  /** Whether choosing a member is `block` (default) or `allow`. */
  "restricted.cluster.target"?: string;
  /** Whether handling of system calls is `block` (default), `allow` or `full`. */
  "restricted.containers.interception"?: string;
  /** Whether `raw.lxc` and the like are `block` (default) or `allow`. */
  "restricted.containers.lowlevel"?: string;
  /** Whether nesting in containers is `block` (default) or `allow`. */
  "restricted.containers.nesting"?: string;
  /** Which containers there may be: `unprivileged` (default), `isolated` or `allow`. */
  "restricted.containers.privilege"?: string;
  /** Which disks there may be: `managed` (default), `block` or `allow`. */
  "restricted.devices.disk"?: string;
  /** Paths of the host that disks may have as their source, by commas. */
  "restricted.devices.disk.paths"?: string;
  /** Whether graphics cards are `block` (default) or `allow`. */
  "restricted.devices.gpu"?: string;
  /** Whether InfiniBand is `block` (default) or `allow`. */
  "restricted.devices.infiniband"?: string;
  /** Which network interfaces there may be: `managed` (default), `block` or `allow`. */
  "restricted.devices.nic"?: string;
  /** Whether PCI devices are `block` (default) or `allow`. */
  "restricted.devices.pci"?: string;
  /** Whether proxies are `block` (default) or `allow`. */
  "restricted.devices.proxy"?: string;
  /** Whether block devices are `block` (default) or `allow`. */
  "restricted.devices.unix-block"?: string;
  /** Whether character devices are `block` (default) or `allow`. */
  "restricted.devices.unix-char"?: string;
  /** Whether hotplugged devices are `block` (default) or `allow`. */
  "restricted.devices.unix-hotplug"?: string;
  /** Whether USB devices are `block` (default) or `allow`. */
  "restricted.devices.usb"?: string;
  /** Group ids of the host that `raw.idmap` may name. */
  "restricted.idmap.gid"?: string;
  /** User ids of the host that `raw.idmap` may name. */
  "restricted.idmap.uid"?: string;
  /** Hosts that images may come from, by commas. Incus only, not in Incus 6.0.4. */
  "restricted.images.servers"?: string;
  /** Networks that may be used, by commas. */
  "restricted.networks.access"?: string;
  /** Network integrations that may be used, by commas. Incus only. */
  "restricted.networks.integrations"?: string;
  /** Uplink networks that may be used, as `uplink:network` by commas. */
  "restricted.networks.subnets"?: string;
  /** Networks that may be an uplink, by commas. */
  "restricted.networks.uplinks"?: string;
  /** DNS zones that may be used, by commas. */
  "restricted.networks.zones"?: string;
  /** Whether snapshots are `block` (default) or `allow`. */
  "restricted.snapshots"?: string;
  /** Storage pools that may be used, by commas. Incus only, not in Incus 6.0.4. */
  "restricted.storage-pools.access"?: string;
  /** Whether `raw.qemu` and the like are `block` (default) or `allow`. */
  "restricted.virtual-machines.lowlevel"?: string;
  /**
   * Whether nesting in virtual machines is `allow` (default) or `block`. Incus only, not in Incus
   * 6.0.4.
   */
  "restricted.virtual-machines.nesting"?: string;
  /** Any other key. */
  [key: string]: string | undefined;
}
