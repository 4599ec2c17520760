import {
  Collection,
  type Creatable,
  type FilteredListOptions,
  type Gettable,
  type Listable,
} from "../core/collection.ts";
import type { Editable, Readable } from "../core/document.ts";
import type { Named, Removable, Renamable } from "../core/model.ts";
import type { Session } from "../core/session.ts";
import type { ProfileData, ProfilePut, ProfilesPost } from "../types/mod.ts";

/** A profile: configuration and devices that instances share: `/1.0/profiles/{name}`. */
export interface Profile
  extends Named, Readable<ProfileData>, Editable<ProfilePut>, Renamable, Removable {}

/**
 * The profiles of a project: `/1.0/profiles`. A list over all projects needs the API extension
 * `profiles_all_projects`, a filtered one `api_filtering_extended`.
 */
export interface Profiles
  extends
    Listable<Profile, FilteredListOptions>,
    Gettable<Profile>,
    Creatable<Profile, ProfilesPost> {}

/** Makes the collection. */
export function profiles(session: Session): Profiles {
  return new Collection<Profile, ProfileData, ProfilesPost>(session, {
    word: "profile",
    path: "/1.0/profiles",
    allProjectsExtension: "profiles_all_projects",
    filterExtension: "api_filtering_extended",
  });
}
