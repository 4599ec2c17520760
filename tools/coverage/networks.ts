import type { Methods } from "./table.ts";

/** Networks with all that belongs to them. */
export const networks: Methods = {
  "GET /1.0/networks": ({ client }) => client.networks.list(),
  "POST /1.0/networks": ({ client, body }) => client.networks.create(body),
  "GET /1.0/networks/{network}": ({ client, name }) => client.networks.get(name),
  "PUT /1.0/networks/{network}": ({ change, network }) => network.edit(change),
  "PATCH /1.0/networks/{network}": ({ body, network }) => network.patch(body),
  "POST /1.0/networks/{network}": ({ name, network }) => network.rename(name),
  "DELETE /1.0/networks/{network}": ({ network }) => network.delete(),
  "GET /1.0/networks/{network}/state": ({ network }) => network.state(),
  "GET /1.0/networks/{network}/leases": ({ network }) => network.leases(),

  "GET /1.0/networks/{network}/forwards": ({ network }) => network.forwards.list(),
  "POST /1.0/networks/{network}/forwards": ({ body, network }) => network.forwards.create(body),
  "GET /1.0/networks/{network}/forwards/{listenAddress}": ({ name, network }) =>
    network.forwards.get(name),
  "PUT /1.0/networks/{network}/forwards/{listenAddress}": ({ change, forward }) =>
    forward.edit(change),
  "PATCH /1.0/networks/{network}/forwards/{listenAddress}": ({ body, forward }) =>
    forward.patch(body),
  "DELETE /1.0/networks/{network}/forwards/{listenAddress}": ({ forward }) => forward.delete(),

  "GET /1.0/networks/{network}/load-balancers": ({ network }) => network.loadBalancers.list(),
  "POST /1.0/networks/{network}/load-balancers": ({ body, network }) =>
    network.loadBalancers.create(body),
  "GET /1.0/networks/{network}/load-balancers/{listenAddress}": ({ name, network }) =>
    network.loadBalancers.get(name),
  "PUT /1.0/networks/{network}/load-balancers/{listenAddress}": ({ change, loadBalancer }) =>
    loadBalancer.edit(change),
  "PATCH /1.0/networks/{network}/load-balancers/{listenAddress}": ({ body, loadBalancer }) =>
    loadBalancer.patch(body),
  "DELETE /1.0/networks/{network}/load-balancers/{listenAddress}": ({ loadBalancer }) =>
    loadBalancer.delete(),
  "GET /1.0/networks/{network}/load-balancers/{listenAddress}/state": ({ loadBalancer }) =>
    loadBalancer.state(),

  "GET /1.0/networks/{network}/load-balancer-pools": ({ network }) =>
    network.loadBalancerPools.list(),
  "POST /1.0/networks/{network}/load-balancer-pools": ({ body, network }) =>
    network.loadBalancerPools.create(body),
  "GET /1.0/networks/{network}/load-balancer-pools/{pool}": ({ name, network }) =>
    network.loadBalancerPools.get(name),
  "PUT /1.0/networks/{network}/load-balancer-pools/{pool}": ({ change, loadBalancerPool }) =>
    loadBalancerPool.edit(change),
  "DELETE /1.0/networks/{network}/load-balancer-pools/{pool}": ({ loadBalancerPool }) =>
    loadBalancerPool.delete(),
  "GET /1.0/networks/{network}/load-balancer-pools/{pool}/state": ({ loadBalancerPool }) =>
    loadBalancerPool.state(),

  "GET /1.0/networks/{network}/peers": ({ network }) => network.peers.list(),
  "POST /1.0/networks/{network}/peers": ({ body, network }) => network.peers.create(body),
  "GET /1.0/networks/{network}/peers/{peer}": ({ name, network }) => network.peers.get(name),
  "PUT /1.0/networks/{network}/peers/{peer}": ({ change, peer }) => peer.edit(change),
  "PATCH /1.0/networks/{network}/peers/{peer}": ({ body, peer }) => peer.patch(body),
  "DELETE /1.0/networks/{network}/peers/{peer}": ({ peer }) => peer.delete(),

  "GET /1.0/network-acls": ({ client }) => client.networkAcls.list(),
  "POST /1.0/network-acls": ({ client, body }) => client.networkAcls.create(body),
  "GET /1.0/network-acls/{name}": ({ client, name }) => client.networkAcls.get(name),
  "PUT /1.0/network-acls/{name}": ({ change, acl }) => acl.edit(change),
  "PATCH /1.0/network-acls/{name}": ({ body, acl }) => acl.patch(body),
  "POST /1.0/network-acls/{name}": ({ name, acl }) => acl.rename(name),
  "DELETE /1.0/network-acls/{name}": ({ acl }) => acl.delete(),
  "GET /1.0/network-acls/{name}/log": ({ acl }) => acl.log(),

  "GET /1.0/network-address-sets": ({ client }) => client.networkAddressSets.list(),
  "POST /1.0/network-address-sets": ({ client, body }) => client.networkAddressSets.create(body),
  "GET /1.0/network-address-sets/{name}": ({ client, name }) => client.networkAddressSets.get(name),
  "PUT /1.0/network-address-sets/{name}": ({ change, addressSet }) => addressSet.edit(change),
  "PATCH /1.0/network-address-sets/{name}": ({ body, addressSet }) => addressSet.patch(body),
  "POST /1.0/network-address-sets/{name}": ({ name, addressSet }) => addressSet.rename(name),
  "DELETE /1.0/network-address-sets/{name}": ({ addressSet }) => addressSet.delete(),

  "GET /1.0/network-allocations": ({ client }) => client.networkAllocations.list(),

  "GET /1.0/network-integrations": ({ client }) => client.networkIntegrations.list(),
  "POST /1.0/network-integrations": ({ client, body }) => client.networkIntegrations.create(body),
  "GET /1.0/network-integrations/{name}": ({ client, name }) =>
    client.networkIntegrations.get(name),
  "PUT /1.0/network-integrations/{name}": ({ change, integration }) => integration.edit(change),
  "PATCH /1.0/network-integrations/{name}": ({ body, integration }) => integration.patch(body),
  "POST /1.0/network-integrations/{name}": ({ name, integration }) => integration.rename(name),
  "DELETE /1.0/network-integrations/{name}": ({ integration }) => integration.delete(),

  "GET /1.0/network-zones": ({ client }) => client.networkZones.list(),
  "POST /1.0/network-zones": ({ client, body }) => client.networkZones.create(body),
  "GET /1.0/network-zones/{zone}": ({ client, name }) => client.networkZones.get(name),
  "PUT /1.0/network-zones/{zone}": ({ change, zone }) => zone.edit(change),
  "PATCH /1.0/network-zones/{zone}": ({ body, zone }) => zone.patch(body),
  "DELETE /1.0/network-zones/{zone}": ({ zone }) => zone.delete(),
  "GET /1.0/network-zones/{zone}/records": ({ zone }) => zone.records.list(),
  "POST /1.0/network-zones/{zone}/records": ({ body, zone }) => zone.records.create(body),
  "GET /1.0/network-zones/{zone}/records/{record}": ({ name, zone }) => zone.records.get(name),
  "PUT /1.0/network-zones/{zone}/records/{record}": [
    ({ change, record }) => record.edit(change),
    ({ body, record }) => record.patch(body),
  ],
  "DELETE /1.0/network-zones/{zone}/records/{record}": ({ record }) => record.delete(),
};
