import { ProtocolError } from "../../errors.ts";
import { derOf } from "../../core/certificate.ts";
import {
  Collection,
  type FilterOptions,
  type Gettable,
  type Listable,
} from "../../core/collection.ts";
import type { Editable, Readable } from "../../core/document.ts";
import type { Named, Removable } from "../../core/model.ts";
import { lastName } from "../../core/path.ts";
import type { Session } from "../../core/session.ts";
import { type MutationOptions, Task } from "../../core/task.ts";
import { type IssuedToken, issueToken, readToken } from "../../core/token.ts";
import type {
  CertificateAddToken,
  CertificateData,
  CertificatePut,
  CertificatesPost,
} from "../../types/mod.ts";

/** A certificate that the server trusts, named by its fingerprint: `/1.0/certificates/{fingerprint}`. */
export interface Certificate
  extends Named, Readable<CertificateData>, Editable<CertificatePut>, Removable {}

/** A certificate to trust. */
export interface CertificateCreatePost extends Omit<CertificatesPost, "certificate" | "token"> {
  /**
   * The certificate: PEM, or DER as bytes or in base64. Default: the one that the client itself shows
   * the server.
   */
  certificate?: string | Uint8Array;
}

/** Whom a trust token is for. */
export interface CertificateTokenPost
  extends Pick<CertificatesPost, "description" | "projects" | "restricted"> {
  /** The name that the client's certificate gets. */
  name: string;
}

/**
 * The certificates that the server trusts: `/1.0/certificates`. A filtered list needs the API extension
 * `api_filtering_extended`.
 */
export interface Certificates extends Listable<Certificate, FilterOptions>, Gettable<Certificate> {
  /**
   * Trusts a certificate, of a client unless `type` says otherwise: `POST /1.0/certificates`.
   *
   * @example
   * ```ts
   * import { connect } from "@lxkit/client";
   *
   * await using client = await connect();
   * const certificate = await (await fetch("https://ci.example/client.crt")).text();
   * const { name } = await client.certificates.create({ name: "ci", certificate });
   * console.log(`trusted by its fingerprint ${name}`);
   * ```
   *
   * @throws {TypeError} when it is no certificate.
   * @throws {ConflictError} when the server trusts it already.
   */
  create(body: CertificateCreatePost, options?: MutationOptions): Task<Certificate>;
  /**
   * Issues a token by which one client may have itself trusted: `POST /1.0/certificates`. It is good once,
   * until `core.remote_token_expiry` has passed; cancelling its operation takes it back. The server has to
   * listen on the network. Needs the API extension `certificate_token`.
   *
   * @example
   * ```ts
   * import { connect } from "@lxkit/client";
   *
   * await using client = await connect();
   * const token = await client.certificates.createToken({ name: "laptop" });
   * console.log(`Give this to the laptop: ${token.text}`);
   * ```
   */
  createToken(
    body: CertificateTokenPost,
    options?: MutationOptions,
  ): Task<IssuedToken<CertificateAddToken>>;
  /**
   * What a trust token says, the secret included. Asks no server.
   *
   * @throws {TypeError} when the text is no token.
   */
  parseToken(text: string): CertificateAddToken;
}

const PATH = "/1.0/certificates";

/** The one implementation of {@linkcode Certificates}. */
export class CertificateCollection
  extends Collection<Certificate, CertificateData, CertificateCreatePost>
  implements Certificates {
  /** @ignore */
  constructor(session: Session) {
    super(session, {
      word: "certificate",
      path: PATH,
      key: "fingerprint",
      filterExtension: "api_filtering_extended",
    });
  }

  /** Trusts a certificate. */
  override create(
    body: CertificateCreatePost,
    options: MutationOptions = {},
  ): Task<Certificate> {
    const what = body.name === undefined ? "trust a certificate" : `trust "${body.name}"`;
    const { certificate, ...rest } = body;
    const json: CertificatesPost = { type: "client", ...rest };
    if (certificate !== undefined) json.certificate = inBase64(certificate);
    return new Task(this.session, what, options, async (step, signal) => {
      const made = await step("POST", PATH, { json });
      const url = made.operation ? made.operation.resources?.certificates?.[0] : made.location;
      if (url !== undefined) return await this.get(lastName(url), { signal });
      throw new ProtocolError(`Cannot ${what}: the server named no fingerprint`);
    });
  }

  /** Issues a token by which one client may have itself trusted. */
  createToken(
    body: CertificateTokenPost,
    options: MutationOptions = {},
  ): Task<IssuedToken<CertificateAddToken>> {
    const what = `issue a trust token for "${body.name}"`;
    this.session.require("certificate_token", what);
    const json: CertificatesPost = { ...body, type: "client", token: true };
    return new Task(
      this.session,
      what,
      options,
      (_, signal) =>
        issueToken<CertificateAddToken>(
          this.session,
          PATH,
          json,
          { client_name: body.name },
          signal,
        ),
    );
  }

  /** What a trust token says. */
  parseToken(text: string): CertificateAddToken {
    return readToken(text);
  }
}

const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;

/** What the servers take: the DER form in base64. */
function inBase64(certificate: string | Uint8Array): string {
  if (typeof certificate !== "string") {
    return btoa(Array.from(certificate, (byte) => String.fromCharCode(byte)).join(""));
  }
  if (BASE64.test(certificate)) return certificate.replace(/\s/g, "");
  return derOf(certificate, "the certificate to trust");
}
