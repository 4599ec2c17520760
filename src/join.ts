import type { ClientIdentity, ServerTrustOptions } from "./connector.ts";
import type { CallOptions } from "./core/call.ts";

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
  const { join } = await import("./joining.ts");
  return await join(options);
}
