/** A private key for signatures, and the name of its algorithm in JSON Web Tokens. */
export interface SigningKey {
  /** The name, such as `ES384`. */
  name: "ES256" | "ES384" | "RS256";
  /** The key. */
  key: CryptoKey;
  /** What WebCrypto is told to sign by. */
  algorithm: EcdsaParams | AlgorithmIdentifier;
}

/** A kind of key, and the DER form of its `AlgorithmIdentifier` in hexadecimal. */
interface KeyKind {
  name: SigningKey["name"];
  id: string;
  algorithm: EcKeyImportParams | RsaHashedImportParams;
  hash: string;
}

const RSA: KeyKind = {
  name: "RS256",
  id: "300d06092a864886f70d0101010500",
  algorithm: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
  hash: "SHA-256",
};
const KINDS: readonly KeyKind[] = [
  {
    name: "ES384",
    id: "301006072a8648ce3d020106052b81040022",
    algorithm: { name: "ECDSA", namedCurve: "P-384" },
    hash: "SHA-384",
  },
  {
    name: "ES256",
    id: "301306072a8648ce3d020106082a8648ce3d030107",
    algorithm: { name: "ECDSA", namedCurve: "P-256" },
    hash: "SHA-256",
  },
  RSA,
];

const PEM = /-----BEGIN ((?:EC |RSA )?PRIVATE KEY)-----([A-Za-z0-9+/=\s]+)-----END \1-----/;

/** The tags of DER that are used here. */
const INTEGER = 0x02, OCTET_STRING = 0x04, SEQUENCE = 0x30, PARAMETERS = 0xa0;

/**
 * Reads a private key in any form that the tools of LXD, Incus and OpenSSL write: `PRIVATE KEY`,
 * `EC PRIVATE KEY` or `RSA PRIVATE KEY`. WebCrypto takes the first alone: the others are put into it.
 *
 * @throws {TypeError} when it is none of these, is encrypted, or is of a kind that signs no tokens.
 */
export async function readSigningKey(pem: string): Promise<SigningKey> {
  const [, word, text] = PEM.exec(pem) ?? [];
  if (text === undefined) throw unusable("it is no private key in PEM, or is encrypted");
  let kind: KeyKind | undefined;
  try {
    const bytes = Uint8Array.from(atob(text.replace(/\s/g, "")), (it) => it.charCodeAt(0));
    const id = word === "RSA PRIVATE KEY"
      ? RSA.id
      : word === "EC PRIVATE KEY"
      ? ellipticId(bytes)
      : hex(elements(bytes)[1]!);
    kind = KINDS.find((it) => it.id === id);
    if (kind) {
      const { name, algorithm, hash } = kind;
      const wrapped = word === "PRIVATE KEY" ? bytes : wrap(bytes, id);
      const key = await crypto.subtle.importKey("pkcs8", wrapped, algorithm, false, ["sign"]);
      return { name, key, algorithm: { name: algorithm.name, hash } };
    }
  } catch {
    // The cause may show a part of the key.
    throw unusable("it is damaged");
  }
  throw unusable("it is neither on the curve P-256 or P-384 nor of RSA");
}

function unusable(why: string): TypeError {
  return new TypeError(`Cannot use key: ${why}`);
}

/** What names the curve of a key of the form `EC PRIVATE KEY`. */
function ellipticId(bytes: Uint8Array): string {
  const parameters = elements(bytes).find(([tag]) => tag === PARAMETERS)!;
  const [curve] = elements(parameters, PARAMETERS);
  return hex(element(SEQUENCE, fromHex("06072a8648ce3d0201"), curve!));
}

/** Puts a key of its own form into the common one. */
function wrap(bytes: Uint8Array, id: string): Uint8Array<ArrayBuffer> {
  const version = element(INTEGER, new Uint8Array(1));
  return element(SEQUENCE, version, fromHex(id), element(OCTET_STRING, bytes));
}

/** The elements that an element of DER consists of, each with its tag and length. The bytes are no more than it. */
function elements(bytes: Uint8Array, tag = SEQUENCE): Uint8Array[] {
  const found: Uint8Array[] = [];
  const { start, end } = extent(bytes, 0);
  if (bytes[0] !== tag || end !== bytes.length) throw new RangeError("it is another element");
  for (let at = start; at < end;) {
    const next = extent(bytes, at).end;
    found.push(bytes.subarray(at, next));
    at = next;
  }
  return found;
}

/** Where the content of the element starts and ends. */
function extent(bytes: Uint8Array, at: number): { start: number; end: number } {
  const first = bytes[at + 1]!;
  const more = first < 0x80 ? 0 : first - 0x80;
  const start = at + 2 + more;
  const length = more ? parseInt(hex(bytes.subarray(at + 2, start)), 16) : first;
  if (!(start + length <= bytes.length)) throw new RangeError("the element is cut off");
  return { start, end: start + length };
}

function element(tag: number, ...content: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = content.flatMap((it) => [...it]);
  const { length } = bytes;
  const long = length < 0x80 ? [] : length < 0x100 ? [0x81] : [0x82, length >> 8];
  return Uint8Array.from([tag, ...long, length & 0xff, ...bytes]);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g)!, (it) => parseInt(it, 16));
}
