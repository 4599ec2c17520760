const PEM = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/;

/**
 * The DER form of a certificate, in base64.
 *
 * @throws {TypeError} when the text is no certificate in PEM; `what` names it in the message.
 */
export function derOf(pem: string, what: string): string {
  const [, text] = PEM.exec(pem) ?? [];
  if (text === undefined) throw new TypeError(`Cannot use ${what}: it is no certificate in PEM`);
  return text.replace(/\s/g, "");
}

/**
 * The fingerprint of a certificate as LXD and Incus write it: SHA-256 in hexadecimal.
 *
 * @throws {TypeError} when the text is no certificate in PEM; `what` names it in the message.
 */
export async function fingerprintOf(pem: string, what: string): Promise<string> {
  const der = Uint8Array.from(atob(derOf(pem, what)), (it) => it.charCodeAt(0));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", der));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A fingerprint in the form that LXD and Incus write it in, whichever form it came in. */
export function plainFingerprint(fingerprint: string): string {
  return fingerprint.replaceAll(":", "").toLowerCase();
}
