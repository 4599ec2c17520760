import type { ClientIdentity } from "../connector.ts";
import { fingerprintOf } from "../core/certificate.ts";
import { readSigningKey } from "./private_key.ts";

/** Whose token it is, and how long it is good. */
export interface ClientTokenOptions extends ClientIdentity {
  /** How long it is valid, in milliseconds. Default: ten minutes. */
  lifetime?: number;
}

const LIFETIME_MS = 10 * 60_000;
/** How much the server's clock may be behind, in seconds. */
const CLOCK_LEEWAY = 60;

/**
 * Makes a token that proves the possession of a client certificate which an Incus trusts, for callers
 * that cannot show the certificate itself: browsers and edge workers. Nothing is asked of a server,
 * and the key is not in the token. Needs the API extension `auth_tls_jwt`, which LXD does not have.
 *
 * It is a JSON Web Token, signed by WebCrypto, which browsers offer in secure contexts alone: pages
 * from HTTPS or from this machine.
 *
 * @example
 * ```ts
 * import { connect } from "@lxkit/client";
 * import { clientToken } from "@lxkit/client/auth";
 *
 * const { cert, key } = JSON.parse(localStorage.getItem("identity")!);
 * await using client = await connect({
 *   url: "https://incus.example.org",
 *   accessToken: () => clientToken({ cert, key }),
 * });
 * ```
 *
 * @throws {TypeError} when the certificate is not in PEM, or the key is none in PEM, is encrypted, or is
 * neither on the curve P-256 or P-384 nor of RSA.
 * @throws {RangeError} when the lifetime is not more than 0.
 */
export async function clientToken(options: ClientTokenOptions): Promise<string> {
  const { cert, key: pem, lifetime = LIFETIME_MS } = options;
  if (!(lifetime > 0 && lifetime < Infinity)) {
    throw new RangeError(`Cannot make a token: the lifetime must be more than 0, got ${lifetime}`);
  }
  const { name, key, algorithm } = await readSigningKey(pem);
  const now = Math.floor(Date.now() / 1000);
  // Incus checks the signature of what it writes anew itself: the order of the fields is Go's.
  const header = { alg: name, typ: "JWT" };
  const claims = {
    sub: await fingerprintOf(cert, "cert"),
    exp: now + Math.ceil(lifetime / 1000),
    nbf: now - CLOCK_LEEWAY,
    iat: now,
  };
  const signed = [header, claims]
    .map((it) => base64url(new TextEncoder().encode(JSON.stringify(it)))).join(".");
  const signature = await crypto.subtle.sign(algorithm, key, new TextEncoder().encode(signed));
  return `${signed}.${base64url(new Uint8Array(signature))}`;
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
