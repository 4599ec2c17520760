import { Refusal } from "./refusal.ts";

/** Fields as the daemons hash them: as Go writes JSON, the keys of a map in their order. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value ?? null);
  const entries = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return `{${entries.map(([key, it]) => `${JSON.stringify(key)}:${canonical(it)}`).join(",")}}`;
}

/** SHA-256 in hexadecimal. */
export async function sha256(bytes: BufferSource): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The ETag of what is made of these fields, without its quotes. */
export async function etagOf(fields: unknown): Promise<string> {
  return await sha256(new TextEncoder().encode(canonical(fields)));
}

/**
 * Makes sure that a change is based on what is there.
 *
 * @throws {Refusal} of status 412 when it is not.
 */
export async function checkEtag(headers: Headers, fields: unknown): Promise<void> {
  const match = headers.get("if-match")?.replaceAll('"', "");
  if (!match) return;
  const etag = await etagOf(fields);
  if (etag !== match) throw new Refusal(412, `ETag doesn't match: ${etag} vs ${match}`);
}
