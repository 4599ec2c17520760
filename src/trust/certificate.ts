import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  PemConverter,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { ClientIdentity } from "../connector.ts";
import { conceal } from "../core/conceal.ts";

/** What a client certificate says. */
export interface CertificateOptions {
  /** Whom it is for, such as a host name; shown where certificates are listed. */
  name: string;
  /** How long it is valid, in days. Default: 3650, as with the servers' own tools. */
  days?: number;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-384", hash: "SHA-384" };
/** A hundred years: the time of a certificate has four digits for the year. */
const LONGEST = 36_500;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Makes a self-signed client certificate and its private key, on the curve P-384, as PEM. The key is
 * nowhere but in the result, whose key consoles do not show: keep it where only its owner can read it.
 *
 * @throws {TypeError} when the name is empty.
 * @throws {RangeError} when `days` is none, or more than a hundred years.
 */
export async function createCertificate(options: CertificateOptions): Promise<ClientIdentity> {
  const { name, days = 3650 } = options;
  if (name === "") throw new TypeError("Cannot make a certificate without a name");
  if (!(days > 0 && days <= LONGEST)) {
    throw new RangeError(
      `Cannot make a certificate: days must be from 1 to ${LONGEST}, got ${days}`,
    );
  }
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const notBefore = new Date();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    // Text alone would be read in a syntax of its own, with escapes and quotes.
    name: new Name([{ O: ["lxkit"] }, { CN: [{ utf8String: name }] }]),
    notBefore,
    notAfter: new Date(notBefore.getTime() + days * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
    ],
  });
  const key = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  const identity = {
    cert: certificate.toString("pem"),
    key: PemConverter.encode(key, PemConverter.PrivateKeyTag),
  };
  return conceal(identity, "key");
}
