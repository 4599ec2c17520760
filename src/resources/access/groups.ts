import type { CallOptions } from "../../core/call.ts";
import { Collection, type Creatable, type Gettable, type Listable } from "../../core/collection.ts";
import type { Editable, Readable } from "../../core/document.ts";
import type { Named, Removable, Renamable } from "../../core/model.ts";
import type { Session } from "../../core/session.ts";
import type {
  AuthGroupData,
  AuthGroupPut,
  AuthGroupsPost,
  IdentityProviderGroupData,
  IdentityProviderGroupPut,
  IdentityProviderGroupsPost,
} from "../../types/mod.ts";

/** A group of identities, and what they may do: `/1.0/auth/groups/{group}`. */
export interface AuthGroup
  extends Named, Readable<AuthGroupData>, Editable<AuthGroupPut>, Renamable, Removable {}

/**
 * The groups that permissions are given to: `/1.0/auth/groups`. Need the API extension `access_management`.
 */
export interface AuthGroups
  extends
    Listable<AuthGroup, CallOptions>,
    Gettable<AuthGroup>,
    Creatable<AuthGroup, AuthGroupsPost> {}

/** Makes the collection. */
export function authGroups(session: Session): AuthGroups {
  return new Collection<AuthGroup, AuthGroupData, AuthGroupsPost>(session, {
    word: "auth group",
    path: "/1.0/auth/groups",
    extension: "access_management",
    // LXD takes away the permissions that the group has.
    rewritten: true,
  });
}

/**
 * A group of the identity provider, and the groups that it stands for:
 * `/1.0/auth/identity-provider-groups/{group}`.
 */
export interface IdentityProviderGroup
  extends
    Named,
    Readable<IdentityProviderGroupData>,
    Editable<IdentityProviderGroupPut>,
    Renamable,
    Removable {}

/**
 * The groups of the identity provider: `/1.0/auth/identity-provider-groups`. Need the API extension
 * `access_management`.
 */
export interface IdentityProviderGroups
  extends
    Listable<IdentityProviderGroup, CallOptions>,
    Gettable<IdentityProviderGroup>,
    Creatable<IdentityProviderGroup, IdentityProviderGroupsPost> {}

/** Makes the collection. */
export function identityProviderGroups(session: Session): IdentityProviderGroups {
  return new Collection<
    IdentityProviderGroup,
    IdentityProviderGroupData,
    IdentityProviderGroupsPost
  >(session, {
    word: "identity provider group",
    path: "/1.0/auth/identity-provider-groups",
    extension: "access_management",
    // LXD adds to the groups, and takes none away.
    rewritten: true,
  });
}
