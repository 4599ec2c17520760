/**
 * Client certificates that a daemon trusts.
 *
 * @module
 */

import {
  BasicConstraintsExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { Api } from "./api.ts";
import type { SharedServer } from "./servers.ts";

/** What `connect()` takes to reach a daemon over HTTPS. */
export interface HttpsAccess {
  /** Where it listens. */
  url: string;
  /** The client's certificate, as PEM. */
  cert: string;
  /** Its private key, as PEM. */
  key: string;
  /** The daemon's own certificate, as PEM. */
  serverCert: string;
}

/** A certificate with its key, as PEM. */
export interface Certificate {
  /** The certificate. */
  cert: string;
  /** Its private key. */
  key: string;
}

/** What a certificate says. */
export interface CertificateOptions {
  /** Whom it is for. */
  name: string;
  /** The address that it names. */
  address?: string;
}

/** Makes a self-signed certificate that is valid for a day. */
export function makeCertificate(options: CertificateOptions): Promise<Certificate> {
  return sign(options, new Date());
}

/** Makes a self-signed certificate that was valid for a day in 2020. */
export function makeExpiredCertificate(options: CertificateOptions): Promise<Certificate> {
  return sign(options, new Date("2020-01-01"));
}

async function sign({ name, address }: CertificateOptions, notBefore: Date): Promise<Certificate> {
  const signingAlgorithm = { name: "ECDSA", namedCurve: "P-384", hash: "SHA-384" };
  const keys = await crypto.subtle.generateKey(signingAlgorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name] }],
    notBefore,
    notAfter: new Date(notBefore.getTime() + 24 * 60 * 60 * 1000),
    signingAlgorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      ...(address ? [new SubjectAlternativeNameExtension([{ type: "ip", value: address }])] : []),
    ],
  });
  const key = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return {
    cert: certificate.toString("pem"),
    key: PemConverter.encode(key, PemConverter.PrivateKeyTag),
  };
}

/** Makes a certificate, and has the daemon trust it. */
export async function trustedAccess(
  server: Pick<SharedServer, "socket" | "httpsPort" | "home">,
): Promise<HttpsAccess> {
  const { cert, key } = await makeCertificate({ name: "lxkit" });
  const certificate = cert.split("\n").filter((line) => !line.startsWith("-")).join("");
  using api = new Api(server.socket);
  await api.request("POST", "/1.0/certificates", {
    body: { type: "client", name: "lxkit", certificate },
  });
  const serverCert = await Deno.readTextFile(`${server.home}/server.crt`);
  return { url: `https://127.0.0.1:${server.httpsPort}`, cert, key, serverCert };
}
