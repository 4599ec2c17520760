import { connect } from "../connect.ts";
import type { CallOptions } from "../core/call.ts";
import { derOf, fingerprintOf, plainFingerprint } from "../core/certificate.ts";
import { ConnectionError } from "../errors.ts";
import type { Access } from "../join.ts";

/**
 * Makes sure that a name can be one of a remote, and of its files.
 *
 * @throws {TypeError} when it cannot.
 */
export function checkName(name: string): void {
  if (/^[^\s:/\\.][^\s:/\\]*$/.test(name)) return;
  throw new TypeError(
    `Cannot add the remote "${name}": a name is no path, and holds neither spaces nor colons`,
  );
}

/**
 * The address as the tools write it.
 *
 * @throws {TypeError} when it is none of HTTPS.
 */
export function addressOf(name: string, { url }: Access): string {
  const read = URL.canParse(url) ? new URL(url) : undefined;
  if (read?.protocol === "https:" && !read.username && !read.password) {
    return withPort(url.replace(/\/$/, ""), 8443);
  }
  throw new TypeError(
    `Cannot add the remote "${name}": its url has to be https://HOST[:PORT][/PATH]`,
  );
}

/** The same address with a port, where it has none. */
export function withPort(url: string, port: number): string {
  return url.replace(/^https:\/\/(\[[^\]]*\]|[^/:]*)(?=\/|$)/, `$&:${port}`);
}

/**
 * The certificate to pin; undefined for a server that a public authority vouches for. A server that is
 * known by its fingerprint is asked for it.
 *
 * @throws {ConnectionError} when the server does not tell it, or tells another.
 */
export async function certificateOf(
  name: string,
  access: Access,
  { signal, timeout }: CallOptions,
): Promise<string | undefined> {
  const { serverCert, fingerprint, ca } = access;
  if (ca !== undefined) {
    throw new TypeError(
      `Cannot add the remote "${name}" by an authority of its own: give its serverCert or fingerprint`,
    );
  }
  if (serverCert !== undefined) derOf(serverCert, "serverCert");
  if (serverCert !== undefined || fingerprint === undefined) return serverCert;
  const client = await connect({ ...access, signal, timeout });
  try {
    const shown = client.server.data.environment?.certificate;
    if (shown && await fingerprintOf(shown, "serverCert") === plainFingerprint(fingerprint)) {
      return shown;
    }
    throw new ConnectionError(
      `Cannot add the remote "${name}": the server does not tell its certificate, ` +
        (client.server.trusted ? "but another" : "since it does not trust the caller"),
      { reason: "certificate", address: client.connector.address },
    );
  } finally {
    client.close();
  }
}
