import type { AccessEntry, Client } from "../../mod.ts";

/** Who may do anything on a server: every certificate that is not restricted. */
export async function trustedEverywhere(client: Client): Promise<AccessEntry[]> {
  const all = await client.certificates.list();
  return all.filter(({ data }) => data.type === "client" && !data.restricted)
    .map(({ name }) => ({ identifier: name, provider: "tls", role: "admin" }));
}
