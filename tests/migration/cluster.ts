import { assert, assertEquals } from "@std/assert";
import { makeCertificate } from "../kit/trust.ts";
import { type Section, section } from "./section.ts";

/** The cluster. It comes last: the server is a cluster of one from then on. */
export const clusterSections: Section[] = [
  section({
    title: "Cluster",
    async given({ client }) {
      const source = { type: "none" } as const;
      return { client, source, ...await makeCertificate({ name: "cluster" }) };
    },
    rows: [
      ["client.cluster.get()", async ({ client }) => await client.cluster.refresh()],
      [
        "client.cluster.enable('node1')",
        async ({ client }) => await client.cluster.enable("node1"),
        (it) => assert(it.data.enabled),
      ],
      [
        "client.cluster.members.all()",
        async ({ client }) => await client.cluster.members.list(),
        (it) => assertEquals(it.length, 1),
      ],
      [
        "client.cluster.members.get('node1')",
        async ({ client }) => await client.cluster.members.get("node1"),
        (it) => assertEquals(it.data.status, "Online"),
      ],
      [
        "client.containers.create(config, target='node1')",
        async ({ client, source }) =>
          await client.containers.create({ name: "placed", source }, { target: "node1" }),
        (it) => assertEquals(it.data.location, "node1"),
      ],
      [
        "client.cluster.certificate.put(cert, key)",
        async ({ client, cert, key }) =>
          await client.cluster.setCertificate({
            cluster_certificate: cert,
            cluster_certificate_key: key,
          }),
      ],
    ],
  }),
];
