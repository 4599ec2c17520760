import type { NodeModules } from "../node/api.ts";
import { readCertificate } from "./server_trust.ts";

/**
 * Checks what a client is to prove itself by: some runtimes go on without what they cannot read, and
 * the server then answers as to a stranger.
 *
 * @throws {TypeError} when the certificate or the key cannot be read, or one is not of the other.
 */
export function checkIdentity(
  { cert, key }: { cert?: string; key?: string },
  crypto: NodeModules["crypto"],
): void {
  if (cert === undefined && key === undefined) return;
  if (cert === undefined || key === undefined) {
    throw new TypeError("Cannot use the client certificate: cert and key have to come together");
  }
  const certificate = readCertificate(cert, "cert", crypto);
  let readable: unknown;
  try {
    readable = crypto.createPrivateKey(key);
  } catch {
    // The cause may show a part of the key.
    throw new TypeError("Cannot read key: it is no private key in PEM, or is encrypted");
  }
  if (certificate.checkPrivateKey(readable)) return;
  throw new TypeError("Cannot use the client certificate: the key is not of it");
}
