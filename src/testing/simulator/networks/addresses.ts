import type { InstanceRecord } from "../instances/record.ts";
import { expanded } from "../instances/views.ts";
import type { SimulatedServer } from "../server.ts";
import type { NetworkRecord } from "./networks.ts";

/** An address inside an instance, as its state tells it. */
export interface GuestAddress {
  /** `inet` or `inet6`. */
  family: string;
  /** The address. */
  address: string;
  /** How many bits of it name the network. */
  netmask: string;
  /** How far it is known. */
  scope: string;
}

/** The addresses that a network gives out for a device: the one that is set, or one of its own choice. */
export function addressesOf(
  network: NetworkRecord,
  { config, status }: InstanceRecord,
  device: string,
  settings: Record<string, string>,
): GuestAddress[] {
  const [gateway = "", netmask] = (network.config["ipv4.address"] ?? "").split("/");
  if (!netmask || status === "Stopped") return [];
  const set = settings["ipv4.address"];
  const hardware = config[`volatile.${device}.hwaddr`] ?? "00";
  const host = 2 + parseInt(hardware.slice(-2), 16) % 250;
  const address = set ?? `${gateway.split(".").slice(0, 3).join(".")}.${host}`;
  return [{ family: "inet", address, netmask, scope: "global" }];
}

/** What a network has given out. */
export function leasesOf(
  server: SimulatedServer,
  network: NetworkRecord,
  users: readonly InstanceRecord[],
): object[] {
  const { name, config } = network;
  const gateways = ["ipv4.address", "ipv6.address"]
    .map((key) => (config[key] ?? "none").split("/")[0]!)
    .filter((address) => address !== "none")
    .map((address) => ({
      hostname: `${name}.gw`,
      hwaddr: "00:16:3e:00:00:01",
      address,
      type: "gateway",
      location: "",
    }));
  const leases = users.flatMap((instance) => {
    const { expanded_devices } = expanded(server, instance, instance.project);
    return Object.entries(expanded_devices)
      .filter(([, it]) => it.type === "nic" && (it.network === name || it.parent === name))
      .flatMap(([device, settings]) =>
        addressesOf(network, instance, device, settings).map(({ address }) => ({
          hostname: instance.name,
          hwaddr: instance.config[`volatile.${device}.hwaddr`] ?? "",
          address,
          type: settings["ipv4.address"] ? "static" : "dynamic",
          location: server.location,
        }))
      );
  });
  return [...gateways, ...leases];
}
