import type { DeviceBase } from "./devices.ts";

/** A network interface. Which keys apply depends on the network, or on `nictype`. */
export interface NicDevice extends DeviceBase {
  /** Tells the device apart from the others. */
  type: "nic";
  /** Managed network to attach to; give it or `nictype`. */
  network?: string;
  /** `bridged`, `macvlan`, `sriov`, `physical`, `ovn`, `ipvlan`, `p2p` or `routed`. */
  nictype?: string;
  /** Interface of the host to attach to, with `nictype`. */
  parent?: string;
  /** Name of the interface in the instance. */
  name?: string;
  /** Name of the interface on the host. */
  host_name?: string;
  /** Hardware address; default one made for the instance. */
  hwaddr?: string;
  /** Largest packet in bytes; default the parent's. */
  mtu?: string;
  /** Mode of `macvlan` (`bridge` …) and `ipvlan` (`l2`, `l3s`). */
  mode?: string;
  /** VLAN id of untagged traffic. */
  vlan?: string;
  /** VLAN ids or ranges of tagged traffic, by commas. */
  "vlan.tagged"?: string;
  /** Whether to announce the VLAN by GVRP: `true` or `false` (default). */
  gvrp?: string;
  /** IPv4 address, or `none`; a list by commas on `ipvlan` and `routed`. */
  "ipv4.address"?: string;
  /** IPv4 gateway: `auto`, `none`, or the address on `ipvlan` in mode `l2`. */
  "ipv4.gateway"?: string;
  /** IPv4 address of the host's end of a `routed` interface. */
  "ipv4.host_address"?: string;
  /** Further routing table for IPv4 routes of the host. */
  "ipv4.host_table"?: string;
  /** Whether to look for the IPv4 address on the parent's network first; default `true`. */
  "ipv4.neighbor_probe"?: string;
  /** IPv4 routes of the host to the interface, by commas. */
  "ipv4.routes"?: string;
  /** IPv4 routes that are announced to the uplink too, by commas. */
  "ipv4.routes.external"?: string;
  /** IPv6 address, or `none`; a list by commas on `ipvlan` and `routed`. */
  "ipv6.address"?: string;
  /** IPv6 gateway: `auto`, `none`, or the address on `ipvlan` in mode `l2`. */
  "ipv6.gateway"?: string;
  /** IPv6 address of the host's end of a `routed` interface. */
  "ipv6.host_address"?: string;
  /** Further routing table for IPv6 routes of the host. */
  "ipv6.host_table"?: string;
  /** Whether to look for the IPv6 address on the parent's network first; default `true`. */
  "ipv6.neighbor_probe"?: string;
  /** IPv6 routes of the host to the interface, by commas. */
  "ipv6.routes"?: string;
  /** IPv6 routes that are announced to the uplink too, by commas. */
  "ipv6.routes.external"?: string;
  /** Limit of incoming traffic in bits a second, with a unit such as `100Mbit`. */
  "limits.ingress"?: string;
  /** Limit of outgoing traffic in bits a second, with a unit such as `100Mbit`. */
  "limits.egress"?: string;
  /** Both limits at once. */
  "limits.max"?: string;
  /** Kernel priority of outgoing packets. Not in LXD 5.0.2. */
  "limits.priority"?: string;
  /** Network ACLs that apply, by commas. */
  "security.acls"?: string;
  /** What happens to incoming traffic that no rule fits: `allow`, `reject` or `drop`. */
  "security.acls.default.ingress.action"?: string;
  /** What happens to outgoing traffic that no rule fits: `allow`, `reject` or `drop`. */
  "security.acls.default.egress.action"?: string;
  /** Whether incoming traffic that no rule fits is logged. */
  "security.acls.default.ingress.logged"?: string;
  /** Whether outgoing traffic that no rule fits is logged. */
  "security.acls.default.egress.logged"?: string;
  /** Whether only the interface's own hardware address may send: `true` or `false` (default). */
  "security.mac_filtering"?: string;
  /** Whether only the interface's own IPv4 address may send: `true` or `false` (default). */
  "security.ipv4_filtering"?: string;
  /** Whether only the interface's own IPv6 address may send: `true` or `false` (default). */
  "security.ipv6_filtering"?: string;
  /** Whether isolated interfaces of the network cannot reach each other. */
  "security.port_isolation"?: string;
  /** Whether an OVN interface gets traffic for unknown addresses. Not in LXD 5.0.2. */
  "security.promiscuous"?: string;
  /** Parent interface to nest an OVN interface under. */
  nested?: string;
  /** Hardware offloading of an OVN interface: `none` (default), `sriov` or `vdpa`. */
  acceleration?: string;
  /** Length of the sending queue. Not in LXD 5.0.2. */
  "queue.tx.length"?: string;
  /** Order among a virtual machine's boot devices, the highest first. */
  "boot.priority"?: string;
  /** Bus of a virtual machine's interface: `virtio` (default) or `usb`. Incus only. */
  "io.bus"?: string;
  /** Routing domain of the host's end of a `routed` interface. Incus only. */
  vrf?: string;
}
