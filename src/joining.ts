import { type CallOptions, limited } from "./core/call.ts";
import { conceal } from "./core/conceal.ts";
import type { ServerFacts, Session } from "./core/session.ts";
import { readToken } from "./core/token.ts";
import { ConnectionError, ForbiddenError, TimeoutError, TokenError } from "./errors.ts";
import type { Access, JoinOptions } from "./join.ts";
import { open } from "./open.ts";
import { remoteConnector } from "./remote_connector.ts";

/** How long an address may take while there is another, in milliseconds: some swallow what they get. */
const ADDRESS_LIMIT_MS = 10_000;

/** What tokens of either daemon say to a client. */
interface ClientToken {
  addresses: string[];
  client_name?: string;
  expires_at?: string;
  fingerprint: string;
  secret: string;
  type?: string;
}

/** Does what `joinServer()` says. */
export async function join(options: JoinOptions): Promise<Access> {
  return await limited(options, "join a server", async (signal) => {
    if (options.token === undefined) return await joinByPassword(options, signal);
    const token = readToken<ClientToken>(options.token);
    const failures: string[] = [];
    for (const [index, address] of token.addresses.entries()) {
      const url = `https://${address}`;
      const { fingerprint } = token;
      const { cert, key } = options;
      try {
        const access: Access = conceal({ url, cert, key, fingerprint }, "key");
        const last = index === token.addresses.length - 1;
        await addIdentity(
          access,
          { signal, timeout: last ? undefined : ADDRESS_LIMIT_MS },
          ({ facts }) => {
            refuseExpired(token);
            return proofOf(facts, token, options);
          },
        );
        return access;
      } catch (error) {
        if (error instanceof ForbiddenError) throw unknownToken(url, error);
        signal?.throwIfAborted();
        if (!(error instanceof ConnectionError || error instanceof TimeoutError)) throw error;
        failures.push(error.message);
      }
    }
    throw new ConnectionError(
      `Cannot join the server of the token at any of its addresses:\n- ${failures.join("\n- ")}`,
      { reason: "unreachable", address: token.addresses.join(", ") },
    );
  });
}

async function joinByPassword(
  options: JoinOptions,
  signal: AbortSignal | undefined,
): Promise<Access> {
  const { url, password, name, cert, key, serverCert, fingerprint, ca } = options;
  if (url === undefined || password === undefined) {
    throw new TypeError("Cannot join a server: give a token, or a url with a password");
  }
  const known = { url: String(url), cert, key, serverCert, fingerprint, ca };
  const access: Access = conceal(known, "key");
  await addIdentity(access, { signal }, () => {
    return { path: "/1.0/certificates", json: { type: "client", name, password } };
  });
  return access;
}

/** What is sent to be trusted, and where to. */
interface Proof {
  path: string;
  json: object;
}

/** Connects within limits, and sends the proof unless the server trusts the caller already. */
async function addIdentity(
  access: Access,
  reaching: CallOptions,
  proofFor: (session: Session) => Proof,
): Promise<void> {
  const { signal } = reaching;
  const { session, server } = await limited(
    reaching,
    `reach ${access.url}`,
    async (signal) => await open(await remoteConnector(access.url, access), {}, signal),
  );
  try {
    if (server.auth === "trusted") return;
    const { path, json } = proofFor(session);
    await session.send("POST", path, { json, signal });
  } finally {
    session.connector.close();
  }
}

/** Puts the token where the server reads tokens. */
function proofOf(facts: ServerFacts, token: ClientToken, options: JoinOptions): Proof {
  const name = options.name ?? token.client_name;
  if (token.type) {
    return { path: "/1.0/auth/identities/tls", json: { name, trust_token: options.token } };
  }
  const explicit = facts.dialect === "incus" || facts.extensions.has("explicit_trust_token");
  const field = explicit ? "trust_token" : "password";
  return { path: "/1.0/certificates", json: { type: "client", name, [field]: options.token } };
}

function refuseExpired({ expires_at }: ClientToken): void {
  // Go writes the year 1 for what never expires.
  if (!expires_at || expires_at.startsWith("0001-") || Date.parse(expires_at) > Date.now()) return;
  throw new TokenError(`Cannot use the token: it expired at ${expires_at}. Have a new one issued`, {
    reason: "expired",
  });
}

function unknownToken(url: string, cause: ForbiddenError): TokenError {
  return new TokenError(
    `Cannot join ${url}: the server does not know the token. ` +
      "It was used, withdrawn or replaced: have a new one issued",
    { reason: "unknown", cause },
  );
}
