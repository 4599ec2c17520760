import type { CallOptions } from "../../core/call.ts";
import {
  Collection,
  type Creatable,
  type FilteredListOptions,
  type Gettable,
  type Listable,
} from "../../core/collection.ts";
import { Model, type ModelInit } from "../../core/model.ts";
import type { Session } from "../../core/session.ts";
import type {
  NetworkData,
  NetworkLease,
  NetworkPut,
  NetworksPost,
  NetworkState,
} from "../../types/mod.ts";
import { type NetworkForwards, networkForwards } from "./forwards.ts";
import {
  type NetworkLoadBalancerPools,
  networkLoadBalancerPools,
  type NetworkLoadBalancers,
  networkLoadBalancers,
} from "./load_balancers.ts";
import { type NetworkPeers, networkPeers } from "./peers.ts";

const KIND = { word: "network", path: "/1.0/networks", emptied: ["description"] };

/**
 * A network of the server, or an interface that the server merely sees: `/1.0/networks/{network}`. Only
 * those that the server manages (`data.managed`) can be changed.
 */
export class Network extends Model<NetworkData, NetworkPut> {
  /** @ignore */
  constructor(session: Session, init: ModelInit<NetworkData>) {
    super(session, KIND, init);
  }

  /**
   * Its forwards: addresses whose connections are passed on into it. Need the API extension `network_forward`.
   */
  get forwards(): NetworkForwards {
    return networkForwards(this.session, this.path);
  }

  /**
   * Its load balancers. Only networks of OVN have any. Need the API extension `network_load_balancer`.
   */
  get loadBalancers(): NetworkLoadBalancers {
    return networkLoadBalancers(this.session, this.path);
  }

  /**
   * The pools of instances that its load balancers can use. Need the API extension
   * `network_load_balancer_pool`, which LXD alone has.
   */
  get loadBalancerPools(): NetworkLoadBalancerPools {
    return networkLoadBalancerPools(this.session, this.path);
  }

  /**
   * Its direct routes to other networks. Only networks of OVN have any. Need the API extension `network_peer`.
   */
  get peers(): NetworkPeers {
    return networkPeers(this.session, this.path);
  }

  /**
   * Its state now: addresses, counters, what it is as a bridge, bond or VLAN: `GET
   * /1.0/networks/{network}/state`. In a cluster that of one member: see `client.target`. Needs the API
   * extension `network_state`.
   */
  async state(options: CallOptions = {}): Promise<NetworkState> {
    this.session.require("network_state", `read the state of ${this.label}`);
    return await this.session.get(`${this.path}/state`, options);
  }

  /**
   * The addresses that it gave out: `GET /1.0/networks/{network}/leases`. Needs the API extension
   * `network_leases`.
   */
  async leases(options: CallOptions = {}): Promise<NetworkLease[]> {
    this.session.require("network_leases", `read the leases of ${this.label}`);
    return await this.session.get<NetworkLease[] | null>(`${this.path}/leases`, options) ?? [];
  }
}

/**
 * The networks of a project, and the interfaces that the server sees: `/1.0/networks`. A list over all
 * projects needs the API extension `networks_all_projects`, a filtered one `api_filtering_extended`.
 *
 * In a cluster a network is first defined on each member, by `client.target(member)`, and then made.
 */
export interface Networks
  extends
    Listable<Network, FilteredListOptions>,
    Gettable<Network>,
    Creatable<Network, NetworksPost> {}

/** Makes the collection. */
export function networks(session: Session): Networks {
  return new Collection<Network, NetworkData, NetworksPost>(session, {
    ...KIND,
    model: (session, init) => new Network(session, init),
    allProjectsExtension: "networks_all_projects",
    filterExtension: "api_filtering_extended",
  });
}
