/** Tokens signed by a client's key, read by another implementation. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { decodeProtectedHeader, importX509, jwtVerify } from "jose";
import { clientToken } from "../../src/auth/mod.ts";
import { createCertificate } from "../../src/trust/mod.ts";
import { sha256 } from "../kit/sha256.ts";

const version = new Deno.Command("openssl", { args: ["version"] }).output();
/** Whether there is no OpenSSL to make keys with. */
const ignore = !await version.then(({ success }) => success, () => false);
// deno-lint-ignore no-console
if (ignore) console.log("Tests of keys are skipped: there is no openssl");

/** Runs a shell script in a folder of its own, and gives the two files that it made there. */
async function make(script: string): Promise<{ cert: string; key: string }> {
  const cwd = await Deno.makeTempDir();
  try {
    const { success, stderr } = await new Deno.Command("sh", { args: ["-ec", script], cwd })
      .output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    const read = (name: string) => Deno.readTextFile(`${cwd}/${name}`);
    return { cert: await read("crt"), key: await read("key") };
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

const SELF_SIGNED = "openssl req -x509 -new -key key -subj /CN=x -days 1 -out crt";

/** What the tools of servers and OpenSSL make, by the algorithm that a token is to be signed by. */
const identities: [what: string, alg: string, head: string, script: string][] = [
  [
    "P-384 with parameters",
    "ES384",
    "EC PARAMETERS",
    "openssl ecparam -genkey -name secp384r1 -out key",
  ],
  [
    "P-384 as `lxc` writes it",
    "ES384",
    "EC PRIVATE KEY",
    "openssl ecparam -genkey -noout -name secp384r1 -out key",
  ],
  ["P-256", "ES256", "EC PRIVATE KEY", "openssl ecparam -genkey -noout -name prime256v1 -out key"],
  [
    "P-384 in PKCS #8",
    "ES384",
    "PRIVATE KEY",
    "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out key",
  ],
  [
    "P-256 in PKCS #8",
    "ES256",
    "PRIVATE KEY",
    "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key",
  ],
  [
    "RSA in PKCS #8",
    "RS256",
    "PRIVATE KEY",
    "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key",
  ],
  ["RSA in PKCS #1", "RS256", "RSA PRIVATE KEY", "openssl genrsa -traditional -out key 2048"],
];

async function fingerprint(cert: string): Promise<string> {
  const der = Uint8Array.fromBase64(cert.replace(/-----.*?-----/g, ""));
  return await sha256(der);
}

for (const [what, alg, head, script] of identities) {
  Deno.test({ name: `a token is signed by a key of the form ${what}`, ignore }, async () => {
    const { cert, key } = await make(`${script}\n${SELF_SIGNED}`);
    assert(key.startsWith(`-----BEGIN ${head}-----`), key.split("\n")[0]);
    const token = await clientToken({ cert, key, lifetime: 90_000 });
    assertEquals(decodeProtectedHeader(token), { alg, typ: "JWT" });
    const { payload } = await jwtVerify(token, await importX509(cert, alg));
    assertEquals(Object.keys(payload), ["sub", "exp", "nbf", "iat"]);
    assertEquals(payload.sub, await fingerprint(cert));
    assertEquals(payload.iat! - payload.nbf!, 60);
    assertEquals(payload.exp! - payload.iat!, 90);
    const other = await createCertificate({ name: "other" });
    await assertRejects(async () => await jwtVerify(token, await importX509(other.cert, alg)));
  });
}

Deno.test("a token of a certificate that was made here is good for ten minutes", async () => {
  const identity = await createCertificate({ name: "x" });
  const token = await clientToken(identity);
  assertMatch(token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
  const { payload } = await jwtVerify(token, await importX509(identity.cert, "ES384"));
  assertEquals(payload.exp! - payload.iat!, 600);
});

Deno.test(
  { name: "what makes no token is refused, and shows no part of a key", ignore },
  async () => {
    const { cert, key } = await createCertificate({ name: "x" });
    const [, part, rest] = key.split("\n") as [string, string, string];
    const relabelled = key.replaceAll("PRIVATE KEY", "EC PRIVATE KEY");
    const encrypted = await make(
      `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -aes256 -pass pass:x -out key
     touch crt`,
    );
    const ed25519 = await make("openssl genpkey -algorithm ed25519 -out key; touch crt");
    const damaged = "it is damaged";
    const none = "it is no private key in PEM, or is encrypted";
    for (
      const [wrong, why] of [
        ["", none],
        [cert, none],
        [encrypted.key, none],
        [ed25519.key, "it is neither on the curve P-256 or P-384 nor of RSA"],
        [relabelled, damaged],
        [key.replaceAll("PRIVATE KEY", "RSA PRIVATE KEY"), damaged],
        [key.replace(rest, ""), damaged],
        [key.replace(part, part.slice(4)), damaged],
        ["-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", damaged],
        // An element of another kind, and one that something follows: what is within says nothing.
        ["-----BEGIN PRIVATE KEY-----\nMQYCAQAwAQA=\n-----END PRIVATE KEY-----\n", damaged],
        ["-----BEGIN PRIVATE KEY-----\nMAYCAQAwAQAA\n-----END PRIVATE KEY-----\n", damaged],
      ] as const
    ) {
      const error = await assertRejects(() => clientToken({ cert, key: wrong }), TypeError);
      assertEquals(error.message, `Cannot use key: ${why}`);
      assert(!Deno.inspect(error, { depth: 10 }).includes(part.slice(1)));
    }
    await assertRejects(() => clientToken({ cert: key, key }), TypeError, "Cannot use cert");
    for (const lifetime of [0, -1, NaN, Infinity]) {
      await assertRejects(() => clientToken({ cert, key, lifetime }), RangeError, "the lifetime");
    }
  },
);
