import type { ClientIdentity, ServerTrustOptions } from "./connector.ts";
import { type CallOptions, limited } from "./core/call.ts";
import { conceal } from "./core/conceal.ts";
import type { ServerFacts, Session } from "./core/session.ts";
import { readToken } from "./core/token.ts";
import { ConnectionError, ForbiddenError, TokenError } from "./errors.ts";
import { open } from "./open.ts";
import { remoteConnector } from "./remote_connector.ts";

/** What is needed to become trusted by a server. */
export interface JoinOptions extends CallOptions, ClientIdentity, ServerTrustOptions {
  /** A token that the server issued, as of `lxc config trust add` or `incus config trust add`. */
  token?: string;
  /** The server to join by `password`; a token brings the addresses of its own. */
  url?: string | URL;
  /** The server's trust password, in place of a token. Only LXD 5 and older have one. */
  password?: string;
  /** The name under which the server lists the certificate. Default: what the token says. */
  name?: string;
}

/**
 * What {@linkcode connect} needs to reach a server that trusts the caller: to be kept, and kept secret.
 * Consoles do not show the key.
 */
export interface Access extends ClientIdentity, ServerTrustOptions {
  /** The server, at the address that answered. */
  url: string;
}

/** What tokens of either daemon say to a client. */
interface ClientToken {
  addresses: string[];
  client_name?: string;
  expires_at?: string;
  fingerprint: string;
  secret: string;
  type?: string;
}

/**
 * Has a server trust the caller's certificate, and gives what is needed to connect from then on:
 * `POST /1.0/certificates`, or `POST /1.0/auth/identities/tls` where the token says so.
 *
 * The addresses in a token are tried in turn, and only a server that shows the certificate of the
 * token's fingerprint is talked to. Joining again is no error, with a token that was used or has expired
 * neither.
 *
 * @throws {TokenError} when the token has expired, or the server does not know it (any more).
 * @throws {ConnectionError} when no address can be reached, or another server answers there.
 * @throws {ForbiddenError} when the password is wrong.
 */
export async function joinServer(options: JoinOptions): Promise<Access> {
  return await limited(options, "join a server", async (signal) => {
    if (options.token === undefined) return await joinByPassword(options, signal);
    const token = readToken<ClientToken>(options.token);
    const failures: string[] = [];
    for (const address of token.addresses) {
      const url = `https://${address}`;
      const { fingerprint } = token;
      const { cert, key } = options;
      try {
        const access: Access = conceal({ url, cert, key, fingerprint }, "key");
        await addIdentity(access, signal, ({ facts }) => {
          refuseExpired(token);
          return proofOf(facts, token, options);
        });
        return access;
      } catch (error) {
        if (error instanceof ForbiddenError) throw unknownToken(url, error);
        if (!(error instanceof ConnectionError)) throw error;
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
  await addIdentity(access, signal, () => {
    return { path: "/1.0/certificates", json: { type: "client", name, password } };
  });
  return access;
}

/** What is sent to be trusted, and where to. */
interface Proof {
  path: string;
  json: object;
}

/** Connects, and sends the proof unless the server trusts the caller already. */
async function addIdentity(
  access: Access,
  signal: AbortSignal | undefined,
  proofFor: (session: Session) => Proof,
): Promise<void> {
  const { session, server } = await open(await remoteConnector(access.url, access), {}, signal);
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
