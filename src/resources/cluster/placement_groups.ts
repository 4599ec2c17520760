import { Collection, type Creatable, type Gettable, type Listable } from "../../core/collection.ts";
import type { Editable, Readable } from "../../core/document.ts";
import type { Named, Removable, Renamable } from "../../core/model.ts";
import type { Session } from "../../core/session.ts";
import type {
  PlacementGroupData,
  PlacementGroupPut,
  PlacementGroupsPost,
} from "../../types/mod.ts";

/** A rule for which cluster members instances are placed on: `/1.0/placement-groups/{name}`. */
export interface PlacementGroup
  extends Named, Readable<PlacementGroupData>, Editable<PlacementGroupPut>, Renamable, Removable {}

/**
 * The placement groups of a project: `/1.0/placement-groups`. LXD alone has them; needs the API
 * extension `instance_placement_groups`.
 */
export interface PlacementGroups
  extends
    Listable<PlacementGroup>,
    Gettable<PlacementGroup>,
    Creatable<PlacementGroup, PlacementGroupsPost> {}

/** Makes the collection. */
export function placementGroups(session: Session): PlacementGroups {
  return new Collection<PlacementGroup, PlacementGroupData, PlacementGroupsPost>(session, {
    word: "placement group",
    path: "/1.0/placement-groups",
    extension: "instance_placement_groups",
  });
}
