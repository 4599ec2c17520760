import { assertEquals, assertRejects } from "@std/assert";
import { connect, UnsupportedError } from "../../mod.ts";
import { FakeConnector, sync } from "../kit/fake_connector.ts";
import { mutationTests } from "../kit/both_ways.ts";

const N = "/1.0/networks/net";
const extensions = [
  "network_acl",
  "network_address_set",
  "network_allocate_external_ips",
  "network_dns",
  "network_dns_records",
  "network_forward",
  "network_integrations",
  "network_load_balancer",
  "network_load_balancer_pool",
  "network_load_balancer_state",
  "network_peer",
];
const rule = { action: "allow", state: "enabled" };
const entries = [{ type: "A", value: "192.0.2.1" }];
const address = "198.51.100.1";
const port = { protocol: "tcp", listen_port: "80", target_address: "10.0.0.2" };

const network = { name: "net", description: "a", config: { "user.a": "1" }, later: 1 };
const forward = { description: "a", config: {}, ports: [port], location: "none" };
const balancer = { description: "a", config: { "user.a": "1" }, ports: [], backends: [] };
const pool = { name: "web", instances: [{ name: "c1" }] };
const peer = { name: "p", description: "a", config: {} };
const acl = { name: "acl", description: "a", config: {}, ingress: [rule], egress: [] };
const zone = { name: "a.example", description: "a", config: { "user.a": "1" } };
const record = { name: "www", description: "a", config: {}, entries };
const addressSet = { name: "s", description: "a", config: {}, addresses: [address] };
const integration = { name: "ni", description: "a", config: {} };
const describe = (it: { description?: string }) => {
  it.description = "b";
};

mutationTests({
  extensions,
  reads: {
    [N]: network,
    "/1.0/networks/net2": { ...network, name: "net2" },
    [`${N}/forwards/${address}`]: forward,
    [`${N}/load-balancers/${address}`]: balancer,
    [`${N}/load-balancer-pools/web`]: pool,
    [`${N}/peers/p`]: peer,
    "/1.0/network-acls/acl": acl,
    "/1.0/network-zones/a.example": zone,
    "/1.0/network-zones/a.example/records/www": record,
    "/1.0/network-address-sets/s": addressSet,
    "/1.0/network-integrations/ni": integration,
  },
}, [
  {
    route: "POST /1.0/networks",
    run: (client) => client.networks.create({ name: "net", type: "bridge" }),
    body: { name: "net", type: "bridge" },
  },
  {
    route: "POST /1.0/networks",
    run: (client) => client.target("m1").networks.create({ name: "net" }),
    body: { name: "net" },
    query: { target: "m1" },
  },
  {
    route: `PUT ${N}`,
    run: (client) => client.networks.at("net").edit(describe),
    body: { ...network, description: "b" },
  },
  {
    route: `PATCH ${N}`,
    run: (client) => client.networks.at("net").patch({ config: { "user.b": "2" } }),
    body: { config: { "user.b": "2" }, description: "a" },
  },
  {
    route: `POST ${N}`,
    run: (client) => client.networks.at("net").rename("net2"),
    body: { name: "net2" },
  },
  { route: `DELETE ${N}`, run: (client) => client.networks.at("net").delete() },
  {
    route: `POST ${N}/forwards`,
    run: (client) =>
      client.networks.at("net").forwards.create({ listen_address: address, ports: [port] }),
    body: { listen_address: address, ports: [port] },
  },
  {
    route: `PUT ${N}/forwards/${address}`,
    run: (client) => client.networks.at("net").forwards.at(address).edit(describe),
    body: { ...forward, description: "b" },
  },
  {
    route: `PATCH ${N}/forwards/${address}`,
    run: (client) => client.networks.at("net").forwards.at(address).patch({ description: "b" }),
    body: { description: "b", config: {}, ports: [port] },
  },
  {
    route: `DELETE ${N}/forwards/2001%3Adb8%3A%3A1`,
    run: (client) => client.networks.at("net").forwards.at("2001:db8::1").delete(),
  },
  {
    route: `POST ${N}/load-balancers`,
    run: (client) => client.networks.at("net").loadBalancers.create({ listen_address: address }),
    body: { listen_address: address },
  },
  {
    route: `PUT ${N}/load-balancers/${address}`,
    run: (client) => client.networks.at("net").loadBalancers.at(address).edit(describe),
    body: { ...balancer, description: "b" },
  },
  {
    route: `PATCH ${N}/load-balancers/${address}`,
    run: (client) =>
      client.networks.at("net").loadBalancers.at(address).patch({ description: "b" }),
    body: { ...balancer, description: "b" },
  },
  {
    route: `DELETE ${N}/load-balancers/${address}`,
    run: (client) => client.networks.at("net").loadBalancers.at(address).delete(),
  },
  {
    route: `POST ${N}/load-balancer-pools`,
    run: (client) => client.networks.at("net").loadBalancerPools.create(pool),
    body: pool,
  },
  {
    route: `PUT ${N}/load-balancer-pools/web`,
    run: (client) => client.networks.at("net").loadBalancerPools.at("web").edit(describe),
    body: { ...pool, description: "b" },
  },
  {
    route: `DELETE ${N}/load-balancer-pools/web`,
    run: (client) => client.networks.at("net").loadBalancerPools.at("web").delete(),
  },
  {
    route: `POST ${N}/peers`,
    run: (client) => client.networks.at("net").peers.create({ name: "p", target_network: "other" }),
    body: { name: "p", target_network: "other" },
  },
  {
    route: `PUT ${N}/peers/p`,
    run: (client) => client.networks.at("net").peers.at("p").edit(describe),
    body: { ...peer, description: "b" },
  },
  {
    route: `PATCH ${N}/peers/p`,
    run: (client) => client.networks.at("net").peers.at("p").patch({ description: "b" }),
    body: { description: "b", config: peer.config },
  },
  {
    route: `PUT ${N}/peers/p`,
    run: (client) => client.networks.at("net").peers.at("p").patch({ config: { "user.a": "1" } }),
    body: { ...peer, config: { ...peer.config, "user.a": "1" } },
  },
  {
    route: `DELETE ${N}/peers/p`,
    run: (client) => client.networks.at("net").peers.at("p").delete(),
  },
  {
    route: "POST /1.0/network-acls",
    run: (client) => client.networkAcls.create({ name: "acl", ingress: [rule] }),
    body: { name: "acl", ingress: [rule] },
  },
  {
    route: "PUT /1.0/network-acls/acl",
    run: (client) => client.networkAcls.at("acl").edit(describe),
    body: { ...acl, description: "b" },
  },
  {
    route: "PATCH /1.0/network-acls/acl",
    run: (client) => client.networkAcls.at("acl").patch({ egress: [rule] }),
    body: { description: "a", config: {}, ingress: [rule], egress: [rule] },
  },
  {
    route: "POST /1.0/network-acls/acl",
    run: (client) => client.networkAcls.at("acl").rename("acl2"),
    body: { name: "acl2" },
  },
  {
    route: "DELETE /1.0/network-acls/acl",
    run: (client) => client.project("p").networkAcls.at("acl").delete(),
    query: { project: "p" },
  },
  {
    route: "POST /1.0/network-zones",
    run: (client) => client.networkZones.create({ name: "a.example" }),
    body: { name: "a.example" },
  },
  {
    route: "PUT /1.0/network-zones/a.example",
    run: (client) => client.networkZones.at("a.example").edit(describe),
    body: { ...zone, description: "b" },
  },
  {
    route: "PATCH /1.0/network-zones/a.example",
    run: (client) => client.networkZones.at("a.example").patch({ description: "b" }),
    body: { description: "b", config: { "user.a": "1" } },
  },
  {
    route: "DELETE /1.0/network-zones/a.example",
    run: (client) => client.networkZones.at("a.example").delete(),
  },
  {
    route: "POST /1.0/network-zones/a.example/records",
    run: (client) => client.networkZones.at("a.example").records.create({ name: "www", entries }),
    body: { name: "www", entries },
  },
  {
    route: "PUT /1.0/network-zones/a.example/records/www",
    run: (client) => client.networkZones.at("a.example").records.at("www").edit(describe),
    body: { ...record, description: "b" },
  },
  {
    // A PATCH on Incus would take over the configuration of the zone.
    route: "PUT /1.0/network-zones/a.example/records/www",
    run: (client) =>
      client.networkZones.at("a.example").records.at("www").patch({ description: "b" }),
    body: { ...record, description: "b" },
  },
  {
    route: "DELETE /1.0/network-zones/a.example/records/%40",
    run: (client) => client.networkZones.at("a.example").records.at("@").delete(),
  },
  {
    route: "POST /1.0/network-address-sets",
    run: (client) => client.networkAddressSets.create({ name: "s", addresses: [address] }),
    body: { name: "s", addresses: [address] },
  },
  {
    route: "PUT /1.0/network-address-sets/s",
    run: (client) => client.networkAddressSets.at("s").edit(describe),
    body: { ...addressSet, description: "b" },
  },
  {
    route: "PATCH /1.0/network-address-sets/s",
    run: (client) => client.networkAddressSets.at("s").patch({ description: "b" }),
    body: { description: "b", config: {}, addresses: [address] },
  },
  {
    route: "POST /1.0/network-address-sets/s",
    run: (client) => client.networkAddressSets.at("s").rename("t"),
    body: { name: "t" },
  },
  {
    route: "DELETE /1.0/network-address-sets/s",
    run: (client) => client.networkAddressSets.at("s").delete(),
  },
  {
    route: "POST /1.0/network-integrations",
    run: (client) => client.networkIntegrations.create({ name: "ni", type: "ovn" }),
    body: { name: "ni", type: "ovn" },
  },
  {
    route: "PUT /1.0/network-integrations/ni",
    run: (client) => client.networkIntegrations.at("ni").edit(describe),
    body: { ...integration, description: "b" },
  },
  {
    route: "PATCH /1.0/network-integrations/ni",
    run: (client) => client.networkIntegrations.at("ni").patch({ description: "b" }),
    body: { description: "b", config: {} },
  },
  {
    route: "POST /1.0/network-integrations/ni",
    run: (client) => client.networkIntegrations.at("ni").rename("nj"),
    body: { name: "nj" },
  },
  {
    route: "DELETE /1.0/network-integrations/ni",
    run: (client) => client.networkIntegrations.at("ni").delete(),
  },
]);

Deno.test("States of load balancers and of their pools, and logs of ACLs, are read", async () => {
  const connector = new FakeConnector({ extensions: [...extensions, "network_acl_log"] });
  const health = { backend_health: { b: { address: "10.0.0.2", ports: [] } } };
  const targets = { targets: [{ name: "c1", status: "online" }] };
  connector.on(`GET ${N}/load-balancers/${address}/state`, sync(health));
  connector.on(`GET ${N}/load-balancer-pools/web/state`, sync(targets));
  connector.on(`GET ${N}/load-balancer-pools`, sync([{ name: "web", instances: [] }]));
  connector.on("GET /1.0/network-acls/acl/log", {
    headers: { "content-length": "11" },
    body: '{"name":""}',
  });
  await using client = await connect({ connector });
  const { loadBalancers, loadBalancerPools } = client.networks.at("net");
  assertEquals(await loadBalancers.at(address).state(), health);
  assertEquals((await loadBalancerPools.at("web").state()).targets, targets.targets as never);
  assertEquals((await loadBalancerPools.list()).map((it) => it.name), ["web"]);
  const { size, readable } = await client.networkAcls.at("acl").log();
  assertEquals([size, await new Response(readable).text()], [11, '{"name":""}']);
});

Deno.test("Forwards and load balancers are named by the address that they listen on", async () => {
  const connector = new FakeConnector({ extensions: [...extensions, "api_filtering_extended"] });
  const one = { listen_address: "2001:db8::1", ports: [] };
  for (const path of [`${N}/forwards`, `${N}/load-balancers`]) {
    connector.on(`GET ${path}?recursion=1`, sync([one]));
    connector.on(`GET ${path}`, sync([`${path}/2001:db8::1?project=p`]));
    connector.on(`GET ${path}/2001%3Adb8%3A%3A1`, sync(one));
  }
  await using client = await connect({ connector });
  const { forwards, loadBalancers } = client.networks.at("net");
  for (const collection of [forwards, loadBalancers]) {
    assertEquals((await collection.list()).map(({ name }) => name), [one.listen_address]);
    assertEquals(await collection.names({ filter: "a eq b" }), [one.listen_address]);
    assertEquals((await collection.get(one.listen_address)).data.ports, []);
  }
});

Deno.test("A forward whose address the server chooses is found", async () => {
  const connector = new FakeConnector({ extensions });
  const path = `${N}/forwards`;
  connector.on(
    `GET ${path}`,
    sync([`${path}/192.0.2.1`]),
    sync([`${path}/192.0.2.1`, `${path}/192.0.2.9`]),
  );
  connector.on(`POST ${path}`, sync());
  connector.on(`GET ${path}/192.0.2.9`, sync({ listen_address: "192.0.2.9" }));
  await using client = await connect({ connector });
  const forward = await client.networks.at("net").forwards.create({ listen_address: "0.0.0.0" });
  assertEquals(forward.name, "192.0.2.9");
});

Deno.test("What a server lacks of networks is refused before a request", async () => {
  const connector = new FakeConnector();
  await using client = await connect({ connector });
  const net = client.networks.at("net");
  const calls: Record<string, () => unknown> = {
    network_state: () => net.state(),
    network_leases: () => net.leases(),
    network_forward: () => net.forwards.list(),
    network_load_balancer: () => net.loadBalancers.at(address).delete(),
    network_load_balancer_state: () => net.loadBalancers.at(address).state(),
    network_load_balancer_pool: () => net.loadBalancerPools.list(),
    network_peer: () => net.peers.at("p").edit(() => {}),
    network_acl: () => client.networkAcls.names(),
    network_acl_log: () => client.networkAcls.at("acl").log(),
    network_dns: () => client.networkZones.get("a.example"),
    network_address_set: () => client.networkAddressSets.at("s").rename("t"),
    network_integrations: () => client.networkIntegrations.exists("ni"),
    network_allocations: () => client.networkAllocations.list(),
    networks_all_projects: () => client.networks.list({ allProjects: true }),
    api_filtering_extended: () => client.networks.names({ filter: "name eq net" }),
  };
  for (const [extension, call] of Object.entries(calls)) {
    const error = await assertRejects(async () => await call(), UnsupportedError);
    assertEquals(error.extension, extension);
  }
  assertEquals(connector.log, []);
});
