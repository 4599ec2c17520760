import {
  Collection,
  type CollectionKind,
  type Creatable,
  type FilterOptions,
  type Gettable,
  type Listable,
} from "../../core/collection.ts";
import type { Editable, Readable } from "../../core/document.ts";
import type { Named, Removable } from "../../core/model.ts";
import type { Session } from "../../core/session.ts";
import type { MutationOptions, Task } from "../../core/task.ts";
import type {
  NetworkForwardData,
  NetworkForwardPut,
  NetworkForwardsPost,
} from "../../types/mod.ts";

/**
 * An address whose connections are passed on into a network, named by that address:
 * `/1.0/networks/{network}/forwards/{listenAddress}`. It cannot be renamed.
 */
export interface NetworkForward
  extends Named, Readable<NetworkForwardData>, Editable<NetworkForwardPut>, Removable {}

/**
 * The forwards of a network: `/1.0/networks/{network}/forwards`. Needs the API extension
 * `network_forward`; a filtered list `api_filtering_extended`. With the listen address `0.0.0.0` or `::` the
 * server takes a free one, which needs `network_allocate_external_ips`, which LXD alone has.
 */
export interface NetworkForwards
  extends
    Listable<NetworkForward, FilterOptions>,
    Gettable<NetworkForward>,
    Creatable<NetworkForward, NetworkForwardsPost> {}

/** Addresses in place of which the server takes a free one of the uplink. */
const UNSPECIFIED = ["0.0.0.0", "::"];

/** Things of a network that are named by the address that they listen on. */
export class ListenerCollection<M, Data extends object, Body extends { listen_address: string }>
  extends Collection<M, Data, Body> {
  constructor(session: Session, kind: CollectionKind<M, Data>) {
    super(session, { ...kind, key: "listen_address", placeholders: UNSPECIFIED });
  }

  override create(body: Body, options: MutationOptions = {}): Task<M> {
    if (UNSPECIFIED.includes(body.listen_address)) {
      this.session.require("network_allocate_external_ips", "let the server choose an address");
    }
    return super.create(body, options);
  }
}

/** Makes the collection of the network at a path. */
export function networkForwards(session: Session, network: string): NetworkForwards {
  return new ListenerCollection<NetworkForward, NetworkForwardData, NetworkForwardsPost>(session, {
    word: "network forward",
    path: `${network}/forwards`,
    extension: "network_forward",
    emptied: ["description", "config", "ports"],
    filterExtension: "api_filtering_extended",
  });
}
