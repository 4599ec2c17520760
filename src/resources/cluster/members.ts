import type { CallOptions } from "../../core/call.ts";
import {
  Collection,
  type FilterOptions,
  type Gettable,
  type Listable,
} from "../../core/collection.ts";
import { Model, type ModelInit } from "../../core/model.ts";
import type { Session } from "../../core/session.ts";
import { type MutationOptions, Task } from "../../core/task.ts";
import { type IssuedToken, issueToken, readToken } from "../../core/token.ts";
import type {
  ClusterMemberData,
  ClusterMemberJoinToken,
  ClusterMemberPut,
  ClusterMembersPost,
  ClusterMemberState,
  ClusterMemberStatePost,
} from "../../types/mod.ts";

/** Options of removing a cluster member. */
export interface ClusterMemberDeleteOptions extends MutationOptions {
  /**
   * Removes it although it cannot be reached or still holds instances, images or volumes, which the
   * cluster then forgets. Default: false.
   */
  force?: boolean;
}

/** Options of evacuating a cluster member. */
export interface ClusterMemberEvacuateOptions extends MutationOptions {
  /**
   * How instances leave it. Default: as `cluster.evacuate` of each instance says. Needs the API
   * extension `clustering_evacuation_mode`.
   */
  mode?: Exclude<ClusterMemberStatePost["mode"], undefined>;
  /**
   * Goes on although too few of the members that keep the database would stay. Default: false. Needs
   * the API extension `clustering_evacuation_force`, which LXD alone has.
   */
  force?: boolean;
}

/** Options of restoring a cluster member. */
export interface ClusterMemberRestoreOptions extends MutationOptions {
  /**
   * `skip` takes the member back into use alone: none of its instances is started or moved back.
   * Default: all are. Needs the API extension `clustering_restore_skip_mode`, which LXD alone names.
   */
  mode?: "skip";
}

const KIND = {
  word: "cluster member",
  path: "/1.0/cluster/members",
  key: "server_name",
  emptied: ["description", "failure_domain", "groups", "roles"],
} as const;

/** A server of a cluster: `/1.0/cluster/members/{member}`. */
export class ClusterMember extends Model<ClusterMemberData, ClusterMemberPut> {
  /** @ignore */
  constructor(session: Session, init: ModelInit<ClusterMemberData>) {
    super(session, KIND, init);
  }

  /**
   * Its memory, load and storage pools now: `GET /1.0/cluster/members/{member}/state`. Needs the API
   * extension `cluster_member_state`.
   */
  async state(options: CallOptions = {}): Promise<ClusterMemberState> {
    this.session.require("cluster_member_state", `read the state of ${this.label}`);
    return await this.session.get(`${this.path}/state`, options);
  }

  /**
   * Moves its instances to other members, or stops them, and keeps new ones away:
   * `POST /1.0/cluster/members/{member}/state`. Needs the API extension `clustering_evacuation`.
   *
   * @throws {OperationError} when an instance cannot leave it.
   */
  evacuate(options: ClusterMemberEvacuateOptions = {}): Task<this> {
    const { mode, force } = options;
    const what = `evacuate ${this.label}`;
    if (mode !== undefined) this.session.require("clustering_evacuation_mode", `${what} by a mode`);
    if (force) this.session.require("clustering_evacuation_force", `${what} by force`);
    return this.#setState({ action: "evacuate", mode, force }, options);
  }

  /**
   * Takes it back into use after an evacuation, and its instances with it:
   * `POST /1.0/cluster/members/{member}/state`. Needs the API extension `clustering_evacuation`.
   */
  restore(options: ClusterMemberRestoreOptions = {}): Task<this> {
    const { mode } = options;
    if (mode !== undefined) {
      this.session.require("clustering_restore_skip_mode", `restore ${this.label} by a mode`);
    }
    return this.#setState({ action: "restore", mode }, options);
  }

  /**
   * Takes it out of the cluster: `DELETE /1.0/cluster/members/{member}`. It must hold nothing, unless
   * forced. The server itself is empty then, and on its own.
   */
  override delete(options: ClusterMemberDeleteOptions = {}): Task<void> {
    return this.mutate("delete", options, async (step) => {
      await step("DELETE", this.path, { query: { force: options.force ? 1 : undefined } });
    });
  }

  #setState(body: ClusterMemberStatePost, options: MutationOptions): Task<this> {
    this.session.require("clustering_evacuation", `${body.action} ${this.label}`);
    return this.mutate(body.action, options, async (step, signal) => {
      await step("POST", `${this.path}/state`, { json: body });
      return await this.refresh({ signal });
    });
  }
}

/**
 * The servers of a cluster: `/1.0/cluster/members`. A filtered list needs the API extension
 * `api_filtering_extended`.
 */
export interface ClusterMembers
  extends Listable<ClusterMember, FilterOptions>, Gettable<ClusterMember> {
  /**
   * Issues a token by which a server of the given name may join: `POST /1.0/cluster/members`. It is
   * good for one server, until `cluster.join_token_expiry` has passed; cancelling its operation takes
   * it back. Needs the API extension `clustering_join_token`.
   */
  createToken(
    serverName: string,
    options?: MutationOptions,
  ): Task<IssuedToken<ClusterMemberJoinToken>>;
  /**
   * What a join token says, the secret included. Asks no server.
   *
   * @throws {TypeError} when the text is no token.
   */
  parseToken(text: string): ClusterMemberJoinToken;
}

/** The one implementation of {@linkcode ClusterMembers}. */
export class ClusterMemberCollection
  extends Collection<ClusterMember, ClusterMemberData, ClusterMembersPost>
  implements ClusterMembers {
  /** @ignore */
  constructor(session: Session) {
    super(session, {
      ...KIND,
      model: (session, init) => new ClusterMember(session, init),
      filterExtension: "api_filtering_extended",
    });
  }

  /** Issues a token by which a server may join. */
  createToken(
    serverName: string,
    options: MutationOptions = {},
  ): Task<IssuedToken<ClusterMemberJoinToken>> {
    const what = `issue a join token for "${serverName}"`;
    this.session.require("clustering_join_token", what);
    const body: ClusterMembersPost = { server_name: serverName };
    return new Task(
      this.session,
      what,
      options,
      (_, signal) =>
        issueToken<ClusterMemberJoinToken>(this.session, KIND.path, body, body, signal),
    );
  }

  /** What a join token says. */
  parseToken(text: string): ClusterMemberJoinToken {
    return readToken(text);
  }
}
