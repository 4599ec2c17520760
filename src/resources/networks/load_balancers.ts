import type { CallOptions } from "../../core/call.ts";
import {
  Collection,
  type Creatable,
  type FilterOptions,
  type Gettable,
  type Listable,
} from "../../core/collection.ts";
import type { Editable, Readable, Replaceable } from "../../core/document.ts";
import { Model, type Named, type Removable } from "../../core/model.ts";
import type { Session } from "../../core/session.ts";
import type {
  NetworkLoadBalancerData,
  NetworkLoadBalancerPoolData,
  NetworkLoadBalancerPoolPut,
  NetworkLoadBalancerPoolsPost,
  NetworkLoadBalancerPoolState,
  NetworkLoadBalancerPut,
  NetworkLoadBalancersPost,
  NetworkLoadBalancerState,
} from "../../types/mod.ts";
import { ListenerCollection } from "./forwards.ts";

/**
 * An address whose connections are spread over backends, named by that address:
 * `/1.0/networks/{network}/load-balancers/{listenAddress}`. It cannot be renamed.
 */
export interface NetworkLoadBalancer
  extends Named, Readable<NetworkLoadBalancerData>, Editable<NetworkLoadBalancerPut>, Removable {
  /**
   * The health of its backends: `GET .../load-balancers/{listenAddress}/state`. Needs the API extension
   * `network_load_balancer_state`, which Incus alone has.
   */
  state(options?: CallOptions): Promise<NetworkLoadBalancerState>;
}

/**
 * The load balancers of a network: `/1.0/networks/{network}/load-balancers`. Needs the API extension
 * `network_load_balancer`; a filtered list `api_filtering_extended`. With the listen address `0.0.0.0` or `::`
 * the server takes a free one, which needs `network_allocate_external_ips`, which LXD alone has.
 */
export interface NetworkLoadBalancers
  extends
    Listable<NetworkLoadBalancer, FilterOptions>,
    Gettable<NetworkLoadBalancer>,
    Creatable<NetworkLoadBalancer, NetworkLoadBalancersPost> {}

/**
 * A pool of instances that load balancers can use: `/1.0/networks/{network}/load-balancer-pools/{pool}`.
 * It can be written as a whole alone. LXD only.
 */
export interface NetworkLoadBalancerPool
  extends
    Named,
    Readable<NetworkLoadBalancerPoolData>,
    Replaceable<NetworkLoadBalancerPoolPut>,
    Removable {
  /** Which instances answer: `GET .../load-balancer-pools/{pool}/state`. */
  state(options?: CallOptions): Promise<NetworkLoadBalancerPoolState>;
}

/**
 * The pools of instances of a network: `/1.0/networks/{network}/load-balancer-pools`. Needs the API
 * extension `network_load_balancer_pool`, which LXD alone has. The server gives their data at every list.
 */
export interface NetworkLoadBalancerPools
  extends
    Pick<Listable<NetworkLoadBalancerPool, CallOptions>, "list">,
    Gettable<NetworkLoadBalancerPool>,
    Creatable<NetworkLoadBalancerPool, NetworkLoadBalancerPoolsPost> {}

/** What has a state beside its data. */
class Balancing<Data extends object, Put extends object, State> extends Model<Data, Put> {
  /** Its state now. */
  async state(options: CallOptions = {}): Promise<State> {
    return await this.session.get(`${this.path}/state`, options);
  }
}

class LoadBalancerModel
  extends Balancing<NetworkLoadBalancerData, NetworkLoadBalancerPut, NetworkLoadBalancerState> {
  override async state(options: CallOptions = {}): Promise<NetworkLoadBalancerState> {
    this.session.require("network_load_balancer_state", `read the state of ${this.label}`);
    return await super.state(options);
  }
}

/** Makes the collection of the network at a path. */
export function networkLoadBalancers(session: Session, network: string): NetworkLoadBalancers {
  const kind = {
    word: "network load balancer",
    path: `${network}/load-balancers`,
    extension: "network_load_balancer",
    emptied: ["description", "config", "ports", "backends"],
    filterExtension: "api_filtering_extended",
  };
  return new ListenerCollection<
    NetworkLoadBalancer,
    NetworkLoadBalancerData,
    NetworkLoadBalancersPost
  >(session, { ...kind, model: (session, init) => new LoadBalancerModel(session, kind, init) });
}

/** Makes the collection of the network at a path. */
export function networkLoadBalancerPools(
  session: Session,
  network: string,
): NetworkLoadBalancerPools {
  const kind = {
    word: "load balancer pool",
    path: `${network}/load-balancer-pools`,
    extension: "network_load_balancer_pool",
  };
  return new Collection<
    NetworkLoadBalancerPool,
    NetworkLoadBalancerPoolData,
    NetworkLoadBalancerPoolsPost
  >(session, {
    ...kind,
    model: (session, init) =>
      new Balancing<
        NetworkLoadBalancerPoolData,
        NetworkLoadBalancerPoolPut,
        NetworkLoadBalancerPoolState
      >(session, kind, init),
  });
}
