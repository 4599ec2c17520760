import { badRequest, failed } from "../refusal.ts";

/** Devices by name. */
export type Devices = Record<string, Record<string, string>>;

const TYPES = new Set([
  "none",
  "nic",
  "disk",
  "unix-char",
  "unix-block",
  "unix-hotplug",
  "usb",
  "gpu",
  "infiniband",
  "proxy",
  "tpm",
  "pci",
]);

/** Makes sure that a profile can have these devices. */
export function checkProfileDevices(devices: Devices): void {
  for (const [name, device] of Object.entries(devices)) {
    const refuse = (why: string) => badRequest(`Device validation failed for "${name}": ${why}`);
    if (!TYPES.has(device.type ?? "")) {
      throw refuse(`Failed loading device "${name}": Unsupported device type`);
    }
    if (device.type === "disk" && device.path === "/" && !device.pool) {
      throw refuse('Root disk entry must have a "pool" property set');
    }
  }
}

/** Makes sure that an instance can have these devices. */
export function checkDevices(devices: Devices, dialect: "lxd" | "incus"): void {
  for (const { type = "" } of Object.values(devices)) {
    if (TYPES.has(type)) continue;
    throw failed(`Invalid device type ${dialect === "lxd" ? type : JSON.stringify(type)}`);
  }
}

/** Devices after the profiles, each of which goes over the ones before it. */
export function expandDevices(
  profiles: readonly { devices: Devices }[],
  own: Devices,
): Devices {
  return Object.assign({}, ...profiles.map(({ devices }) => devices), own);
}

/** The name and the device of the root disk, where there is one. */
export function rootDisk(
  devices: Devices,
): [name: string, device: Record<string, string>] | undefined {
  return Object.entries(devices)
    .find(([, { type, path, pool }]) => type === "disk" && path === "/" && pool);
}
