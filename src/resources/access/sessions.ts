import type { CallOptions } from "../../core/call.ts";
import { Collection, type Gettable, type Listable } from "../../core/collection.ts";
import type { Readable } from "../../core/document.ts";
import type { Named, Removable } from "../../core/model.ts";
import type { Query } from "../../core/path.ts";
import type { Session } from "../../core/session.ts";
import type { OIDCSessionData } from "../../types/mod.ts";

/** Options of listing sessions. */
export interface OIDCSessionListOptions extends CallOptions {
  /** Those of one user alone, by address. Default: all that the caller may see. */
  email?: string;
}

/**
 * A session of a user that signed in by OpenID Connect, named by its UUID:
 * `/1.0/auth/oidc-sessions/{id}`. Deleting it signs the user out there.
 */
export interface OIDCSession extends Named, Readable<OIDCSessionData>, Removable {}

/**
 * The sessions of users that signed in by OpenID Connect: `/1.0/auth/oidc-sessions`. Needs the API
 * extension `auth_oidc_sessions`.
 */
export interface OIDCSessions
  extends Listable<OIDCSession, OIDCSessionListOptions>, Gettable<OIDCSession> {}

/** The one implementation of {@linkcode OIDCSessions}. */
export class OIDCSessionCollection extends Collection<OIDCSession, OIDCSessionData, never>
  implements OIDCSessions {
  /** @ignore */
  constructor(session: Session, query?: Query) {
    super(session, {
      word: "OIDC session",
      path: "/1.0/auth/oidc-sessions",
      key: "uuid",
      query,
      extension: "auth_oidc_sessions",
    });
  }

  /** All of them with their data, in one request. */
  override list(options: OIDCSessionListOptions = {}): Promise<OIDCSession[]> {
    const { email, ...rest } = options;
    return email === undefined ? super.list(rest) : this.#of(email).list(rest);
  }

  /** Their UUIDs alone, in one request. */
  override names(options: OIDCSessionListOptions = {}): Promise<string[]> {
    const { email, ...rest } = options;
    return email === undefined ? super.names(rest) : this.#of(email).names(rest);
  }

  #of(email: string): OIDCSessionCollection {
    return new OIDCSessionCollection(this.session, { email });
  }
}
