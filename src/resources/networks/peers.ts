import {
  Collection,
  type Creatable,
  type FilterOptions,
  type Gettable,
  type Listable,
} from "../../core/collection.ts";
import type { Editable, Readable } from "../../core/document.ts";
import type { Named, Removable } from "../../core/model.ts";
import type { Session } from "../../core/session.ts";
import type { NetworkPeerData, NetworkPeerPut, NetworkPeersPost } from "../../types/mod.ts";

/**
 * A direct route to another network: `/1.0/networks/{network}/peers/{peer}`. It stands once the other
 * network has one back. It cannot be renamed.
 */
export interface NetworkPeer
  extends Named, Readable<NetworkPeerData>, Editable<NetworkPeerPut>, Removable {}

/**
 * The peers of a network: `/1.0/networks/{network}/peers`. Needs the API extension `network_peer`; a
 * filtered list `api_filtering_extended`.
 */
export interface NetworkPeers
  extends
    Listable<NetworkPeer, FilterOptions>,
    Gettable<NetworkPeer>,
    Creatable<NetworkPeer, NetworkPeersPost> {}

/** Makes the collection of the network at a path. */
export function networkPeers(session: Session, network: string): NetworkPeers {
  return new Collection<NetworkPeer, NetworkPeerData, NetworkPeersPost>(session, {
    word: "network peer",
    path: `${network}/peers`,
    extension: "network_peer",
    emptied: ["description", "config"],
    // Both servers replace it as a whole.
    rewritten: ["config"],
    filterExtension: "api_filtering_extended",
  });
}
