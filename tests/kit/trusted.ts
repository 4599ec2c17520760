import { assertEquals } from "@std/assert";
import type { AccessEntry, Client } from "../../mod.ts";

/** Asserts that those who have access are those who may do anything: every certificate that is not restricted. */
export async function assertTrustedEverywhere(
  access: readonly AccessEntry[],
  client: Client,
): Promise<void> {
  const all = await client.certificates.list();
  const trusted = all.filter(({ data }) => data.type === "client" && !data.restricted)
    .map(({ name }) => ({ identifier: name, provider: "tls", role: "admin" }));
  assertEquals(sorted(access), sorted(trusted));
}

/** The servers give them in any order. */
function sorted(access: readonly AccessEntry[]): AccessEntry[] {
  return [...access].sort((a, b) => a.identifier < b.identifier ? -1 : 1);
}
