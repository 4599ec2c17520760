import { assertEquals, assertRejects } from "@std/assert";
import { connect, UnsupportedError } from "../../mod.ts";
import { mutationTests } from "../kit/both_ways.ts";
import { FakeConnector, sync } from "../kit/fake_connector.ts";

const extensions = ["instance_placement_groups", "replicators"];
const group = { name: "spread", description: "", config: {}, project: "ci", used_by: [] };
const replicator = {
  name: "nightly",
  description: "",
  config: {},
  project: "ci",
  last_run_at: "",
  last_run_status: "",
};

mutationTests({
  kind: "lxd",
  extensions,
  reads: {
    "/1.0/placement-groups/spread": group,
    "/1.0/placement-groups/compact": { ...group, name: "compact" },
    "/1.0/replicators/nightly": replicator,
    "/1.0/replicators/weekly": { ...replicator, name: "weekly" },
  },
}, [
  {
    route: "POST /1.0/placement-groups",
    run: (client) =>
      client.placementGroups.create({ name: "spread", config: { policy: "spread" } }),
    body: { name: "spread", config: { policy: "spread" } },
  },
  {
    route: "PUT /1.0/placement-groups/spread",
    run: (client) =>
      client.project("ci").placementGroups.at("spread").edit((it) => {
        it.description = "d";
      }),
    query: { project: "ci" },
    body: { ...group, description: "d" },
  },
  {
    route: "PATCH /1.0/placement-groups/spread",
    run: (client) => client.placementGroups.at("spread").patch({ config: { rigor: "strict" } }),
    body: { config: { rigor: "strict" } },
  },
  {
    route: "POST /1.0/placement-groups/spread",
    run: (client) => client.placementGroups.at("spread").rename("compact"),
    body: { name: "compact" },
  },
  {
    route: "DELETE /1.0/placement-groups/spread",
    run: (client) => client.placementGroups.at("spread").delete(),
  },
  {
    route: "POST /1.0/replicators",
    run: (client) => client.project("ci").replicators.create({ name: "nightly" }),
    query: { project: "ci" },
    body: { name: "nightly" },
  },
  {
    route: "PUT /1.0/replicators/nightly",
    run: (client) =>
      client.replicators.at("nightly").edit((it) => {
        it.description = "d";
      }),
    body: { ...replicator, description: "d" },
  },
  {
    route: "PATCH /1.0/replicators/nightly",
    run: (client) => client.replicators.at("nightly").patch({ config: { schedule: "@daily" } }),
    body: { config: { schedule: "@daily" } },
  },
  {
    route: "POST /1.0/replicators/nightly",
    run: (client) => client.replicators.at("nightly").rename("weekly"),
    body: { name: "weekly" },
  },
  {
    route: "DELETE /1.0/replicators/nightly",
    run: (client) => client.replicators.at("nightly").delete(),
  },
  {
    route: "PUT /1.0/replicators/nightly/state",
    run: (client) => client.replicators.at("nightly").run(),
    body: { action: "start" },
  },
  {
    route: "PUT /1.0/replicators/nightly/state",
    run: (client) => client.replicators.at("nightly").restore(),
    body: { action: "restore" },
  },
]);

Deno.test("replicators and placement groups of all projects stay with their project", async () => {
  const connector = new FakeConnector({ kind: "lxd", extensions })
    .on("GET /1.0/replicators?recursion=1&all-projects=true", sync([replicator]))
    .on("GET /1.0/replicators", sync(["/1.0/replicators/nightly?project=ci"]))
    .on("GET /1.0/replicators/nightly/state", sync({ status: "Idle" }))
    .on("GET /1.0/placement-groups?recursion=1&all-projects=true", sync([group]))
    .on("DELETE /1.0/placement-groups/spread", sync());
  await using client = await connect({ connector });
  const [nightly] = await client.replicators.list({ allProjects: true });
  assertEquals(await nightly?.state(), { status: "Idle" });
  assertEquals(
    connector.sent("GET /1.0/replicators/nightly/state")[0]?.query.get("project"),
    "ci",
  );
  assertEquals(await client.replicators.names(), ["nightly"]);
  const [spread] = await client.placementGroups.list({ allProjects: true });
  await spread?.delete();
  assertEquals(
    connector.sent("DELETE /1.0/placement-groups/spread")[0]?.query.get("project"),
    "ci",
  );
});

Deno.test("a server without replicators and placement groups is asked nothing", async () => {
  const connector = new FakeConnector({ kind: "incus" });
  await using client = await connect({ connector });
  for (
    const attempt of [
      async () => await client.replicators.list(),
      async () => await client.replicators.at("nightly").run(),
      async () => await client.replicators.at("nightly").state(),
      async () => await client.placementGroups.names(),
      async () => await client.placementGroups.create({ name: "spread" }),
    ]
  ) {
    await assertRejects(attempt, UnsupportedError);
  }
  assertEquals(connector.log, []);
});
