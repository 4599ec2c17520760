/**
 * Configuration of networks by key; which apply depends on the kind of network. Values are
 * strings: `true` and `false`, numbers, sizes with units such as `GiB`; further keys are allowed.
 * Free keys are under `user.`; peers of BGP under `bgp.peers.NAME.`, tunnels under `tunnel.NAME.`.
 */
export interface NetworkConfig {
  /** IPv4 address that is announced as the next hop. */
  "bgp.ipv4.nexthop"?: string;
  /** IPv6 address that is announced as the next hop. */
  "bgp.ipv6.nexthop"?: string;
  /** What makes the bridge: `native` (default) or `openvswitch`. */
  "bridge.driver"?: string;
  /** Interfaces of the host that are attached to the bridge, by commas. */
  "bridge.external_interfaces"?: string;
  /** Hardware address of the bridge. */
  "bridge.hwaddr"?: string;
  /** `standard` (default) or `fan`. LXD only. */
  "bridge.mode"?: string;
  /** Largest packet in bytes. */
  "bridge.mtu"?: string;
  /** Whether the bridge watches multicast groups. Incus only, not in Incus 6.0.4. */
  "bridge.multicast_snooping"?: string;
  /** Domain of the network; default the daemon's name. */
  "dns.domain"?: string;
  /** How names are registered: `none`, `managed` (default) or `dynamic`. */
  "dns.mode"?: string;
  /** DNS servers, by commas. */
  "dns.nameservers"?: string;
  /** Domains that names are looked up in, by commas. */
  "dns.search"?: string;
  /** DNS zones of names, by commas. */
  "dns.zone.forward"?: string;
  /** DNS zone of IPv4 addresses. */
  "dns.zone.reverse.ipv4"?: string;
  /** DNS zone of IPv6 addresses. */
  "dns.zone.reverse.ipv6"?: string;
  /** Network on top, for `fan`. LXD only. */
  "fan.overlay_subnet"?: string;
  /** Network below, for `fan`. LXD only. */
  "fan.underlay_subnet"?: string;
  /** Whether the VLAN is announced by GVRP; default `false`. */
  gvrp?: string;
  /** IPv4 address with its prefix length, `none` or `auto`. */
  "ipv4.address"?: string;
  /** Whether IPv4 addresses are given by DHCP; default `true`. */
  "ipv4.dhcp"?: string;
  /** Time that an address is given for; default `1h`. */
  "ipv4.dhcp.expiry"?: string;
  /** Gateway that DHCP tells; default the network's address. */
  "ipv4.dhcp.gateway"?: string;
  /** Ranges of addresses that DHCP gives, as `first-last` by commas. */
  "ipv4.dhcp.ranges"?: string;
  /** Routes that DHCP tells, as networks and gateways in turn by commas. Incus only. */
  "ipv4.dhcp.routes"?: string;
  /** Whether the server makes firewall rules for IPv4; default `true`. */
  "ipv4.firewall"?: string;
  /** IPv4 gateway with the prefix length, of a physical network. */
  "ipv4.gateway"?: string;
  /** Hardware address of that gateway. Incus only, not in Incus 6.0.4. */
  "ipv4.gateway.hwaddr"?: string;
  /** Whether IPv4 works by routes alone; default `false`. Not in LXD 5.0.2. */
  "ipv4.l3only"?: string;
  /** Whether IPv4 addresses are translated on the way out. */
  "ipv4.nat"?: string;
  /** Address that they are translated to. */
  "ipv4.nat.address"?: string;
  /** Whether the rules come `before` (default) or `after` others. */
  "ipv4.nat.order"?: string;
  /** Ranges for OVN routers, as `first-last` by commas. */
  "ipv4.ovn.ranges"?: string;
  /** Further IPv4 routes to the network, by commas. */
  "ipv4.routes"?: string;
  /** Whether IPv4 routes may be used by several networks; default `false`. */
  "ipv4.routes.anycast"?: string;
  /** Whether IPv4 is routed in and out; default `true`. */
  "ipv4.routing"?: string;
  /** IPv6 address with its prefix length, `none` or `auto`. */
  "ipv6.address"?: string;
  /** Whether settings are given by DHCPv6; default `true`. */
  "ipv6.dhcp"?: string;
  /** Time that an address is given for; default `1h`. */
  "ipv6.dhcp.expiry"?: string;
  /** Ranges of addresses that DHCPv6 gives, as `first-last` by commas. */
  "ipv6.dhcp.ranges"?: string;
  /** Whether addresses too are given by DHCPv6; default `false`. */
  "ipv6.dhcp.stateful"?: string;
  /** Whether the server makes firewall rules for IPv6; default `true`. */
  "ipv6.firewall"?: string;
  /** IPv6 gateway with the prefix length, of a physical network. */
  "ipv6.gateway"?: string;
  /** Hardware address of that gateway. Incus only, not in Incus 6.0.4. */
  "ipv6.gateway.hwaddr"?: string;
  /** Whether IPv6 works by routes alone; default `false`. Not in LXD 5.0.2. */
  "ipv6.l3only"?: string;
  /** Whether IPv6 addresses are translated on the way out. */
  "ipv6.nat"?: string;
  /** Address that they are translated to. */
  "ipv6.nat.address"?: string;
  /** Whether the rules come `before` (default) or `after` others. */
  "ipv6.nat.order"?: string;
  /** Ranges for OVN routers, as `first-last` by commas. */
  "ipv6.ovn.ranges"?: string;
  /** Further IPv6 routes to the network, by commas. */
  "ipv6.routes"?: string;
  /** Whether IPv6 routes may be used by several networks; default `false`. */
  "ipv6.routes.anycast"?: string;
  /** Whether IPv6 is routed in and out; default `true`. */
  "ipv6.routing"?: string;
  /** Largest packet in bytes, of networks that have a `parent`. */
  mtu?: string;
  /** Uplink network of an OVN network, or `none`. */
  network?: string;
  /** How addresses of an OVN network are reached: `l2proxy` (default) or `routed`. */
  "ovn.ingress_mode"?: string;
  /** Interface of the host that the network uses. */
  parent?: string;
  /** Further lines of dnsmasq's configuration. */
  "raw.dnsmasq"?: string;
  /** Network ACLs of all interfaces, by commas. */
  "security.acls"?: string;
  /** What happens to outgoing traffic that no rule fits; default `reject`. */
  "security.acls.default.egress.action"?: string;
  /** Whether outgoing traffic that no rule fits is logged; default `false`. */
  "security.acls.default.egress.logged"?: string;
  /** What happens to incoming traffic that no rule fits; default `reject`. */
  "security.acls.default.ingress.action"?: string;
  /** Whether incoming traffic that no rule fits is logged; default `false`. */
  "security.acls.default.ingress.logged"?: string;
  /** VLAN id. */
  vlan?: string;
  /** VLAN ids or ranges of tagged traffic, by commas. Incus only, not in Incus 6.0.4. */
  "vlan.tagged"?: string;
  /** Any other key. */
  [key: string]: string | undefined;
}
