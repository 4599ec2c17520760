import type { CallOptions } from "../../core/call.ts";
import type { Session } from "../../core/session.ts";
import type { PermissionInfo } from "../../types/mod.ts";
import {
  type AuthGroups,
  authGroups,
  type IdentityProviderGroups,
  identityProviderGroups,
} from "./groups.ts";
import { Identities } from "./identities.ts";
import { OIDCSessionCollection, type OIDCSessions } from "./sessions.ts";

/** Options of listing permissions. */
export interface PermissionListOptions extends CallOptions {
  /** Those on one kind of object alone, such as `instance`. Default: all kinds. */
  entityType?: string;
  /** Those on objects of one project alone. Default: all projects, whatever the client's own. */
  project?: string;
}

/**
 * Who may do what: identities, their groups and permissions, at `/1.0/auth`. LXD alone has it; needs
 * the API extension `access_management`.
 */
export class Auth {
  /** Those who may use the server. */
  readonly identities: Identities;
  /** The groups that permissions are given to. */
  readonly groups: AuthGroups;
  /** The groups of the identity provider, and which groups they stand for. */
  readonly identityProviderGroups: IdentityProviderGroups;
  /** The sessions of users that signed in by OpenID Connect. */
  readonly oidcSessions: OIDCSessions;
  readonly #session: Session;

  /** @ignore */
  constructor(session: Session) {
    this.#session = session;
    this.identities = new Identities(session);
    this.groups = authGroups(session);
    this.identityProviderGroups = identityProviderGroups(session);
    this.oidcSessions = new OIDCSessionCollection(session);
  }

  /**
   * All that can be permitted, on which object, and the groups that have it:
   * `GET /1.0/auth/permissions`.
   */
  async permissions(options: PermissionListOptions = {}): Promise<PermissionInfo[]> {
    const { entityType, project, signal, timeout } = options;
    this.#session.require("access_management", "list permissions");
    const query = { recursion: 1, "entity-type": entityType, project };
    const all = await this.#session.get<PermissionInfo[] | null>("/1.0/auth/permissions", {
      query,
      signal,
      timeout,
    });
    return all ?? [];
  }
}
