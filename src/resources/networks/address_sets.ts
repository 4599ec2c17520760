import {
  Collection,
  type Creatable,
  type FilteredListOptions,
  type Gettable,
  type Listable,
} from "../../core/collection.ts";
import type { Editable, Readable } from "../../core/document.ts";
import type { Named, Removable, Renamable } from "../../core/model.ts";
import type { Session } from "../../core/session.ts";
import type {
  NetworkAddressSetData,
  NetworkAddressSetPut,
  NetworkAddressSetsPost,
} from "../../types/mod.ts";

/** A set of addresses that the rules of ACLs can name: `/1.0/network-address-sets/{name}`. */
export interface NetworkAddressSet
  extends
    Named,
    Readable<NetworkAddressSetData>,
    Editable<NetworkAddressSetPut>,
    Renamable,
    Removable {}

/**
 * The address sets of a project: `/1.0/network-address-sets`. Needs the API extension
 * `network_address_set`, which Incus alone has.
 */
export interface NetworkAddressSets
  extends
    Listable<NetworkAddressSet, FilteredListOptions>,
    Gettable<NetworkAddressSet>,
    Creatable<NetworkAddressSet, NetworkAddressSetsPost> {}

/** Makes the collection. */
export function networkAddressSets(session: Session): NetworkAddressSets {
  return new Collection<NetworkAddressSet, NetworkAddressSetData, NetworkAddressSetsPost>(session, {
    word: "network address set",
    path: "/1.0/network-address-sets",
    extension: "network_address_set",
    emptied: ["description", "config", "addresses"],
  });
}
