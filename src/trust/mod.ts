/**
 * Makes the certificate by which a client is known to servers, with WebCrypto: on every runtime.
 *
 * @example
 * ```ts
 * import { joinServer } from "@lxkit/client";
 * import { createCertificate } from "@lxkit/client/trust";
 *
 * const identity = await createCertificate({ name: "laptop" });
 * const access = await joinServer({ token: prompt("Token:")!, ...identity });
 * await Deno.writeTextFile("access.json", JSON.stringify(access), { mode: 0o600 });
 * ```
 *
 * @module
 */

export { type CertificateOptions, createCertificate } from "./certificate.ts";
