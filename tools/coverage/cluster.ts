import type { Methods } from "./table.ts";

/** The cluster, and what servers do with one another. */
export const cluster: Methods = {
  "GET /1.0/cluster": ({ client }) => client.cluster.refresh(),
  "PUT /1.0/cluster": [
    ({ client, name }) => client.cluster.enable(name),
    ({ client, body }) => client.cluster.join(body),
    ({ client }) => client.cluster.disable(),
  ],
  "PUT /1.0/cluster/certificate": ({ client, body }) => client.cluster.setCertificate(body),

  "GET /1.0/cluster/members": ({ client }) => client.cluster.members.list(),
  "POST /1.0/cluster/members": ({ client, name }) => client.cluster.members.createToken(name),
  "GET /1.0/cluster/members/{member}": ({ client, name }) => client.cluster.members.get(name),
  "PUT /1.0/cluster/members/{member}": ({ change, member }) => member.edit(change),
  "PATCH /1.0/cluster/members/{member}": ({ body, member }) => member.patch(body),
  "POST /1.0/cluster/members/{member}": ({ name, member }) => member.rename(name),
  "DELETE /1.0/cluster/members/{member}": ({ member }) => member.delete(),
  "GET /1.0/cluster/members/{member}/state": ({ member }) => member.state(),
  "POST /1.0/cluster/members/{member}/state": [
    ({ member }) => member.evacuate(),
    ({ member }) => member.restore(),
  ],

  "GET /1.0/cluster/groups": ({ client }) => client.cluster.groups.list(),
  "POST /1.0/cluster/groups": ({ client, body }) => client.cluster.groups.create(body),
  "GET /1.0/cluster/groups/{group}": ({ client, name }) => client.cluster.groups.get(name),
  "PUT /1.0/cluster/groups/{group}": ({ change, clusterGroup }) => clusterGroup.edit(change),
  "PATCH /1.0/cluster/groups/{group}": ({ body, clusterGroup }) => clusterGroup.patch(body),
  "POST /1.0/cluster/groups/{group}": ({ name, clusterGroup }) => clusterGroup.rename(name),
  "DELETE /1.0/cluster/groups/{group}": ({ clusterGroup }) => clusterGroup.delete(),

  "GET /1.0/cluster/links": ({ client }) => client.cluster.links.list(),
  "POST /1.0/cluster/links": [
    ({ client, body }) => client.cluster.links.create(body),
    ({ client, body }) => client.cluster.links.createToken(body),
    ({ client, body }) => client.cluster.links.createPublic(body),
  ],
  "GET /1.0/cluster/links/{link}": ({ client, name }) => client.cluster.links.get(name),
  "PUT /1.0/cluster/links/{link}": ({ change, clusterLink }) => clusterLink.edit(change),
  "PATCH /1.0/cluster/links/{link}": ({ body, clusterLink }) => clusterLink.patch(body),
  "POST /1.0/cluster/links/{link}": ({ name, clusterLink }) => clusterLink.rename(name),
  "DELETE /1.0/cluster/links/{link}": ({ clusterLink }) => clusterLink.delete(),
  "GET /1.0/cluster/links/{link}/state": ({ clusterLink }) => clusterLink.state(),

  "GET /1.0/placement-groups": ({ client }) => client.placementGroups.list(),
  "POST /1.0/placement-groups": ({ client, body }) => client.placementGroups.create(body),
  "GET /1.0/placement-groups/{name}": ({ client, name }) => client.placementGroups.get(name),
  "PUT /1.0/placement-groups/{name}": ({ change, placementGroup }) => placementGroup.edit(change),
  "PATCH /1.0/placement-groups/{name}": ({ body, placementGroup }) => placementGroup.patch(body),
  "POST /1.0/placement-groups/{name}": ({ name, placementGroup }) => placementGroup.rename(name),
  "DELETE /1.0/placement-groups/{name}": ({ placementGroup }) => placementGroup.delete(),

  "GET /1.0/replicators": ({ client }) => client.replicators.list(),
  "POST /1.0/replicators": ({ client, body }) => client.replicators.create(body),
  "GET /1.0/replicators/{name}": ({ client, name }) => client.replicators.get(name),
  "PUT /1.0/replicators/{name}": ({ change, replicator }) => replicator.edit(change),
  "PATCH /1.0/replicators/{name}": ({ body, replicator }) => replicator.patch(body),
  "POST /1.0/replicators/{name}": ({ name, replicator }) => replicator.rename(name),
  "DELETE /1.0/replicators/{name}": ({ replicator }) => replicator.delete(),
  "GET /1.0/replicators/{name}/state": ({ replicator }) => replicator.state(),
  "PUT /1.0/replicators/{name}/state": [
    ({ replicator }) => replicator.run(),
    ({ replicator }) => replicator.restore(),
  ],
};
