import type { SimulatedServer } from "../server.ts";
import { timeOf } from "../times.ts";
import { expandDevices } from "./devices.ts";
import { type InstanceRecord, statusCode } from "./record.ts";

const NO_COUNTS = {
  bytes_received: 0,
  bytes_sent: 0,
  packets_received: 0,
  packets_sent: 0,
  errors_received: 0,
  errors_sent: 0,
  packets_dropped_outbound: 0,
  packets_dropped_inbound: 0,
};

/** The state of an instance as the API tells it. */
export function stateView(server: SimulatedServer, instance: InstanceRecord): object {
  const runs = instance.status !== "Stopped";
  const told = (extension: string) => server.extensions.has(extension);
  const memory = runs ? 671744 : 0;
  return {
    status: instance.status,
    status_code: statusCode(instance.status),
    disk: {},
    memory: {
      usage: memory,
      usage_peak: memory,
      ...told("instances_state_total") && { total: runs ? 24684084000 : 0 },
      swap_usage: 0,
      swap_usage_peak: 0,
    },
    network: runs ? networkView(server, instance) : null,
    pid: instance.pid,
    processes: runs ? instance.guest.processes : 0,
    cpu: {
      usage: runs ? 9230440 : 0,
      ...told("instance_state_cpu_time") && { allocated_time: runs ? 2000000000 : 0 },
    },
    ...told("instance_state_started_at") && {
      started_at: runs ? timeOf(instance.lastUsedAt) : "0001-01-01T00:00:00Z",
    },
    ...told("instances_state_os_info") && { os_info: null },
  };
}

function networkView(server: SimulatedServer, instance: InstanceRecord): object {
  const loopback = {
    addresses: [],
    counters: NO_COUNTS,
    hwaddr: "",
    host_name: "",
    mtu: 65536,
    state: "down",
    type: "loopback",
  };
  const interfaces: Record<string, object> = { lo: loopback };
  for (const [device, name] of interfacesOf(server, instance)) {
    const inside = instance.guest.interfaces.get(name);
    interfaces[name] = {
      addresses: [
        ...server.modules.networks.addressesOf(instance, device),
        ...inside?.addresses ?? [],
      ],
      counters: NO_COUNTS,
      hwaddr: instance.config[`volatile.${device}.hwaddr`] ?? "",
      host_name: instance.config[`volatile.${device}.host_name`] ?? "",
      mtu: 1500,
      state: inside?.up === false ? "down" : "up",
      type: "broadcast",
    };
  }
  return interfaces;
}

/** The network devices of an instance, and the names of their interfaces inside. */
export function interfacesOf(
  { modules }: SimulatedServer,
  instance: InstanceRecord,
): [device: string, name: string][] {
  const profiles = modules.profiles.resolve(instance.project, instance.profiles);
  return Object.entries(expandDevices(profiles, instance.devices))
    .filter(([, { type }]) => type === "nic")
    .map(([device, { name }]) => [device, name ?? device]);
}
