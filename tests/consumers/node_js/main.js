// deno-lint-ignore-file no-console
// Every entry loads, those with dependencies of their own work, and the local daemon is found.
import { connect } from "@lxkit/client";
import * as auth from "@lxkit/client/auth";
import * as connection from "@lxkit/client/connection";
import * as deno from "@lxkit/client/deno";
import * as https from "@lxkit/client/https";
import * as node from "@lxkit/client/node";
import { readRemotes } from "@lxkit/client/remotes";
import * as simplestreams from "@lxkit/client/simplestreams";
import { createCertificate } from "@lxkit/client/trust";
import * as types from "@lxkit/client/types";
import * as web from "@lxkit/client/web";

for (const entry of [auth, connection, deno, https, node, simplestreams, web]) {
  if (Object.keys(entry).length === 0) throw new Error("an entry is empty");
}
if (Object.keys(types).length > 0) throw new Error("something is left of the types");
const { cert } = await createCertificate({ name: "consumer" });
if (!cert.startsWith("-----BEGIN CERTIFICATE-----")) throw new Error(cert);
await readRemotes({ dialect: "incus" });

const client = await connect();
try {
  console.log(JSON.stringify(await client.instances.names()));
} finally {
  await client.close();
}
