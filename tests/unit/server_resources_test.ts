import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  connect,
  NotFoundError,
  OperationError,
  ProtocolError,
  TruncatedError,
  UnsupportedError,
} from "../../mod.ts";
import { mutationTests } from "../kit/both_ways.ts";
import {
  background,
  failed,
  FakeConnector,
  operationData,
  refusal,
  succeeded,
  sync,
} from "../kit/fake_connector.ts";

const extensions = ["projects", "projects_force_delete", "project_replica_mode", "warnings"];
const project = { name: "p", description: "a", config: { "user.a": "1" } };
const PEM = `-----BEGIN CERTIFICATE-----
MIIBcjCCARegAwIBAgIQAfLg+hH8i4jgjebQaypF9DAKBggqhkjOPQQDAjAXMRUw
-----END CERTIFICATE-----
`;
const BASE64 = PEM.split("\n")[1]!;
const certificate = { name: "ci", fingerprint: "ab12", type: "client", projects: [] };
const server = {
  api_version: "1.0",
  api_extensions: extensions,
  environment: { server: "incus" },
  config: { "core.https_address": ":8443" },
};

mutationTests({
  extensions,
  reads: {
    "/1.0/projects/p": project,
    "/1.0/certificates/ab12": certificate,
    "/1.0/warnings/1f": { uuid: "1f", status: "new" },
    "/1.0": server,
  },
}, [
  {
    route: "PUT /1.0",
    run: (client) =>
      client.server.edit((it) => {
        it.config = { "user.a": "1" };
      }),
    body: { ...server, config: { "user.a": "1" } },
  },
  {
    route: "PATCH /1.0",
    run: (client) => client.server.patch({ config: { "user.a": "1" } }),
    body: { config: { "user.a": "1" } },
  },
  {
    route: "POST /1.0/projects",
    run: (client) => client.projects.create({ name: "p", config: {} }),
    body: { name: "p", config: {} },
  },
  {
    route: "PUT /1.0/projects/p",
    run: (client) => client.projects.at("p").patch({ config: { "user.b": "2" } }),
    body: { ...project, config: { "user.a": "1", "user.b": "2" } },
  },
  {
    route: "PATCH /1.0/projects/p",
    run: (client) => client.projects.at("p").patch({ description: "b" }),
    body: { description: "b" },
  },
  {
    route: "POST /1.0/projects/p",
    run: (client) => client.projects.at("p").rename("q"),
    body: { name: "q" },
  },
  { route: "DELETE /1.0/projects/p", run: (client) => client.projects.at("p").delete() },
  {
    route: "DELETE /1.0/projects/p",
    run: (client) => client.projects.at("p").delete({ force: true }),
    query: { force: "true" },
  },
  {
    route: "PUT /1.0/projects/p/state",
    run: (client) => client.projects.at("p").setState({ replica_mode: "leader" }, { force: true }),
    body: { replica_mode: "leader" },
    query: { force: "true" },
  },
  {
    route: "PUT /1.0/certificates/ab12",
    run: (client) =>
      client.certificates.at("ab12").edit((it) => {
        it.restricted = true;
      }),
    body: { ...certificate, restricted: true },
  },
  {
    route: "PATCH /1.0/certificates/ab12",
    run: (client) => client.certificates.at("ab12").patch({ name: "cd" }),
    body: { name: "cd" },
  },
  {
    route: "DELETE /1.0/certificates/ab12",
    run: (client) => client.certificates.at("ab12").delete(),
  },
  {
    route: "PATCH /1.0/warnings/1f",
    run: (client) => client.warnings.at("1f").acknowledge(),
    body: { status: "acknowledged" },
  },
  {
    route: "PUT /1.0/warnings/1f",
    run: (client) => client.warnings.at("1f").setStatus("resolved"),
    body: { uuid: "1f", status: "resolved" },
  },
  { route: "DELETE /1.0/warnings/1f", run: (client) => client.warnings.at("1f").delete() },
]);

Deno.test("A certificate is found by the fingerprint that the server tells", async () => {
  const url = "/1.0/certificates/ab12";
  const done = succeeded({ resources: { certificates: [url] } });
  const answers = {
    "at once": sync(null, { location: url }),
    "in the background": background(operationData()),
  };
  for (const answer of Object.values(answers)) {
    const connector = new FakeConnector();
    connector.on("POST /1.0/certificates", answer);
    connector.on("GET /1.0/operations/0b1c/wait", sync(done));
    connector.on(`GET ${url}`, sync(certificate));
    await using client = await connect({ connector });
    for (const form of [PEM, BASE64, Uint8Array.from(atob(BASE64), (it) => it.charCodeAt(0))]) {
      const made = await client.certificates.create({ name: "ci", certificate: form });
      assertEquals(made.name, "ab12");
      const body = { type: "client", name: "ci", certificate: BASE64 };
      assertEquals(connector.sent("POST /1.0/certificates").at(-1)!.json, body);
    }
  }
});

Deno.test("A certificate without a fingerprint from the server is an error", async () => {
  const connector = new FakeConnector().on("POST /1.0/certificates", sync());
  await using client = await connect({ connector });
  await assertRejects(
    () => client.certificates.create({ name: "ci", certificate: PEM }),
    ProtocolError,
    'Cannot trust "ci": the server named no fingerprint',
  );
});

Deno.test("A trust token is what the server's own tools make of its operation", async () => {
  const secret = "5ec2e7".repeat(8);
  const metadata = {
    addresses: ["192.0.2.1:8443"],
    fingerprint: "cd34",
    request: { name: "laptop" },
    secret,
  };
  const connector = new FakeConnector({ extensions: ["certificate_token"] });
  connector.on(
    "POST /1.0/certificates",
    background(operationData({ class: "token", metadata })),
    background(operationData({ metadata: { ...metadata, expiresAt: "2026-01-02T03:04:05Z" } })),
    refusal(400, "no"),
  );
  const gone = operationData({ class: "token", metadata, status: "Cancelled", status_code: 401 });
  connector.on("GET /1.0/operations/0b1c/wait", sync(gone));
  connector.on("GET /1.0/operations", sync({ running: [operationData({ metadata })] }));
  await using client = await connect({ connector });
  const { certificates, operations } = client;
  const body = { name: "laptop", projects: ["ci"], restricted: true };
  const { text, content, operation } = await certificates.createToken(body);
  assertEquals(connector.sent("POST /1.0/certificates")[0]!.json, {
    ...body,
    type: "client",
    token: true,
  });
  assertEquals(content, {
    client_name: "laptop",
    fingerprint: "cd34",
    addresses: ["192.0.2.1:8443"],
    secret,
    expires_at: "0001-01-01T00:00:00Z",
  });
  assertEquals(JSON.parse(atob(text)), content);
  assertEquals(certificates.parseToken(text), content);
  assertEquals((await certificates.createToken(body)).content.expires_at, "2026-01-02T03:04:05Z");

  const error = await assertRejects(() => operation!.wait(), OperationError);
  const refused = await assertRejects(async () => await certificates.createToken(body));
  const shown = [client, operation, certificates, await operations.list(), error, refused];
  assertEquals(Deno.inspect(shown, { depth: 20, showHidden: true }).includes(secret), false);
});

Deno.test("An operation is attached to by its id alone", async () => {
  const connector = new FakeConnector();
  const wait = "GET /1.0/operations/0b1c/wait";
  connector.on(wait, sync(operationData()), sync(succeeded()));
  connector.on("GET /1.0/operations/0b1c", sync(operationData()));
  await using client = await connect({ connector });
  const operation = client.operations.at("0b1c");
  assertEquals(operation.ended, false);
  await assertRejects(async () => await operation.data, TypeError, "it was never read");
  assertEquals((await operation.wait()).status, "Success");
  assertEquals([operation.ended, connector.sent(wait).length], [true, 2]);
});

Deno.test("An operation that was never seen and is not there is not found", async () => {
  const connector = new FakeConnector();
  connector.on("GET /1.0/operations/0b1c/wait", refusal(404, "not found"));
  connector.on("GET /1.0/operations/0b1c", refusal(404, "not found"));
  await using client = await connect({ connector });
  await assertRejects(() => client.operations.at("0b1c").wait(), NotFoundError);
  await assertRejects(() => client.operations.at("0b1c").progress().next(), NotFoundError);
});

Deno.test("A wait by id alone understands newer LXD's way to tell of failure", async () => {
  const connector = new FakeConnector({ kind: "lxd" });
  connector.on("GET /1.0/operations/0b1c/wait", refusal(400, "it broke", 200));
  connector.on("GET /1.0/operations/0b1c", sync(failed("it broke")));
  await using client = await connect({ connector });
  await assertRejects(() => client.operations.at("0b1c").wait(), OperationError, "it broke");
});

Deno.test("Operations of every status are listed", async () => {
  const connector = new FakeConnector({ extensions: ["operations_get_query_all_projects"] });
  const two = [operationData(), operationData({ id: "2" })];
  connector.on("GET /1.0/operations", sync({ running: two, failure: [failed("no")] }), sync(null));
  await using client = await connect({ connector });
  const all = await client.project("p").operations.list();
  assertEquals(all.map(({ id, ended }) => [id, ended]), [["0b1c", false], ["2", false], [
    "0b1c",
    true,
  ]]);
  assertEquals(await client.project("p").operations.list({ allProjects: true }), []);
  const queries = connector.sent("GET /1.0/operations").map(({ query }) => query.toString());
  assertEquals(queries, ["project=p&recursion=1", "recursion=1&all-projects=true"]);
});

Deno.test("Metrics are read whole, for one project or all", async () => {
  const text = '# TYPE a counter\n# HELP a As.\na{name="c1"} 1\n# EOF\n';
  const connector = new FakeConnector({ extensions: ["metrics"] });
  connector.on("GET /1.0/metrics", { body: text });
  await using client = await connect({ connector });
  const sample = { name: "a", labels: { name: "c1" }, value: 1 };
  assertEquals(await client.project("p").server.metrics(), [
    { name: "a", type: "counter", help: "As.", samples: [sample] },
  ]);
  assertEquals(connector.sent("GET /1.0/metrics")[0]!.query.toString(), "project=p");
  const broken = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new Error("reset")),
  });
  connector.on("GET /1.0/metrics", { body: broken }, refusal(403, "not authorized"));
  await assertRejects(() => client.server.metricsText(), TruncatedError);
  const error = await assertRejects(() => client.server.metrics());
  assertStringIncludes((error as Error).message, "not authorized");
});

Deno.test("What a server lacks is refused before a request", async () => {
  const connector = new FakeConnector();
  await using client = await connect({ connector });
  const { server, certificates, operations, warnings } = client;
  const project = client.projects.at("p");
  const calls: Record<string, () => unknown> = {
    resources: () => server.resources(),
    metrics: () => server.metrics(),
    metadata_configuration: () => server.configurationMetadata(),
    certificate_token: () => certificates.createToken({ name: "laptop" }),
    operations_get_query_all_projects: () => operations.list({ allProjects: true }),
    warnings: () => warnings.list(),
    projects: () => client.projects.list(),
    project_usage: () => project.state(),
    project_access: () => project.access(),
    project_replica_mode: () => project.setState({ replica_mode: "" }),
    projects_force_delete: () => project.delete({ force: true }),
    api_filtering_extended: () => certificates.list({ filter: "name eq ci" }),
  };
  for (const [extension, call] of Object.entries(calls)) {
    const error = await assertRejects(async () => await call(), UnsupportedError);
    assertEquals(error.extension, extension);
  }
  assertEquals(connector.log, []);
});
