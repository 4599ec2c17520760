/**
 * Configuration of storage pools by key; which apply depends on the driver. Values are strings:
 * `true` and `false`, numbers, sizes with units such as `GiB`; further keys are allowed. Free keys
 * are under `user.`, defaults of volumes under `volume.`.
 */
export interface StoragePoolConfig {
  /** Options of the Btrfs mount. */
  "btrfs.mount_options"?: string;
  /** Name of the Ceph cluster; default `ceph`. */
  "ceph.cluster_name"?: string;
  /** Name of Ceph's pool for data. */
  "ceph.osd.data_pool_name"?: string;
  /** Name of Ceph's pool. */
  "ceph.osd.pool_name"?: string;
  /** Whether copies share blocks of the original; default `true`. */
  "ceph.rbd.clone_copy"?: string;
  /** Whether Ceph is asked for the usage of stopped instances; default `true`. */
  "ceph.rbd.du"?: string;
  /** Features of new block devices, by commas; default `layering`. */
  "ceph.rbd.features"?: string;
  /** User of the Ceph cluster; default `admin`. */
  "ceph.user.name"?: string;
  /** Name of the Ceph cluster; default `ceph`. */
  "cephfs.cluster_name"?: string;
  /** Whether a missing file system is made; default `false`. Not in LXD 5.0.2. */
  "cephfs.create_missing"?: string;
  /** Ceph's pool for data of a file system that is made. Not in LXD 5.0.2. */
  "cephfs.data_pool"?: string;
  /** Whether the kernel's cache of network files is used; default `false`. */
  "cephfs.fscache"?: string;
  /** Ceph's pool for metadata of a file system that is made. Not in LXD 5.0.2. */
  "cephfs.meta_pool"?: string;
  /** Path in the file system; default `/`. */
  "cephfs.path"?: string;
  /** User of the Ceph cluster; default `admin`. */
  "cephfs.user.name"?: string;
  /** Name of the Ceph cluster; default `ceph`. Not in LXD 5.0.2. */
  "cephobject.cluster_name"?: string;
  /** URL of the object gateway. Not in LXD 5.0.2. */
  "cephobject.radosgw.endpoint"?: string;
  /** Path of the gateway's certificate. Not in LXD 5.0.2. */
  "cephobject.radosgw.endpoint_cert_file"?: string;
  /** User of the Ceph cluster; default `admin`. Not in LXD 5.0.2. */
  "cephobject.user.name"?: string;
  /** Resource group of LINSTOR. Incus only, not in Incus 6.0.4. */
  "linstor.resource_group.name"?: string;
  /** How many copies LINSTOR keeps; default `2`. Incus only, not in Incus 6.0.4. */
  "linstor.resource_group.place_count"?: string;
  /** Storage pool of LINSTOR. Incus only, not in Incus 6.0.4. */
  "linstor.resource_group.storage_pool"?: string;
  /** Size of a thin pool's metadata; default `0` for LVM's choice. */
  "lvm.thinpool_metadata_size"?: string;
  /** Name of the thin pool. */
  "lvm.thinpool_name"?: string;
  /** Whether volumes are in a thin pool; default `true`. */
  "lvm.use_thinpool"?: string;
  /** Whether a volume group that is not empty is used; default `false`. */
  "lvm.vg.force_reuse"?: string;
  /** Name of the volume group. */
  "lvm.vg_name"?: string;
  /** Limit of rsync's speed; default `0` for none. */
  "rsync.bwlimit"?: string;
  /** Whether rsync compresses; default `true`. */
  "rsync.compression"?: string;
  /** Size of a pool in a file of its own. */
  size?: string;
  /** Block device, path, dataset or remote pool that the pool is on. */
  source?: string;
  /**
   * Whether a pool that is there already is taken over; default `false`. LXD only, not in LXD
   * 5.0.2.
   */
  "source.recover"?: string;
  /** Whether the source is emptied first; default `false`. Not in LXD 5.0.2. */
  "source.wipe"?: string;
  /** Key for the TrueNAS server. Incus only, not in Incus 6.0.4. */
  "truenas.api_key"?: string;
  /** Dataset on the TrueNAS server. Incus only, not in Incus 6.0.4. */
  "truenas.dataset"?: string;
  /** Address of the TrueNAS server. Incus only, not in Incus 6.0.4. */
  "truenas.host"?: string;
  /** Source that the pool was made with. The server's own. */
  "volatile.initial_source"?: string;
  /** Whether the pool was empty when it was made. The server's own. */
  "volatile.pool.pristine"?: string;
  /** Whether copies share blocks of the original: `true` (default), `false` or `rebase`. */
  "zfs.clone_copy"?: string;
  /** Whether the pool is exported when it is not in use; default `true`. */
  "zfs.export"?: string;
  /** Name of the ZFS pool. */
  "zfs.pool_name"?: string;
  /** Any other key. */
  [key: string]: string | undefined;
}

/**
 * Configuration of storage volumes and their snapshots by key; which apply depends on the driver.
 * Values are strings: `true` and `false`, numbers, sizes with units such as `GiB`; further keys
 * are allowed. Free keys are under `user.`.
 */
export interface StorageVolumeConfig {
  /** File system on a block volume, such as `ext4`. */
  "block.filesystem"?: string;
  /** Options of its mount. */
  "block.mount_options"?: string;
  /** Compression of a Btrfs volume. Incus only, not in Incus 6.0.4. */
  "btrfs.compression"?: string;
  /** Group id of a new volume's root directory. Incus only. */
  "initial.gid"?: string;
  /** Octal mode of a new volume's root directory. Incus only. */
  "initial.mode"?: string;
  /** User id of a new volume's root directory. Incus only. */
  "initial.uid"?: string;
  /** How many stripes a new LVM volume has. */
  "lvm.stripes"?: string;
  /** Size of those stripes. */
  "lvm.stripes.size"?: string;
  /** Whether several instances may use a block volume; default `false`. Not in LXD 5.0.2. */
  "security.shared"?: string;
  /** Whether file owners are translated to each container's; default `false`. */
  "security.shifted"?: string;
  /** Whether file owners are left as they are; default `false`. */
  "security.unmapped"?: string;
  /** Size, in bytes or with a unit such as `10GiB`. */
  size?: string;
  /** Time until a new snapshot is deleted, such as `1d 12H`. */
  "snapshots.expiry"?: string;
  /** The same for snapshots that callers make. Incus only, not in Incus 6.0.4. */
  "snapshots.expiry.manual"?: string;
  /** Template of a snapshot's name; default `snap%d`. */
  "snapshots.pattern"?: string;
  /** When snapshots are made by themselves: a cron expression or `@daily` and the like. */
  "snapshots.schedule"?: string;
  /** Mapping of ids that the files have. The server's own. LXD only, not in LXD 5.0.2. */
  "volatile.idmap.last"?: string;
  /** Mapping of ids that the files will have. The server's own. */
  "volatile.idmap.next"?: string;
  /** UUID of the volume. The server's own. */
  "volatile.uuid"?: string;
  /**
   * Whether a ZFS volume is a block device with a file system; default `false`. Not in LXD 5.0.2.
   */
  "zfs.block_mode"?: string;
  /** Size of ZFS's blocks. */
  "zfs.blocksize"?: string;
  /** Whether the dataset is handed to the container; default `false`. Not in LXD 5.0.2. */
  "zfs.delegate"?: string;
  /** Whether a cloned dataset is made independent; default `false`. LXD only, not in LXD 5.0.2. */
  "zfs.promote"?: string;
  /** Whether newer snapshots are removed to restore an older one; default `false`. */
  "zfs.remove_snapshots"?: string;
  /** Whether space is reserved along with the limit; default `false`. */
  "zfs.reserve_space"?: string;
  /** Whether snapshots are left out of the limit; default `false`. */
  "zfs.use_refquota"?: string;
  /** Any other key. */
  [key: string]: string | undefined;
}
