import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  ApiError,
  type Client,
  type Network,
  NotFoundError,
  PreconditionFailedError,
} from "../../mod.ts";
import { defineCase } from "../kit/case.ts";
import { assertUnsupported, during } from "../kit/during.ts";

/** A subnet that is likely to be free: bridges belong to the machine, not to a server. */
function randomSubnet(): { gateway: string; address(host: number): string } {
  const [a = 0, b = 0] = crypto.getRandomValues(new Uint8Array(2));
  const address = (host: number) => `10.${128 + a % 64}.${b}.${host}`;
  return { gateway: address(1), address };
}

/** Works with a bridge of its own. */
async function withBridge(
  client: Client,
  name: string,
  use: (network: Network, subnet: ReturnType<typeof randomSubnet>) => Promise<void>,
): Promise<void> {
  const subnet = randomSubnet();
  const config = { "ipv4.address": `${subnet.gateway}/24`, "ipv6.address": "none" };
  const network = await client.networks.create({ name, type: "bridge", config });
  try {
    await use(network, subnet);
  } finally {
    if (await client.networks.exists(network.name)) await remove(network);
  }
}

/**
 * Deletes a network. Incus looks at all bridges of the machine meanwhile, and fails when one of another
 * daemon goes at that moment.
 */
async function remove(network: Network): Promise<void> {
  for (let left = 3;; left--) {
    try {
      return await network.delete();
    } catch (error) {
      if (left === 1 || !/Device "[^"]+" does not exist/.test(String(error))) throw error;
    }
  }
}

defineCase("A network is created, seen, changed, renamed and deleted", async ({ client, name }) => {
  const first = name("n");
  await withBridge(client, first, async (network, { gateway }) => {
    assertEquals(network.data.managed, true);
    assertEquals(network.data.config["ipv4.address"], `${gateway}/24`);
    assert((await client.networks.names()).includes(first));
    const listed = (await client.networks.list()).find((it) => it.name === first)!;
    assertEquals(listed.data.type, "bridge");

    const { addresses, bridge, state } = await network.state();
    assertEquals(addresses.map(({ address }) => address).includes(gateway), true);
    assertEquals([bridge !== null, state], [true, "up"]);
    const leases = await network.leases();
    assertEquals(leases.find(({ type }) => type === "gateway")?.address, gateway);

    await network.edit((it) => {
      it.description = "edited";
      it.config!["user.a"] = "1";
    });
    await network.patch({ config: { "user.b": "2" } });
    const { config, description } = (await client.networks.get(first)).data;
    assertEquals([description, config["user.a"], config["user.b"]], ["edited", "1", "2"]);
    const stale = await client.networks.get(first);
    await network.refresh();
    network.data.description = "saved";
    await network.save();
    await assertRejects(() => stale.save(), PreconditionFailedError);
    await assertRejects(() => listed.save(), TypeError, "without an ETag");

    const second = name("r");
    await network.rename(second);
    assertEquals([network.name, network.data.description], [second, "saved"]);
    assertEquals(await client.networks.exists(first), false);
    await remove(network);
    assertEquals(await client.networks.exists(second), false);
    await assertRejects(() => client.networks.get(second), NotFoundError);
  });
});

defineCase("The server's own interfaces are among its networks", async ({ client }) => {
  const { data } = await client.networks.get("lo");
  assertEquals([data.managed, data.type], [false, "loopback"]);
  assertEquals((await client.networks.at("lo").state()).type, "loopback");
});

defineCase("Forwards of a network are created, changed and deleted", async ({ client, name }) => {
  await withBridge(client, name("n"), async ({ forwards }, { address }) => {
    const [c = 0, d = 0] = crypto.getRandomValues(new Uint8Array(2));
    const listen_address = `198.18.${c}.${d}`;
    const ports = [{ protocol: "tcp", listen_port: "80,443", target_address: address(7) }];
    await during(forwards.create({ listen_address, ports }), async (forward) => {
      assertEquals(forward.name, listen_address);
      assertEquals(forward.data.ports[0]?.target_address, address(7));
      assertEquals(await forwards.names(), [listen_address]);
      assertEquals((await forwards.list()).map((it) => it.data.listen_address), [listen_address]);
      await forward.edit((it) => {
        it.ports!.push({ protocol: "udp", listen_port: "53", target_address: address(8) });
      });
      await forward.patch({ description: "two" });
      const read = await forwards.get(listen_address);
      assertEquals([read.data.ports.length, read.data.description], [2, "two"]);
      read.data.description = "saved";
      await read.save();
      assertEquals((await forward.refresh()).data.description, "saved");
      await forward.delete();
      assertEquals(await forwards.exists(listen_address), false);
    });
    await assertRejects(
      () => forwards.create({ listen_address, ports: [{ ...ports[0]!, target_address: "no" }] }),
      ApiError,
    );
    await assertUnsupported(
      "network_allocate_external_ips",
      () => forwards.create({ listen_address: "0.0.0.0" }),
    );
  });
});

defineCase("A bridge has neither load balancers nor peers", async ({ client, name }) => {
  await withBridge(client, name("n"), async ({ loadBalancers, loadBalancerPools, peers }) => {
    const refused = async (calls: (() => Promise<unknown>)[], words: string) => {
      for (const call of calls) {
        assertStringIncludes((await assertRejects(call, ApiError)).serverMessage, words);
      }
    };
    const listen_address = "198.18.0.1";
    const balancing = [
      () => loadBalancers.list(),
      () => loadBalancers.names(),
      () => loadBalancers.get(listen_address),
      () => loadBalancers.create({ listen_address }),
      () => loadBalancers.at(listen_address).edit(() => {}),
      () => loadBalancers.at(listen_address).patch({ description: "" }),
      () => loadBalancers.at(listen_address).state(),
      () => loadBalancers.at(listen_address).delete(),
    ];
    if (client.hasExtension("network_load_balancer")) {
      await refused(balancing, "does not support load balancers");
    } else {
      await assertUnsupported("network_load_balancer", ...balancing.filter((_, i) => i !== 6));
    }
    await refused([
      () => peers.list(),
      () => peers.names(),
      () => peers.get("p"),
      () => peers.create({ name: "p", target_network: "q" }),
      () => peers.at("p").patch({ description: "" }),
      () => peers.at("p").delete(),
    ], "does not support peering");
    await assertUnsupported(
      "network_load_balancer_pool",
      () => loadBalancerPools.list(),
      () => loadBalancerPools.get("p"),
      () => loadBalancerPools.create({ name: "p" }),
      () => loadBalancerPools.at("p").state(),
    );
  });
});

defineCase("Network ACLs are created, changed, renamed and deleted", async ({ client, name }) => {
  const { networkAcls } = client;
  const first = name("acl");
  const rule = { action: "allow", protocol: "tcp", destination_port: "22", state: "enabled" };
  await during(networkAcls.create({ name: first, ingress: [rule] }), async (acl) => {
    assertEquals(acl.data.ingress.map((it) => it.destination_port), ["22"]);
    assert((await networkAcls.names()).includes(first));
    assert((await networkAcls.list()).some((it) => it.name === first));
    await acl.edit((it) => {
      it.egress = [{ action: "drop", state: "logged", destination: "192.0.2.0/24" }];
    });
    await acl.patch({ description: "patched", config: { "user.a": "1" } });
    const read = await networkAcls.get(first);
    assertEquals(read.data.egress[0]?.destination, "192.0.2.0/24");
    assertEquals([read.data.ingress.length, read.data.description], [1, "patched"]);
    read.data.description = "saved";
    await read.save();
    const words = (await assertRejects(() => acl.log(), ApiError)).serverMessage;
    assertStringIncludes(words, "OVN");
    const second = name("acl");
    await acl.rename(second);
    assertEquals(acl.data.description, "saved");
    assertEquals(await networkAcls.exists(first), false);
    await acl.delete();
    assertEquals(await networkAcls.exists(second), false);
  });
});

defineCase("Network zones and their records are created and changed", async ({ client, name }) => {
  const { networkZones } = client;
  const domain = `${name("z")}.example`;
  await during(networkZones.create({ name: domain }), async (zone) => {
    assert((await networkZones.names()).includes(domain));
    assert((await networkZones.list()).some((it) => it.name === domain));
    await zone.edit((it) => {
      it.description = "edited";
    });
    await zone.patch({ config: { "user.a": "1" } });
    const read = await networkZones.get(domain);
    assertEquals([read.data.description, read.data.config["user.a"]], ["edited", "1"]);
    read.data.description = "saved";
    await read.save();

    const { records } = zone;
    const entries = [{ type: "A", value: "192.0.2.1", ttl: 60 }];
    const record = await records.create({ name: "www", entries });
    assertEquals(record.data.entries?.[0]?.ttl, 60);
    assertEquals(await records.names(), ["www"]);
    assertEquals((await records.list()).map((it) => it.data.entries?.length), [1]);
    await record.edit((it) => {
      it.entries!.push({ type: "A", value: "192.0.2.2" });
    });
    await record.patch({ description: "two" });
    const again = await records.get("www");
    assertEquals([again.data.entries?.length, again.data.description], [2, "two"]);
    again.data.description = "saved";
    await again.save();
    await record.delete();
    assertEquals(await records.exists("www"), false);
    await zone.delete();
    assertEquals(await networkZones.exists(domain), false);
  });
});

defineCase("Lists of networks and the like are filtered where offered", async (context) => {
  const { client, name } = context;
  await withBridge(client, name("n"), async ({ name, forwards, peers }) => {
    const lists = [
      (filter: string) => client.networks.list({ filter }),
      (filter: string) => client.networkAcls.list({ filter }),
      (filter: string) => client.networkZones.list({ filter }),
      (filter: string) => client.networkZones.at("none").records.list({ filter }),
      (filter: string) => forwards.list({ filter }),
      (filter: string) => peers.list({ filter }),
    ];
    if (!client.hasExtension("api_filtering_extended")) {
      const calls = lists.map((list) => () => list(`name eq ${name}`));
      return await assertUnsupported("api_filtering_extended", ...calls);
    }
    const found = await client.networks.list({ filter: `name eq ${name}` });
    assertEquals(found.map((it) => it.name), [name]);
    assertEquals(await client.networks.names({ filter: `name eq ${name}` }), [name]);
    assertEquals(await forwards.list({ filter: "listen_address eq 198.51.100.1" }), []);
    await during(client.networkAcls.create({ name: "a-" + name }), async (acl) => {
      const filter = `name eq ${acl.name}`;
      assertEquals((await client.networkAcls.list({ filter })).length, 1);
      assertEquals(await client.networkAcls.names({ filter: `${filter}x` }), []);
    });
    await during(client.networkZones.create({ name: `${name}.example` }), async (zone) => {
      const filter = `name eq ${zone.name}`;
      assertEquals((await client.networkZones.list({ filter })).length, 1);
      assertEquals(await client.networkZones.list({ filter: `${filter}x` }), []);
      await during(zone.records.create({ name: "www", entries: [] }), async () => {
        assertEquals((await zone.records.list({ filter: "name eq www" })).length, 1);
        assertEquals(await zone.records.list({ filter: "name eq mail" }), []);
      });
    });
  });
});

defineCase("Lists of networks and the like go over all projects where offered", async (context) => {
  const { client, name } = context;
  const config = { "features.networks": "true" };
  await during(client.projects.create({ name: name("p"), config }), async ({ name: project }) => {
    const scoped = client.project(project);
    await during(scoped.networkAcls.create({ name: name("acl") }), async (acl) => {
      assertEquals(await client.networkAcls.exists(acl.name), false);
      if (!client.hasExtension("network_acls_all_projects")) {
        await assertUnsupported(
          "network_acls_all_projects",
          () => client.networkAcls.list({ allProjects: true }),
        );
        await assertUnsupported(
          "networks_all_projects",
          () => client.networks.list({ allProjects: true }),
        );
        return await assertUnsupported(
          "network_zones_all_projects",
          () => client.networkZones.list({ allProjects: true }),
        );
      }
      const all = await client.networkAcls.list({ allProjects: true });
      const found = all.find((it) => it.name === acl.name)!;
      assertEquals(found.data.project, project);
      await found.patch({ description: "found" });
      assertEquals((await acl.refresh()).data.description, "found");
      const networks = await client.networks.list({ allProjects: true });
      assert(networks.some((it) => it.name === "lo" && it.data.project === "default"));
      assert(Array.isArray(await client.networkZones.list({ allProjects: true })));
    });
  });
});

defineCase("Allocations tell the addresses in use", async ({ client, name }) => {
  await withBridge(client, name("n"), async (network, { gateway }) => {
    if (!client.hasExtension("network_allocations")) {
      return await assertUnsupported(
        "network_allocations",
        () => client.networkAllocations.list(),
      );
    }
    for (const allProjects of [false, true]) {
      const all = await client.networkAllocations.list({ allProjects });
      const own = all.find((it) => it.used_by.startsWith(`/1.0/networks/${network.name}`));
      assertEquals([own?.addresses, own?.type], [`${gateway}/24`, "network"]);
    }
  });
});

defineCase("Network integrations are created, changed and deleted", async ({ client, name }) => {
  const { networkIntegrations } = client;
  const config = {
    "ovn.northbound_connection": "tcp:192.0.2.1:6641",
    "ovn.southbound_connection": "tcp:192.0.2.1:6642",
  };
  const first = name("ni");
  const create = () => networkIntegrations.create({ name: first, type: "ovn", config });
  if (!client.hasExtension("network_integrations")) {
    return await assertUnsupported(
      "network_integrations",
      () => networkIntegrations.list(),
      create,
    );
  }
  await during(create(), async (integration) => {
    assert((await networkIntegrations.names()).includes(first));
    assert((await networkIntegrations.list()).some((it) => it.name === first));
    assertEquals((await networkIntegrations.list({ filter: `name eq ${first}` })).length, 1);
    await integration.edit((it) => {
      it.description = "edited";
    });
    await integration.patch({ config: { ...config, "user.a": "1" } });
    const read = await networkIntegrations.get(first);
    assertEquals([read.data.description, read.data.config["user.a"]], ["edited", "1"]);
    read.data.description = "saved";
    await read.save();
    await integration.rename(name("ni"));
    assertEquals(integration.data.description, "saved");
    await integration.delete();
    assertEquals(await networkIntegrations.exists(integration.name), false);
  });
});

defineCase("Address sets are refused before they are asked for", async ({ client }) => {
  const { networkAddressSets } = client;
  await assertUnsupported(
    "network_address_set",
    () => networkAddressSets.list(),
    () => networkAddressSets.get("s"),
    () => networkAddressSets.create({ name: "s", addresses: ["192.0.2.1"] }),
    () => networkAddressSets.at("s").rename("t"),
  );
});
