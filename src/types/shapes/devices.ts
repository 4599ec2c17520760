import type { DiskDevice } from "./disk_device.ts";
import type { NicDevice } from "./nic_device.ts";

/** Devices of an instance or profile by their names. */
export type DevicesMap = Record<string, Device>;

/**
 * A device of an instance or profile, told apart by `type`. All values are strings, whatever they
 * mean; keys that are not listed are allowed too.
 *
 * @example
 * ```ts
 * import type { DevicesMap } from "@lxkit/client/types";
 *
 * const devices: DevicesMap = {
 *   root: { type: "disk", pool: "default", path: "/", size: "10GiB" },
 *   eth0: { type: "nic", network: "br0", name: "eth0" },
 * };
 * ```
 */
export type Device =
  | NoneDevice
  | NicDevice
  | DiskDevice
  | UnixCharDevice
  | UnixBlockDevice
  | UnixHotplugDevice
  | UsbDevice
  | GpuDevice
  | InfinibandDevice
  | ProxyDevice
  | TpmDevice
  | PciDevice;

/** What all devices have. */
export interface DeviceBase {
  /** Any other key. */
  [key: string]: string | undefined;
}

/** Takes a device away that a profile would bring. */
export interface NoneDevice extends DeviceBase {
  /** Tells the device apart from the others. */
  type: "none";
}

/** What device nodes in an instance have. */
export interface OwnedDevice extends DeviceBase {
  /** User id of the owner in the instance; default `0`. */
  uid?: string;
  /** Group id of the owner in the instance; default `0`. */
  gid?: string;
  /** Octal mode in the instance; default `0660`. */
  mode?: string;
  /** Whether the instance needs the device to start: `true` or `false`. */
  required?: string;
}

/** What device nodes that are given by path or number have. */
export interface UnixDeviceBase extends OwnedDevice {
  /** Path on the host; give it or `path`. */
  source?: string;
  /** Path in the instance; give it or `source`. */
  path?: string;
  /** Major number; default the one of the device on the host. */
  major?: string;
  /** Minor number; default the one of the device on the host. */
  minor?: string;
}

/** A character device of the host. Containers only. */
export interface UnixCharDevice extends UnixDeviceBase {
  /** Tells the device apart from the others. */
  type: "unix-char";
}

/** A block device of the host. Containers only. */
export interface UnixBlockDevice extends UnixDeviceBase {
  /** Tells the device apart from the others. */
  type: "unix-block";
}

/** A device that appears in the container when it is plugged into the host. */
export interface UnixHotplugDevice extends OwnedDevice {
  /** Tells the device apart from the others. */
  type: "unix-hotplug";
  /** Vendor id in hexadecimal. */
  vendorid?: string;
  /** Product id in hexadecimal. */
  productid?: string;
}

/** A USB device of the host. */
export interface UsbDevice extends OwnedDevice {
  /** Tells the device apart from the others. */
  type: "usb";
  /** Vendor id in hexadecimal. */
  vendorid?: string;
  /** Product id in hexadecimal. */
  productid?: string;
  /** Serial number. Not in LXD 5.0.2. */
  serial?: string;
  /** Number of the bus. Not in LXD 5.0.2. */
  busnum?: string;
  /** Number of the device on its bus. Not in LXD 5.0.2. */
  devnum?: string;
}

/** A graphics card of the host, or a part of one. */
export interface GpuDevice extends DeviceBase {
  /** Tells the device apart from the others. */
  type: "gpu";
  /** What is passed on: `physical` (default), `mdev`, `mig` or `sriov`. */
  gputype?: string;
  /** Id of the card's DRM node. */
  id?: string;
  /** PCI address of the card. */
  pci?: string;
  /** Vendor id in hexadecimal. */
  vendorid?: string;
  /** Product id in hexadecimal. */
  productid?: string;
  /** User id of the owner in a container; default `0`. */
  uid?: string;
  /** Group id of the owner in a container; default `0`. */
  gid?: string;
  /** Octal mode in a container; default `0660`. */
  mode?: string;
  /** Profile of the mediated device, for `mdev`. */
  mdev?: string;
  /** Id of the compute instance, for `mig`. */
  "mig.ci"?: string;
  /** Id of the GPU instance, for `mig`. */
  "mig.gi"?: string;
  /** UUID of the partition, for `mig`. */
  "mig.uuid"?: string;
}

/** An InfiniBand interface. */
export interface InfinibandDevice extends DeviceBase {
  /** Tells the device apart from the others. */
  type: "infiniband";
  /** `physical` or `sriov`. */
  nictype?: string;
  /** Interface of the host. */
  parent?: string;
  /** Name of the interface in the instance. */
  name?: string;
  /** Hardware address: all 20 bytes or the last 8. */
  hwaddr?: string;
  /** Largest packet in bytes; default the parent's. */
  mtu?: string;
}

/** Passes connections on between the host and the instance. */
export interface ProxyDevice extends DeviceBase {
  /** Tells the device apart from the others. */
  type: "proxy";
  /** Where to listen: `tcp:ADDRESS:PORT`, `udp:ADDRESS:PORT` or `unix:PATH`. */
  listen?: string;
  /** Where to connect to, in the same form. */
  connect?: string;
  /** Which side listens: `host` (default) or `instance`. */
  bind?: string;
  /** Whether to forward packets instead of copying data; needs an interface with a fixed address. */
  nat?: string;
  /** Whether to announce the client's address by the PROXY protocol. */
  proxy_protocol?: string;
  /** User id of the owner of a listening Unix socket; default `0`. */
  uid?: string;
  /** Group id of the owner of a listening Unix socket; default `0`. */
  gid?: string;
  /** Octal mode of a listening Unix socket; default `0644`. */
  mode?: string;
  /** User id under which connections are passed on; default `0`. */
  "security.uid"?: string;
  /** Group id under which connections are passed on; default `0`. */
  "security.gid"?: string;
}

/** An emulated trusted platform module. */
export interface TpmDevice extends DeviceBase {
  /** Tells the device apart from the others. */
  type: "tpm";
  /** Path in a container, such as `/dev/tpm0`. */
  path?: string;
  /** Path of the resource manager in a container, such as `/dev/tpmrm0`. */
  pathrm?: string;
}

/** A PCI device of the host. Virtual machines only. */
export interface PciDevice extends DeviceBase {
  /** Tells the device apart from the others. */
  type: "pci";
  /** PCI address on the host. */
  address?: string;
}
