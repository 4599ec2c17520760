/**
 * Client certificates that a daemon trusts.
 *
 * @module
 */

import {
  BasicConstraintsExtension,
  type Extension,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
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

/** Makes an authority, and a certificate that it vouches for. */
export async function makeVouchedCertificate(
  options: CertificateOptions,
): Promise<{ ca: string; certificate: Certificate }> {
  const authority = await makeKeys();
  const name = "CN=authority";
  const ca = await X509CertificateGenerator.createSelfSigned({
    ...validity(new Date()),
    name,
    signingAlgorithm,
    keys: authority,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  });
  const keys = await makeKeys();
  const certificate = await X509CertificateGenerator.create({
    ...validity(new Date()),
    subject: [{ CN: [options.name] }],
    issuer: name,
    signingAlgorithm,
    signingKey: authority.privateKey,
    publicKey: keys.publicKey,
    extensions: extensionsOf(options),
  });
  return { ca: ca.toString("pem"), certificate: await toPem(certificate, keys) };
}

const signingAlgorithm = { name: "ECDSA", namedCurve: "P-384", hash: "SHA-384" };

function makeKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(signingAlgorithm, true, ["sign", "verify"]);
}

function validity(notBefore: Date): { notBefore: Date; notAfter: Date } {
  return { notBefore, notAfter: new Date(notBefore.getTime() + 24 * 60 * 60 * 1000) };
}

function extensionsOf({ address }: CertificateOptions): Extension[] {
  const names = address ? [{ type: "ip", value: address } as const] : [];
  return [
    new BasicConstraintsExtension(false, undefined, true),
    ...names.length > 0 ? [new SubjectAlternativeNameExtension(names)] : [],
  ];
}

async function toPem(certificate: X509Certificate, keys: CryptoKeyPair): Promise<Certificate> {
  const key = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return {
    cert: certificate.toString("pem"),
    key: PemConverter.encode(key, PemConverter.PrivateKeyTag),
  };
}

async function sign(options: CertificateOptions, notBefore: Date): Promise<Certificate> {
  const keys = await makeKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...validity(notBefore),
    name: [{ CN: [options.name] }],
    signingAlgorithm,
    keys,
    extensions: extensionsOf(options),
  });
  return await toPem(certificate, keys);
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
