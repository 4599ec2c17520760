const PEM = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/;

/**
 * The fingerprint of a certificate as LXD and Incus write it: SHA-256 in hexadecimal.
 *
 * @throws {TypeError} when the text is no certificate in PEM; `what` names it in the message.
 */
export async function fingerprintOf(pem: string, what: string): Promise<string> {
  const [, text] = PEM.exec(pem) ?? [];
  if (text === undefined) throw new TypeError(`Cannot use ${what}: it is no certificate in PEM`);
  const der = Uint8Array.from(atob(text.replace(/\s/g, "")), (it) => it.charCodeAt(0));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", der));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
