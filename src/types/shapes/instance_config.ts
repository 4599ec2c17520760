/**
 * Configuration of instances, their snapshots and profiles by key. Values are strings: `true` and
 * `false`, numbers, sizes with units such as `GiB`; further keys are allowed. Free keys are under
 * `user.`, environment variables under `environment.`, kernel settings under `linux.sysctl.`.
 *
 * Keys under `volatile.` are the server's own: a PUT has to send them back as they came.
 */
export interface InstanceConfig {
  /**
   * Whether a virtual machine's interfaces get the names and packet sizes of their devices; default
   * `false`.
   */
  "agent.nic_config"?: string;
  /** Whether to start the instance again when it ends unexpectedly; default `false`. Incus only. */
  "boot.autorestart"?: string;
  /** Whether to start the instance with the server; without it as it was before. */
  "boot.autostart"?: string;
  /** Seconds to wait after its start before the next instance; default `0`. */
  "boot.autostart.delay"?: string;
  /** Order of start with the server, the highest first. */
  "boot.autostart.priority"?: string;
  /**
   * What happens when the host shuts down: `stop` (default), `force-stop` or `stateful-stop`. Incus
   * only.
   */
  "boot.host_shutdown_action"?: string;
  /** Seconds until a stop at the host's shutdown is forced; default `30`. */
  "boot.host_shutdown_timeout"?: string;
  /**
   * Firmware of a virtual machine: `uefi-secureboot` (default), `uefi-nosecureboot` or `bios`. LXD
   * only, not in LXD 5.0.2.
   */
  "boot.mode"?: string;
  /** Order of stop with the server, the highest first; default `0`. */
  "boot.stop.priority"?: string;
  /** Network configuration for cloud-init. */
  "cloud-init.network-config"?: string;
  /** User data for cloud-init. */
  "cloud-init.user-data"?: string;
  /** Vendor data for cloud-init. */
  "cloud-init.vendor-data"?: string;
  /**
   * What happens on evacuation of its member: `auto` (default), `migrate`, `live-migrate`, `stop` …
   */
  "cluster.evacuate"?: string;
  /** How many processors, or which: `2`, `0-3`, `0,2`. */
  "limits.cpu"?: string;
  /** Share of a container's processor time: `50%` as a weight, `25ms/100ms` as a limit. */
  "limits.cpu.allowance"?: string;
  /** NUMA nodes of the processors, by commas. Not in LXD 5.0.2. */
  "limits.cpu.nodes"?: string;
  /**
   * How a virtual machine's processors are pinned: `none` (default) or `auto`. LXD only, not in LXD
   * 5.0.2.
   */
  "limits.cpu.pin_strategy"?: string;
  /** Priority of a container for processors, 0 to 10 (default). */
  "limits.cpu.priority"?: string;
  /** Priority for disks, 0 to 10; default `5`. */
  "limits.disk.priority"?: string;
  /** Limit of huge pages of 64 KB for a container. */
  "limits.hugepages.64KB"?: string;
  /** Limit of huge pages of 1 MB for a container. */
  "limits.hugepages.1MB"?: string;
  /** Limit of huge pages of 2 MB for a container. */
  "limits.hugepages.2MB"?: string;
  /** Limit of huge pages of 1 GB for a container. */
  "limits.hugepages.1GB"?: string;
  /** How many devices a virtual machine's bus can take; default `8`. LXD only, not in LXD 5.0.2. */
  "limits.max_bus_ports"?: string;
  /** Limit of memory, as a size with a unit or a percentage of the host's. */
  "limits.memory"?: string;
  /** Whether a container's limit of memory is `hard` (default) or `soft`. */
  "limits.memory.enforce"?: string;
  /**
   * Whether, or up to which size, memory can be added to a running virtual machine. Incus only, not
   * in Incus 6.0.4.
   */
  "limits.memory.hotplug"?: string;
  /** Whether a virtual machine's memory is in huge pages; default `false`. */
  "limits.memory.hugepages"?: string;
  /**
   * Adjustment of the priority for being killed when memory runs out; default `0`. Incus only, not
   * in Incus 6.0.4.
   */
  "limits.memory.oom_priority"?: string;
  /** Whether a container may be swapped out, or how much; default `true`. */
  "limits.memory.swap"?: string;
  /** Priority of a container against being swapped out, 0 to 10 (default). */
  "limits.memory.swap.priority"?: string;
  /** How many processes a container may have. */
  "limits.processes"?: string;
  /** Kernel modules to load before a container starts, by commas. */
  "linux.kernel_modules"?: string;
  /** When they are loaded: `boot` (default) or `ondemand`. LXD only, not in LXD 5.0.2. */
  "linux.kernel_modules.load"?: string;
  /** Whether a container's memory is moved in rounds; default `false`. */
  "migration.incremental.memory"?: string;
  /** Percentage of memory in step before it is stopped; default `70`. */
  "migration.incremental.memory.goal"?: string;
  /** How many rounds at most; default `10`. */
  "migration.incremental.memory.iterations"?: string;
  /** Whether the state of the running instance can be kept; default `false`. */
  "migration.stateful"?: string;
  /**
   * What a container may use of NVIDIA's driver; default `compute,utility`. Not in LXD main
   * (2026-08).
   */
  "nvidia.driver.capabilities"?: string;
  /** Required version of CUDA. Not in LXD main (2026-08). */
  "nvidia.require.cuda"?: string;
  /** Required version of NVIDIA's driver. Not in LXD main (2026-08). */
  "nvidia.require.driver"?: string;
  /**
   * Whether a container gets NVIDIA's libraries of the host; default `false`. Not in LXD main
   * (2026-08).
   */
  "nvidia.runtime"?: string;
  /** Directory that an application container starts in. Incus only, not in Incus 6.0.4. */
  "oci.cwd"?: string;
  /** Command of an application container. Incus only, not in Incus 6.0.4. */
  "oci.entrypoint"?: string;
  /** Group id of an application container's process. Incus only, not in Incus 6.0.4. */
  "oci.gid"?: string;
  /** User id of an application container's process. Incus only, not in Incus 6.0.4. */
  "oci.uid"?: string;
  /** Placement group that decides on the cluster member. LXD only, not in LXD 5.0.2. */
  "placement.group"?: string;
  /** Further lines of the AppArmor profile. */
  "raw.apparmor"?: string;
  /** Further mappings of user and group ids for an unprivileged container. */
  "raw.idmap"?: string;
  /** Further lines of a container's LXC configuration. */
  "raw.lxc"?: string;
  /** Further arguments of a virtual machine's QEMU. */
  "raw.qemu"?: string;
  /** Further lines of a virtual machine's QEMU configuration. */
  "raw.qemu.conf"?: string;
  /** Commands to a virtual machine's QEMU before the server's own. Incus only. */
  "raw.qemu.qmp.early"?: string;
  /** Commands to a virtual machine's QEMU after its start. Incus only. */
  "raw.qemu.qmp.post-start"?: string;
  /** Commands to a virtual machine's QEMU before its start. Incus only. */
  "raw.qemu.qmp.pre-start"?: string;
  /** Program that changes a virtual machine's QEMU at its stages. Incus only. */
  "raw.qemu.scriptlet"?: string;
  /** Further lines of a container's seccomp policy. */
  "raw.seccomp"?: string;
  /** Whether a virtual machine's agent is asked for state and metrics; default `true`. */
  "security.agent.metrics"?: string;
  /**
   * Whether a virtual machine's firmware starts systems without UEFI; default `false`. Incus only.
   */
  "security.csm"?: string;
  /** Whether `/dev/lxd` is in the instance; default `true`. LXD only. */
  "security.devlxd"?: string;
  /** Whether images can be had through `/dev/lxd`; default `false`. LXD only. */
  "security.devlxd.images"?: string;
  /** Whether `/dev/incus` is in the instance; default `true`. Incus only. */
  "security.guestapi"?: string;
  /** Whether images can be had through `/dev/incus`; default `false`. Incus only. */
  "security.guestapi.images"?: string;
  /** First id of the host that an unprivileged container's ids are mapped to. */
  "security.idmap.base"?: string;
  /** Whether a container's ids are mapped apart from all others; default `false`. */
  "security.idmap.isolated"?: string;
  /** How many ids are mapped. */
  "security.idmap.size"?: string;
  /** Whether a virtual machine has a virtual IOMMU; default `false`. Incus only. */
  "security.iommu"?: string;
  /** Whether instances may run in the instance; default `false` for containers. */
  "security.nesting"?: string;
  /** Whether a container's root is the host's; default `false`. */
  "security.privileged"?: string;
  /** Whether the instance cannot be deleted; default `false`. */
  "security.protection.delete"?: string;
  /** Whether file owners of a container are never changed; default `false`. */
  "security.protection.shift"?: string;
  /** Whether the instance cannot be started; default `false`. Not in LXD 5.0.2 and Incus 6.0.4. */
  "security.protection.start"?: string;
  /**
   * Whether a virtual machine starts signed systems alone; default `true`. Not in LXD main
   * (2026-08).
   */
  "security.secureboot"?: string;
  /**
   * Whether a virtual machine's memory is encrypted by AMD SEV; default `false`. Not in LXD 5.0.2.
   */
  "security.sev"?: string;
  /** Whether its registers are encrypted by AMD SEV-ES; default `false`. Not in LXD 5.0.2. */
  "security.sev.policy.es"?: string;
  /** Session data of the guest's owner for AMD SEV in base64. Not in LXD 5.0.2. */
  "security.sev.session.data"?: string;
  /** Key of the guest's owner for AMD SEV in base64. Not in LXD 5.0.2. */
  "security.sev.session.dh"?: string;
  /** System calls that a container may make, one a line. */
  "security.syscalls.allow"?: string;
  /** System calls that a container may not make, one a line. */
  "security.syscalls.deny"?: string;
  /** Whether compatibility system calls are denied on `x86_64`; default `false`. */
  "security.syscalls.deny_compat"?: string;
  /** Whether the server's own denials apply; default `true`. */
  "security.syscalls.deny_default"?: string;
  /** Whether `bpf` is handled for a container; default `false`. */
  "security.syscalls.intercept.bpf"?: string;
  /** Whether BPF programs for devices are allowed; default `false`. */
  "security.syscalls.intercept.bpf.devices"?: string;
  /** Whether `mknod` is handled for a container; default `false`. */
  "security.syscalls.intercept.mknod"?: string;
  /** Whether `mount` is handled for a container; default `false`. */
  "security.syscalls.intercept.mount"?: string;
  /** File systems that may be mounted, by commas. */
  "security.syscalls.intercept.mount.allowed"?: string;
  /** File systems that are mounted by FUSE, as `ext4=fuse2fs`. */
  "security.syscalls.intercept.mount.fuse"?: string;
  /** Whether file owners are translated on the mounts; default `false`. */
  "security.syscalls.intercept.mount.shift"?: string;
  /** Whether `sched_setscheduler` is handled for a container; default `false`. */
  "security.syscalls.intercept.sched_setscheduler"?: string;
  /** Whether `setxattr` is handled for a container; default `false`. */
  "security.syscalls.intercept.setxattr"?: string;
  /** Whether `sysinfo` is handled for a container; default `false`. Not in LXD 5.0.2. */
  "security.syscalls.intercept.sysinfo"?: string;
  /** Time until a new snapshot is deleted, such as `1d 12H`. */
  "snapshots.expiry"?: string;
  /** The same for snapshots that callers make. Incus only, not in Incus 6.0.4. */
  "snapshots.expiry.manual"?: string;
  /** Template of a snapshot's name; default `snap%d`. */
  "snapshots.pattern"?: string;
  /** When snapshots are made by themselves: a cron expression or `@daily` and the like. */
  "snapshots.schedule"?: string;
  /** Whether they are made of a stopped instance too; default `false`. */
  "snapshots.schedule.stopped"?: string;
  /** Older name of `cloud-init.network-config`. */
  "user.network-config"?: string;
  /** Older name of `cloud-init.user-data`. */
  "user.user-data"?: string;
  /** Older name of `cloud-init.vendor-data`. */
  "user.vendor-data"?: string;
  /** Fingerprint of the image that the instance was made from. The server's own. */
  "volatile.base_image"?: string;
  /** Cluster member that the instance was evacuated from. The server's own. */
  "volatile.evacuate.origin"?: string;
  /** What the instance was doing when the server stopped. The server's own. */
  "volatile.last_state.power"?: string;
  /** UUID of the instance. The server's own. */
  "volatile.uuid"?: string;
  /** UUID that changes when the instance goes back in time. The server's own. Not in LXD 5.0.2. */
  "volatile.uuid.generation"?: string;
  /** Address of a virtual machine's socket. The server's own. */
  "volatile.vsock_id"?: string;
  /** Any other key. */
  [key: string]: string | undefined;
}
