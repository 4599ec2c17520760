import type { DeviceBase } from "./devices.ts";

/** A file system or block device: a storage volume, a path of the host, or the root disk. */
export interface DiskDevice extends DeviceBase {
  /** Tells the device apart from the others. */
  type: "disk";
  /** Where it is mounted in the instance; `/` for the root disk. */
  path?: string;
  /** Storage pool of the volume. */
  pool?: string;
  /** Name of the storage volume, or a path of the host. */
  source?: string;
  /** Size of the root disk, in bytes or with a unit such as `10GiB`. */
  size?: string;
  /** Size of the volume that keeps a virtual machine's state, in bytes or with a unit. */
  "size.state"?: string;
  /** Whether it cannot be written to: `true` or `false` (default). */
  readonly?: string;
  /** Whether mounts below the source come with it: `true` or `false` (default). */
  recursive?: string;
  /** Whether a missing source is an error: `true` (default) or `false`. */
  required?: string;
  /** Whether file owners are translated to the container's: `true` or `false` (default). */
  shift?: string;
  /** How mounts spread between host and instance; default `private`. */
  propagation?: string;
  /** Options of the mount, by commas. */
  "raw.mount.options"?: string;
  /** Order among a virtual machine's boot devices, the highest first. */
  "boot.priority"?: string;
  /** Limit of reading, in bytes a second with a unit or as `100iops`. */
  "limits.read"?: string;
  /** Limit of writing, in bytes a second with a unit or as `100iops`. */
  "limits.write"?: string;
  /** Both limits at once. */
  "limits.max"?: string;
  /** Bus of a virtual machine's disk, such as `virtio-scsi`, `nvme`. Not in LXD 5.0.2. */
  "io.bus"?: string;
  /** Caching of a virtual machine's disk: `none`, `writeback`, `unsafe`. Not in LXD 5.0.2. */
  "io.cache"?: string;
  /** Name of the Ceph cluster of the source; default `ceph`. */
  "ceph.cluster_name"?: string;
  /** User of the Ceph cluster of the source; default `admin`. */
  "ceph.user_name"?: string;
}
