/**
 * A gateway to the local LXD or Incus for callers that cannot reach it themselves, such as workers of
 * the edge: whoever sends its token as `Authorization: Bearer` may use the API. Put HTTPS before it.
 *
 *     GATEWAY_TOKEN=... deno task example examples/gateway.ts
 *
 * @module
 */
// deno-lint-ignore-file no-console

import { connect } from "../mod.ts";
import { isPathOfApi, passOn, refuse } from "./relay.ts";

const token = Deno.env.get("GATEWAY_TOKEN");
if (!token || token.length < 32) throw new Error("Set GATEWAY_TOKEN to 32 random characters");

await using client = await connect();

/** A hash hides from its comparison how much of a token was right. */
async function hash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}

const expected = await hash(`Bearer ${token}`);

await Deno.serve({
  hostname: "127.0.0.1",
  port: Number(Deno.args[0] ?? 8444),
  onListen: ({ port }) => console.log(`Listening on http://127.0.0.1:${port}`),
  onError: (error) => refuse(502, String(error)),
}, async (request) => {
  const given = await hash(request.headers.get("authorization") ?? "");
  if (given !== expected) return refuse(401, "no token");
  if (!isPathOfApi(new URL(request.url))) return refuse(404, "not found");
  return await passOn(client.connector, request);
}).finished;
