import { assertEquals, assertRejects } from "@std/assert";
import { defineCase } from "../kit/case.ts";

defineCase("A server that is in no cluster says so", async ({ client }) => {
  const { data } = await client.cluster.refresh();
  assertEquals(data.enabled, false);
  assertEquals(data.server_name, "");
  assertEquals(client.server.clustered, false);
  await assertRejects(() => client.cluster.members.list());
});

/** Rejects with the error for an API extension that the server lacks, where it does. */
async function rejectsWithout(attempt: () => Promise<unknown>, extension: string): Promise<void> {
  const error = await assertRejects(attempt, Error, `lacks the API extension "${extension}"`);
  assertEquals(error.name, "UnsupportedError");
}

defineCase("What needs newer servers is refused by name", async ({ client, server }) => {
  const attempts: Record<string, () => Promise<unknown>> = {
    access_management: () => client.auth.groups.list(),
    auth_bearer_devlxd: () => client.auth.identities.bearer.list(),
    auth_oidc_sessions: () => client.auth.oidcSessions.list(),
    cluster_links: () => client.cluster.links.list(),
    instance_placement_groups: () => client.placementGroups.list(),
    replicators: () => client.replicators.list(),
  };
  for (const [extension, attempt] of Object.entries(attempts)) {
    if (server.extensions.has(extension)) await attempt();
    else await rejectsWithout(attempt, extension);
  }
});
