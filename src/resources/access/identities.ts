import { ProtocolError } from "../../errors.ts";
import type { CallOptions } from "../../core/call.ts";
import { Collection, type Creatable, type Gettable, type Listable } from "../../core/collection.ts";
import type { Editable, Readable } from "../../core/document.ts";
import {
  Model,
  type ModelInit,
  type ModelKind,
  type Named,
  type Removable,
} from "../../core/model.ts";
import { lastName } from "../../core/path.ts";
import type { Session } from "../../core/session.ts";
import { type MutationOptions, Task } from "../../core/task.ts";
import { type IssuedToken, issuedToken } from "../../core/token.ts";
import type {
  CertificateAddToken,
  IdentitiesBearerPost,
  IdentitiesTLSPost,
  IdentityBearerToken,
  IdentityBearerTokenPost,
  IdentityData,
  IdentityInfo,
  IdentityPut,
} from "../../types/mod.ts";

/**
 * Someone or something that may use the server: `/1.0/auth/identities/{method}/{name}`. Its `name`
 * is the `id` of its data once that was read: a certificate's fingerprint, an address, or a UUID.
 */
export interface Identity extends Named, Readable<IdentityData>, Editable<IdentityPut>, Removable {}

/** An identity that authenticates itself by a bearer token: `/1.0/auth/identities/bearer/{name}`. */
export interface BearerIdentity extends Identity {
  /**
   * Issues a token, in place of the one before, and gives its text:
   * `POST /1.0/auth/identities/bearer/{name}/token`. Without `expiry` the server decides how long it
   * is good.
   */
  issueToken(body?: IdentityBearerTokenPost, options?: MutationOptions): Task<string>;
  /** Makes its token worthless: `DELETE /1.0/auth/identities/bearer/{name}/token`. */
  revokeToken(options?: MutationOptions): Task<void>;
}

/**
 * The identities that a provider of OpenID Connect vouches for: `/1.0/auth/identities/oidc`. They
 * come into being as users sign in. Need the API extension `access_management`.
 */
export interface OIDCIdentities extends Listable<Identity, CallOptions>, Gettable<Identity> {}

/**
 * The identities that have a certificate: `/1.0/auth/identities/tls`. Changing them needs the API
 * extension `access_management_tls`.
 */
export interface TLSIdentities
  extends
    Listable<Identity, CallOptions>,
    Gettable<Identity>,
    Creatable<Identity, IdentitiesTLSPost> {
  /**
   * Makes an identity that waits for its certificate, and gives the token by which a client adds it:
   * `POST /1.0/auth/identities/tls`. Deleting the identity takes the token back.
   */
  createToken(
    body: IdentitiesTLSPost,
    options?: MutationOptions,
  ): Task<IssuedToken<CertificateAddToken>>;
  /**
   * Adds the certificate of the caller's own connection by a token that it was given, which makes the
   * caller trusted: `POST /1.0/auth/identities/tls`.
   */
  redeemToken(token: string, options?: MutationOptions): Task<void>;
}

/**
 * The identities that have a bearer token: `/1.0/auth/identities/bearer`. Needs the API extension
 * `auth_bearer_devlxd`; those of clients of the main API need `auth_bearer`.
 */
export interface BearerIdentities
  extends
    Listable<BearerIdentity, CallOptions>,
    Gettable<BearerIdentity>,
    Creatable<BearerIdentity, IdentitiesBearerPost> {}

const PATH = "/1.0/auth/identities";

/** What the identities of one method are. */
function kindOf(method: string, extension = "access_management"): ModelKind {
  // LXD adds to the groups, and takes none away.
  const rewritten = ["groups"];
  return { word: `${method} identity`, path: `${PATH}/${method}`, extension, rewritten };
}

/** The identity has two names: that which is unique goes before that which people gave it. */
function byId(init: ModelInit<IdentityData>): ModelInit<IdentityData> {
  return { ...init, name: init.data?.id ?? init.name };
}

class BearerIdentityModel extends Model<IdentityData, IdentityPut> implements BearerIdentity {
  /** Issues a token and gives its text. */
  issueToken(body: IdentityBearerTokenPost = {}, options: MutationOptions = {}): Task<string> {
    return this.mutate("issue a token for", options, async (step) => {
      const { metadata } = await step<IdentityBearerToken>("POST", `${this.path}/token`, {
        json: body,
      });
      if (metadata) return metadata.token;
      throw new ProtocolError(`Cannot issue a token for ${this.label}: the server sent none`);
    });
  }

  /** Makes its token worthless. */
  revokeToken(options: MutationOptions = {}): Task<void> {
    return this.mutate("revoke the token of", options, async (step) => {
      await step("DELETE", `${this.path}/token`);
    });
  }
}

/** Identities that are made by a request: several may have one name, and the server tells which one is new. */
class IdentityCollection<M, Body extends { name: string }>
  extends Collection<M, IdentityData, Body> {
  /** Makes one. */
  override create(body: Body, options: MutationOptions = {}): Task<M> {
    const what = `create identity "${body.name}"`;
    return new Task(this.session, what, options, async (step, signal) => {
      const { location, operation } = await step("POST", this.path, { json: body });
      const told = location !== undefined && !operation;
      return await this.get(told ? lastName(location) : body.name, { signal });
    });
  }
}

class TLSIdentityCollection extends IdentityCollection<Identity, IdentitiesTLSPost>
  implements TLSIdentities {
  constructor(session: Session) {
    const kind = kindOf("tls");
    super(session, { ...kind, model: (session, init) => new Model(session, kind, byId(init)) });
  }

  /** Makes an identity of a certificate. */
  override create(body: IdentitiesTLSPost, options: MutationOptions = {}): Task<Identity> {
    this.session.require("access_management_tls", `create tls identity "${body.name}"`);
    return super.create(body, options);
  }

  /** Makes an identity that waits for its certificate, and gives the token for it. */
  createToken(
    body: IdentitiesTLSPost,
    options: MutationOptions = {},
  ): Task<IssuedToken<CertificateAddToken>> {
    const what = `issue a token for tls identity "${body.name}"`;
    return this.#post(what, { ...body, token: true }, options, (it) => issuedToken(what, it));
  }

  /** Adds the caller's own certificate by a token. */
  redeemToken(token: string, options: MutationOptions = {}): Task<void> {
    const body = { trust_token: token };
    return this.#post("redeem a token for a tls identity", body, options, () => {});
  }

  #post<T>(
    what: string,
    body: Partial<IdentitiesTLSPost>,
    options: MutationOptions,
    result: (metadata: CertificateAddToken | undefined) => T,
  ): Task<T> {
    this.session.require("access_management_tls", what);
    return new Task(this.session, what, options, async (step) => {
      const { metadata } = await step<CertificateAddToken>("POST", this.path, { json: body });
      return result(metadata);
    });
  }
}

/** Those who may use the server: `/1.0/auth/identities`. */
export class Identities {
  /** Those that have a certificate. */
  readonly tls: TLSIdentities;
  /** Those that a provider of OpenID Connect vouches for. */
  readonly oidc: OIDCIdentities;
  /** Those that have a bearer token. */
  readonly bearer: BearerIdentities;
  readonly #session: Session;

  /** @ignore */
  constructor(session: Session) {
    this.#session = session;
    this.tls = new TLSIdentityCollection(session);
    const oidc = kindOf("oidc");
    this.oidc = new Collection<Identity, IdentityData, never>(session, {
      ...oidc,
      model: (session, init) => new Model(session, oidc, byId(init)),
    });
    const bearer = kindOf("bearer", "auth_bearer_devlxd");
    this.bearer = new IdentityCollection<BearerIdentity, IdentitiesBearerPost>(session, {
      ...bearer,
      model: (session, init) => new BearerIdentityModel(session, bearer, byId(init)),
    });
  }

  /** Those of all methods with their data, in one request: `GET /1.0/auth/identities`. */
  list(options: CallOptions = {}): Promise<Identity[]> {
    const kind: ModelKind = { word: "identity", path: PATH, extension: "access_management" };
    return new Collection<Identity, IdentityData, never>(this.#session, {
      ...kind,
      model: (session, init) =>
        new Model(session, kindOf(init.data!.authentication_method), byId(init)),
    }).list(options);
  }

  /** The caller itself, and all that it may do: `GET /1.0/auth/identities/current`. */
  async current(options: CallOptions = {}): Promise<IdentityInfo> {
    this.#session.require("access_management", "tell who the caller is");
    return await this.#session.get(`${PATH}/current`, options);
  }
}
