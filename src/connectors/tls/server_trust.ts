import type { ServerTrustOptions } from "../../connector.ts";
import { plainFingerprint } from "../../core/certificate.ts";
import { ConnectionError } from "../../errors.ts";
import type { NodeCertificate, NodeModules } from "../node/api.ts";

/** Says what to ask of TLS, and judges the certificate that the server showed. */
export interface ServerTrust {
  /** Options of the TLS connection. */
  readonly tls: Record<string, unknown>;
  /** Why the certificate is refused; undefined where it is trusted. To be asked before a byte is sent. */
  refusal(shown: NodeCertificate): string | undefined;
  /** What was asked for, completing "the server's certificate ...". */
  readonly demand: string;
}

/** Makes the judge of a server's certificate. */
export function serverTrust(
  options: ServerTrustOptions,
  crypto: NodeModules["crypto"],
): ServerTrust {
  const { serverCert, fingerprint, ca } = options;
  const given = [serverCert, fingerprint, ca].filter((it) => it !== undefined).length;
  if (given > 1) {
    throw new TypeError("Cannot trust a server in two ways: give serverCert, fingerprint or ca");
  }
  if (ca !== undefined) return ownAuthority(ca, crypto);
  const pin = serverCert === undefined
    ? fingerprint && readFingerprint(fingerprint)
    : plainFingerprint(readCertificate(serverCert, "serverCert", crypto).fingerprint256);
  return pin === undefined ? PUBLIC : pinned(pin);
}

/** The fingerprint of a certificate, as LXD and Incus write it. */
export function fingerprintOf(certificate: NodeCertificate): string {
  return plainFingerprint(certificate.fingerprint256);
}

/** The error for a certificate that is not trusted. */
export function untrusted(
  address: string,
  why: string,
  shown: NodeCertificate | undefined,
): ConnectionError {
  const seen = shown ? ` It shows the certificate with fingerprint ${fingerprintOf(shown)}.` : "";
  return new ConnectionError(
    `Cannot trust ${address}: ${why}.${seen} Compare that with the fingerprint on the server itself ` +
      "(`lxc info` or `incus info`) before you pin it as `fingerprint` or `serverCert`",
    { reason: "certificate", address },
  );
}

const PUBLIC: ServerTrust = {
  tls: {},
  refusal: () => undefined,
  demand: "is not from a public authority, or does not name what was dialled",
};

function pinned(pin: string): ServerTrust {
  return {
    // The authority and the name say nothing where one certificate alone is accepted.
    tls: { rejectUnauthorized: false },
    refusal(shown) {
      if (fingerprintOf(shown) !== pin) {
        return `its certificate is not the pinned one, which has fingerprint ${pin}`;
      }
      const now = Date.now();
      if (now > Date.parse(shown.validTo)) {
        return `its certificate is the pinned one, but expired on ${shown.validTo}`;
      }
      if (now < Date.parse(shown.validFrom)) {
        return `its certificate is the pinned one, but is valid only from ${shown.validFrom}`;
      }
    },
    demand: "is not the pinned one",
  };
}

function ownAuthority(pem: string, crypto: NodeModules["crypto"]): ServerTrust {
  const authority = readCertificate(pem, "ca", crypto);
  return {
    tls: { ca: [pem] },
    refusal(shown) {
      // Some runtimes add the authority to the public ones in place of trusting it alone.
      const issued = shown.checkIssued(authority) && shown.verify(authority.publicKey);
      return issued ? undefined : "its certificate is not from the authority given as `ca`";
    },
    demand: "is not from the authority given as `ca`, or does not name what was dialled",
  };
}

/** Reads a certificate; `option` names it in the message. */
export function readCertificate(
  pem: string,
  option: string,
  crypto: NodeModules["crypto"],
): NodeCertificate {
  try {
    return new crypto.X509Certificate(pem);
  } catch {
    throw new TypeError(`Cannot read ${option}: it is no certificate in PEM`);
  }
}

function readFingerprint(text: string): string {
  const hex = plainFingerprint(text);
  if (/^[0-9a-f]{64}$/.test(hex)) return hex;
  throw new TypeError("Cannot read fingerprint: it is no SHA-256 in 64 hex digits");
}
