import { Collection, type Creatable, type Gettable, type Listable } from "../../core/collection.ts";
import type { CallOptions } from "../../core/call.ts";
import type { Editable, Readable } from "../../core/document.ts";
import type { Named, Removable, Renamable } from "../../core/model.ts";
import type { Session } from "../../core/session.ts";
import type { ClusterGroupData, ClusterGroupPut, ClusterGroupsPost } from "../../types/mod.ts";

/** Cluster members that go by one name, as a target: `/1.0/cluster/groups/{group}`. */
export interface ClusterGroup
  extends Named, Readable<ClusterGroupData>, Editable<ClusterGroupPut>, Renamable, Removable {}

/**
 * The groups of a cluster's members: `/1.0/cluster/groups`. Needs the API extension
 * `clustering_groups`.
 */
export interface ClusterGroups
  extends
    Listable<ClusterGroup, CallOptions>,
    Gettable<ClusterGroup>,
    Creatable<ClusterGroup, ClusterGroupsPost> {}

/** Makes the collection. */
export function clusterGroups(session: Session): ClusterGroups {
  return new Collection<ClusterGroup, ClusterGroupData, ClusterGroupsPost>(session, {
    word: "cluster group",
    path: "/1.0/cluster/groups",
    extension: "clustering_groups",
  });
}
