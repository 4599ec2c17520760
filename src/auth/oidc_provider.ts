import type { Connector } from "../connector.ts";
import { type CallOptions, limited } from "../core/call.ts";
import { UnsupportedError } from "../errors.ts";

/** Who vouches for people to a server, and what is to be asked there: OpenID Connect. */
export interface OIDCProvider {
  /** The URL of the provider. */
  issuer: string;
  /** The id under which the provider knows the server's clients. */
  clientId: string;
  /** For whom tokens are to be, where the server asks for that. */
  audience?: string;
  /** What is asked for. Default: `openid` and `offline_access`, which is for a token that renews itself. */
  scopes?: readonly string[];
}

/** What LXD's own client asks for where the server names nothing. */
const LXD_SCOPES = ["openid", "email", "offline_access", "profile"];

/**
 * The provider that a server names to whom it does not know: `GET /1.0/instances`. Needs the API
 * extension `oidc`.
 *
 * @example
 * ```ts
 * import { connect } from "@lxkit/client";
 * import { oidcProvider } from "@lxkit/client/auth";
 *
 * await using guest = await connect({ url: "https://10.0.0.5:8443", serverCert: "..." });
 * console.log((await oidcProvider(guest.connector)).issuer);
 * ```
 *
 * @throws {UnsupportedError} when the server names none, or knows the caller already.
 */
export async function oidcProvider(
  connector: Connector,
  options: CallOptions = {},
): Promise<OIDCProvider> {
  const what = `ask ${connector.address} for its OIDC provider`;
  return await limited(options, what, async (signal) => {
    const response = await connector.fetch("/1.0/instances", { signal });
    await response.body?.cancel();
    if (response.ok) throw new UnsupportedError(`Cannot ${what}: it knows the caller already`);
    for (const daemon of ["incus", "lxd"]) {
      const field = (name: string) => response.headers.get(`x-${daemon}-oidc-${name}`) || undefined;
      const issuer = field("issuer");
      const clientId = field("clientid");
      if (issuer === undefined || clientId === undefined) continue;
      const named = field("scopes");
      const groups = field("groups-claim");
      const scopes = named !== undefined
        ? readScopes(named)
        : daemon === "lxd"
        ? [...LXD_SCOPES, ...groups === undefined ? [] : [groups]]
        : undefined;
      return { issuer, clientId, audience: field("audience"), scopes };
    }
    throw new UnsupportedError(`Cannot ${what}: it names none`);
  });
}

/** LXD writes JSON, Incus a list with commas. */
function readScopes(text: string): string[] {
  return text.split(/[\s,"[\]]+/).filter((it) => it !== "");
}
